create function plan(integer) returns text language sql as $$ select '1..0'::text $$;
create function no_plan() returns setof text language sql as $$ select ''::text where false $$;
create function finish(exception_on_failure boolean default null) returns setof text language sql
  as $$ select ''::text where false $$;
create function ok(boolean, text default '') returns text language sql as $$ select 'ok'::text $$;
create function "is"(anyelement, anyelement, text default '') returns text language sql as $$ select 'ok'::text $$;
create function pass(text default '') returns text language sql as $$ select 'ok'::text $$;
create function throws_ok(text, text default '', text default '', text default '') returns text language sql
  as $$ select 'ok'::text $$;
create function lives_ok(text, text default '') returns text language sql as $$ select 'ok'::text $$;
create function results_eq(text, text, text default '') returns text language sql as $$ select 'ok'::text $$;
create function is_empty(text, text default '') returns text language sql as $$ select 'ok'::text $$;

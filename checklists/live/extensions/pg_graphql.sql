create function graphql.resolve(
  query text, variables jsonb default '{}', "operationName" text default null, extensions jsonb default null
) returns jsonb language sql as $$ select '{}'::jsonb $$;
create function graphql.get_schema_version() returns int language sql as $$ select 1 $$;
create function graphql.increment_schema_version() returns event_trigger language plpgsql as $$ begin end $$;
create function graphql.comment_directive(comment_ text) returns jsonb language sql immutable
  as $$ select '{}'::jsonb $$;
create function graphql_public.graphql(
  "operationName" text default null, query text default null, variables jsonb default null,
  extensions jsonb default null
) returns jsonb language sql as $$ select '{}'::jsonb $$;
grant usage on schema graphql, graphql_public to postgres, anon, authenticated, service_role;
grant execute on all functions in schema graphql, graphql_public to postgres, anon, authenticated, service_role;

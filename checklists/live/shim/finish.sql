-- Every object goes to the role that owns it on the platform, and the last superuser but our own ceases to be one.
do $$
declare each record;
begin
  for each in
    select c.oid::regclass as name, n.nspname as schema from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname in ('auth', 'storage') and c.relkind in ('r', 'p', 'v')
  loop
    execute format('alter table %s owner to %I', each.name, 'supabase_' || each.schema || '_admin');
  end loop;
  for each in
    select p.oid::regprocedure as name, n.nspname as schema from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('auth', 'storage')
  loop
    execute format('alter function %s owner to %I', each.name, 'supabase_' || each.schema || '_admin');
  end loop;
  for each in
    select t.oid::regtype as name, n.nspname as schema from pg_type t join pg_namespace n on n.oid = t.typnamespace
    where n.nspname in ('auth', 'storage') and t.typtype = 'e'
  loop
    execute format('alter type %s owner to %I', each.name, 'supabase_' || each.schema || '_admin');
  end loop;
end $$;
alter table realtime.messages owner to supabase_realtime_admin;
alter table realtime.messages_default owner to supabase_realtime_admin;
alter publication supabase_realtime owner to postgres;

-- Two runs of the same migrations make the same rows: what is random there is counted here. A caller needs no right
-- to the schema, as the body is bound to the sequence itself.
create sequence extensions.counted_uuids;
grant usage on sequence extensions.counted_uuids to public;
create or replace function pg_catalog.gen_random_uuid() returns uuid language sql volatile parallel unsafe
begin atomic
  select overlay(overlay(md5(nextval('extensions.counted_uuids'::regclass)::text) placing '4' from 13)
    placing '8' from 17)::uuid;
end;

-- Schemas of a new Supabase project, and who may use them; run in the rehearsed database by supabase_admin while
-- it is still a superuser. The tables of auth, storage and realtime follow from the replay's own platform.sql.
create schema extensions;
create schema auth authorization supabase_auth_admin;
create schema storage authorization supabase_storage_admin;
create schema realtime;
create schema _realtime;
create schema vault;
create schema graphql;
create schema graphql_public;
create schema supabase_functions;
create schema supabase_migrations;
create schema pgbouncer;

grant all on schema public to postgres;
grant usage on schema public to anon, authenticated, service_role;
grant usage on schema auth, extensions, storage, realtime, graphql, graphql_public, supabase_functions
  to postgres, anon, authenticated, service_role;
grant usage on schema auth, extensions to dashboard_user;
grant usage on schema vault to postgres, service_role;
grant all on schema auth, extensions, storage, realtime, vault, graphql, graphql_public, supabase_functions,
  supabase_migrations to postgres;

alter default privileges for role postgres in schema public
  grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on functions to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on sequences to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public
  grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public
  grant all on functions to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public
  grant all on sequences to postgres, anon, authenticated, service_role;

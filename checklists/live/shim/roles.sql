-- Roles of a Supabase project (supabase/postgres, migrations/db/init-scripts), run by the superuser.
-- `postgres`, as whom migrations run, is no superuser, and holds neither CREATEDB nor a pg_* role that reads what
-- is not its own.
create role postgres login createrole bypassrls;
create role supabase_admin nologin superuser;
create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;
create role authenticator nologin noinherit;
create role dashboard_user nologin;
create role pgbouncer nologin;
create role pgsodium_keyiduser nologin;
create role pgsodium_keyholder nologin;
create role pgsodium_keymaker nologin;
create role pgtle_admin nologin;
create role cli_login_postgres nologin noinherit;
create role supabase_privileged_role nologin;
create role supabase_auth_admin nologin noinherit;
create role supabase_storage_admin nologin noinherit;
create role supabase_functions_admin nologin noinherit;
create role supabase_realtime_admin nologin noinherit;
create role supabase_replication_admin nologin;
create role supabase_read_only_user nologin;
create role supabase_etl_admin nologin;

grant anon, authenticated, service_role to authenticator;
-- Some of these stand in for what supautils lets `postgres` do on the platform: own or alter what these roles
-- own, write policies on storage.objects, triggers on auth.users, settings of the API roles.
grant anon, authenticated, service_role, authenticator, dashboard_user, pgbouncer,
  pgsodium_keyiduser, pgsodium_keyholder, pgsodium_keymaker, pgtle_admin, cli_login_postgres,
  supabase_privileged_role, supabase_auth_admin, supabase_storage_admin, supabase_functions_admin,
  supabase_realtime_admin, supabase_replication_admin, supabase_read_only_user, supabase_etl_admin,
  supabase_admin to postgres with admin option;
grant set on parameter session_replication_role to postgres;
-- PostgREST reads its settings from the role `authenticator` (its reference, In-Database Configuration).
grant set on parameter pgrst.db_aggregates_enabled, pgrst.db_anon_role, pgrst.db_extra_search_path,
  pgrst.db_hoisted_tx_settings, pgrst.db_max_rows, pgrst.db_plan_enabled, pgrst.db_pre_config, pgrst.db_pre_request,
  pgrst.db_prepared_statements, pgrst.db_root_spec, pgrst.db_schemas, pgrst.db_tx_end, pgrst.jwt_aud,
  pgrst.jwt_role_claim_key, pgrst.jwt_secret, pgrst.jwt_secret_is_base64, pgrst.openapi_mode,
  pgrst.openapi_security_active, pgrst.openapi_server_proxy_uri, pgrst.server_cors_allowed_origins,
  pgrst.server_timing_enabled, pgrst.server_trace_header to postgres;

alter role postgres set search_path to "$user", public, extensions;
alter role supabase_admin set search_path to "$user", public, auth, extensions;
alter role anon set statement_timeout to '3s';
alter role authenticated set statement_timeout to '8s';

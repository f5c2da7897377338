-- What the services of a Supabase project bring beside the tables: functions of auth, storage, realtime and the
-- webhooks. `auth` and `storage` do here what they do there; `realtime.send` and webhooks reach nobody.
create function auth.uid() returns uuid language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.sub', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
  )::uuid
$$;
create function auth.role() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.role', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
  )::text
$$;
create function auth.email() returns text language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim.email', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email'
  )::text
$$;
create function auth.jwt() returns jsonb language sql stable as $$
  select coalesce(
    nullif(current_setting('request.jwt.claim', true), ''),
    nullif(current_setting('request.jwt.claims', true), '')
  )::jsonb
$$;
grant execute on all functions in schema auth to public, postgres, dashboard_user;

create function storage.foldername(name text) returns text[] language plpgsql immutable as $$
declare parts text[] := string_to_array(name, '/');
begin
  return parts[1 : array_length(parts, 1) - 1];
end $$;
create function storage.filename(name text) returns text language plpgsql immutable as $$
declare parts text[] := string_to_array(name, '/');
begin
  return parts[array_length(parts, 1)];
end $$;
create function storage.extension(name text) returns text language plpgsql immutable as $$
begin
  return reverse(split_part(reverse(storage.filename(name)), '.', 1));
end $$;
create function storage.search(
  prefix text, bucketname text, limits int default 100, levels int default 1, offsets int default 0,
  search text default '', sortcolumn text default 'name', sortorder text default 'asc'
) returns table (
  name text, id uuid, updated_at timestamptz, created_at timestamptz, last_accessed_at timestamptz, metadata jsonb
) language sql stable as $$
  select o.name, o.id, o.updated_at, o.created_at, o.last_accessed_at, o.metadata from storage.objects o
  where o.bucket_id = bucketname and o.name like prefix || '%' limit limits offset offsets
$$;
create function storage.get_size_by_bucket() returns table (size bigint, bucket_id text) language sql stable as $$
  select coalesce(sum((metadata ->> 'size')::bigint), 0)::bigint, bucket_id from storage.objects group by bucket_id
$$;
create function storage.can_insert_object(bucketid text, name text, owner uuid, metadata jsonb) returns void
language plpgsql as $$ begin end $$;
create function storage.update_updated_at_column() returns trigger language plpgsql as $$
begin
  new.updated_at = now();
  return new;
end $$;
create function storage.enforce_bucket_name_length() returns trigger language plpgsql as $$ begin return new; end $$;
create function storage.delete_prefix_hierarchy_trigger() returns trigger language plpgsql
as $$ begin return old; end $$;
create function storage.objects_insert_prefix_trigger() returns trigger language plpgsql
as $$ begin return new; end $$;
create function storage.objects_update_prefix_trigger() returns trigger language plpgsql
as $$ begin return new; end $$;
create function storage.prefixes_insert_trigger() returns trigger language plpgsql as $$ begin return new; end $$;
create function storage.protect_delete() returns trigger language plpgsql as $$ begin return null; end $$;
grant execute on all functions in schema storage to postgres, anon, authenticated, service_role;

create table realtime.schema_migrations (version bigint primary key, inserted_at timestamp);
create function realtime.topic() returns text language sql stable as $$
  select nullif(current_setting('realtime.topic', true), '')::text
$$;
create function realtime.send(payload jsonb, event text, topic text, private boolean default true) returns void
language plpgsql as $$ begin end $$;
create function realtime.broadcast_changes(
  topic_name text, event_name text, operation text, table_name text, table_schema text, new record, old record,
  level text default 'ROW'
) returns void language plpgsql as $$ begin end $$;
grant execute on all functions in schema realtime to postgres, anon, authenticated, service_role;
-- A day's partition, as the service makes it, so that a row can be sent.
create table realtime.messages_default partition of realtime.messages default;

create table supabase_functions.migrations (version text primary key, inserted_at timestamptz not null default now());
create function supabase_functions.http_request() returns trigger language plpgsql as $$
begin
  return coalesce(new, old);
end $$;
grant execute on all functions in schema supabase_functions to postgres, anon, authenticated, service_role;

create table supabase_migrations.seed_files (path text primary key, hash text not null);
grant all on all tables in schema supabase_migrations to postgres;
create function pgbouncer.get_auth(p_usename text) returns table (username text, password text) language sql
as $$ select null::text, null::text where false $$;
create function extensions.grant_pg_cron_access() returns event_trigger language plpgsql as $$ begin end $$;
create function extensions.grant_pg_net_access() returns event_trigger language plpgsql as $$ begin end $$;
create function extensions.grant_pg_graphql_access() returns event_trigger language plpgsql as $$ begin end $$;

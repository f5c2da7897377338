create domain http_method as text;
create domain content_type as text;
create type http_header as (field varchar, value varchar);
create type http_response as (status integer, content_type varchar, headers http_header[], content varchar);
create type http_request as (
  method http_method, uri varchar, headers http_header[], content_type varchar, content varchar
);
create function http_header(field varchar, value varchar) returns http_header language sql
  as $$ select $1, $2 $$;
create function http(request http_request) returns http_response language sql as $$
  select 200, 'application/json'::varchar, array[]::@extschema@.http_header[], '{}'::varchar
$$;
create function http_get(uri varchar) returns http_response language sql
  as $$ select @extschema@.http(null::@extschema@.http_request) $$;
create function http_get(uri varchar, data jsonb) returns http_response language sql
  as $$ select @extschema@.http(null::@extschema@.http_request) $$;
create function http_head(uri varchar) returns http_response language sql
  as $$ select @extschema@.http(null::@extschema@.http_request) $$;
create function http_post(uri varchar, content varchar, content_type varchar) returns http_response language sql
  as $$ select @extschema@.http(null::@extschema@.http_request) $$;
create function http_post(uri varchar, data jsonb) returns http_response language sql
  as $$ select @extschema@.http(null::@extschema@.http_request) $$;
create function http_put(uri varchar, content varchar, content_type varchar) returns http_response language sql
  as $$ select @extschema@.http(null::@extschema@.http_request) $$;
create function http_patch(uri varchar, content varchar, content_type varchar) returns http_response language sql
  as $$ select @extschema@.http(null::@extschema@.http_request) $$;
create function http_delete(uri varchar) returns http_response language sql
  as $$ select @extschema@.http(null::@extschema@.http_request) $$;
create function http_delete(uri varchar, content varchar, content_type varchar) returns http_response language sql
  as $$ select @extschema@.http(null::@extschema@.http_request) $$;
create function http_set_curlopt(curlopt varchar, value varchar) returns boolean language sql
  as $$ select true $$;
create function http_reset_curlopt() returns boolean language sql as $$ select true $$;
create function urlencode(string varchar) returns text language sql immutable strict as $$ select string::text $$;
create function urlencode(data jsonb) returns text language sql immutable strict as $$ select data::text $$;

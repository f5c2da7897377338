create function url_encode(data bytea) returns text language sql immutable
  as $$ select rtrim(translate(encode(data, 'base64'), E'+/\n', '-_'), '=') $$;
create function url_decode(data text) returns bytea language sql immutable as $$
  select decode(translate(data, '-_', '+/') || repeat('=', (4 - length(data) % 4) % 4), 'base64')
$$;
create function algorithm_sign(signables text, secret text, algorithm text) returns text language sql immutable as $$
  select @extschema@.url_encode(@extschema:pgcrypto@.hmac(signables, secret, 'sha' || right(algorithm, 3)))
$$;
create function sign(payload json, secret text, algorithm text default 'HS256') returns text language sql immutable
as $$
  with parts as (
    select @extschema@.url_encode(convert_to('{"alg":"' || algorithm || '","typ":"JWT"}', 'utf8')) || '.'
      || @extschema@.url_encode(convert_to(payload::text, 'utf8')) as signables
  )
  select signables || '.' || @extschema@.algorithm_sign(signables, secret, algorithm) from parts
$$;
create function verify(token text, secret text, algorithm text default 'HS256')
returns table (header json, payload json, valid boolean) language sql immutable as $$
  select convert_from(@extschema@.url_decode(p[1]), 'utf8')::json,
    convert_from(@extschema@.url_decode(p[2]), 'utf8')::json,
    p[3] = @extschema@.algorithm_sign(p[1] || '.' || p[2], secret, algorithm)
  from regexp_split_to_array(token, '\.') as p
$$;

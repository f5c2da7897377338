create function digest(data bytea, type text) returns bytea language sql immutable strict as $$
  select case lower(type)
    when 'md5' then decode(md5(data), 'hex') when 'sha224' then sha224(data) when 'sha384' then sha384(data)
    when 'sha512' then sha512(data) when 'sha1' then substring(sha256(data) for 20) else sha256(data)
  end
$$;
create function digest(data text, type text) returns bytea language sql immutable strict
  as $$ select @extschema@.digest(convert_to(data, 'UTF8'), type) $$;
create function hmac(data bytea, key bytea, type text) returns bytea language plpgsql immutable strict as $$
declare
  size int := case when lower(type) in ('sha384', 'sha512') then 128 else 64 end;
  padded bytea := case when length(key) > size then @extschema@.digest(key, type) else key end;
  inner_pad bytea;
  outer_pad bytea;
begin
  padded := padded || decode(repeat('00', size - length(padded)), 'hex');
  inner_pad := padded;
  outer_pad := padded;
  for at in 0 .. size - 1 loop
    inner_pad := set_byte(inner_pad, at, get_byte(padded, at) # 54);
    outer_pad := set_byte(outer_pad, at, get_byte(padded, at) # 92);
  end loop;
  return @extschema@.digest(outer_pad || @extschema@.digest(inner_pad || data, type), type);
end $$;
create function hmac(data text, key text, type text) returns bytea language sql immutable strict
  as $$ select @extschema@.hmac(convert_to(data, 'UTF8'), convert_to(key, 'UTF8'), type) $$;
create function gen_salt(type text) returns text language sql volatile strict
  as $$ select '$2a$06$' || substring(replace(gen_random_uuid()::text, '-', '') for 22) $$;
create function gen_salt(type text, iter_count int) returns text language sql volatile strict
  as $$ select @extschema@.gen_salt(type) $$;
create function crypt(password text, salt text) returns text language sql immutable strict
  as $$ select substring(salt for 29) || substring(md5(password || substring(salt for 29)) for 31) $$;
create function gen_random_bytes(count int) returns bytea language sql volatile strict as $$
  select substring(string_agg(uuid_send(gen_random_uuid()), ''::bytea) for count)
  from generate_series(1, greatest(count, 1) / 16 + 1)
$$;
-- Postgres has this one itself; a call of extensions.gen_random_uuid() looks for it here.
create function gen_random_uuid() returns uuid language sql volatile as $$ select pg_catalog.gen_random_uuid() $$;
create function encrypt(data bytea, key bytea, type text) returns bytea language sql immutable strict
  as $$ select data $$;
create function decrypt(data bytea, key bytea, type text) returns bytea language sql immutable strict
  as $$ select data $$;
create function encrypt_iv(data bytea, key bytea, iv bytea, type text) returns bytea language sql immutable strict
  as $$ select data $$;
create function decrypt_iv(data bytea, key bytea, iv bytea, type text) returns bytea language sql immutable strict
  as $$ select data $$;
create function pgp_sym_encrypt(data text, psw text, options text default '') returns bytea
  language sql volatile strict as $$ select convert_to(data, 'UTF8') $$;
create function pgp_sym_decrypt(msg bytea, psw text, options text default '') returns text
  language sql immutable strict as $$ select convert_from(msg, 'UTF8') $$;
create function pgp_sym_encrypt_bytea(data bytea, psw text, options text default '') returns bytea
  language sql volatile strict as $$ select data $$;
create function pgp_sym_decrypt_bytea(msg bytea, psw text, options text default '') returns bytea
  language sql immutable strict as $$ select msg $$;
create function pgp_pub_encrypt(data text, key bytea, options text default '') returns bytea
  language sql volatile strict as $$ select convert_to(data, 'UTF8') $$;
create function pgp_pub_decrypt(msg bytea, key bytea, psw text default '', options text default '') returns text
  language sql immutable strict as $$ select convert_from(msg, 'UTF8') $$;
create function armor(data bytea) returns text language sql immutable strict as $$ select encode(data, 'base64') $$;
create function dearmor(data text) returns bytea language sql immutable strict as $$ select decode(data, 'base64') $$;

create table pgsodium.key (
  id uuid primary key default gen_random_uuid(), status text default 'valid', created timestamptz default now(),
  expires timestamptz, key_type text, key_id bigint, key_context bytea, name text, comment text
);
create view pgsodium.valid_key as select * from pgsodium.key where expires is null or expires > now();
create function pgsodium.create_key(name text default null) returns pgsodium.valid_key language sql
  as $$ insert into pgsodium.key (name) values ($1) returning * $$;
create function pgsodium.crypto_aead_det_encrypt(
  message bytea, additional bytea, key_uuid uuid, nonce bytea default null
) returns bytea language sql as $$ select message $$;
create function pgsodium.crypto_aead_det_decrypt(
  message bytea, additional bytea, key_uuid uuid, nonce bytea default null
) returns bytea language sql as $$ select message $$;
create function pgsodium.crypto_aead_det_noncegen() returns bytea language sql as $$ select '\x00'::bytea $$;
create function pgsodium.randombytes_random() returns integer language sql as $$ select 1 $$;
grant usage on schema pgsodium to postgres, service_role;
grant all on all tables in schema pgsodium to postgres;

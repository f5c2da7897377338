create function id_encode(id bigint, salt text default '', min_length int default 0, alphabet text default '')
  returns text language sql immutable strict as $$ select lpad(to_hex(id), min_length, '0') $$;
create function id_decode_once(id text, salt text default '', min_length int default 0, alphabet text default '')
  returns bigint language sql immutable strict as $$ select ('x' || lpad(id, 16, '0'))::bit(64)::bigint $$;

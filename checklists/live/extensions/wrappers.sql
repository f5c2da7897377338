create foreign data wrapper wasm_wrapper;
create foreign data wrapper stripe_wrapper;
create foreign data wrapper firebase_wrapper;
create foreign data wrapper clickhouse_wrapper;
create foreign data wrapper bigquery_wrapper;
create foreign data wrapper s3_wrapper;
create foreign data wrapper airtable_wrapper;
grant usage on foreign data wrapper wasm_wrapper, stripe_wrapper, firebase_wrapper, clickhouse_wrapper,
  bigquery_wrapper, s3_wrapper, airtable_wrapper to postgres;

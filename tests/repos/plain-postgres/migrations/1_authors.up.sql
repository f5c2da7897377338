create table authors (id uuid primary key, name text not null);

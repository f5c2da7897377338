create table public.notes (id uuid primary key, body text not null);
alter table public.notes enable row level security;

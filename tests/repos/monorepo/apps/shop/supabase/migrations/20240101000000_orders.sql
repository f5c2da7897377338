create table public.orders (id uuid primary key, total numeric(12, 2) not null);
alter table public.orders enable row level security;

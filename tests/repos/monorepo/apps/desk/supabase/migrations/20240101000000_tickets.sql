create table public.tickets (id uuid primary key, subject text not null);

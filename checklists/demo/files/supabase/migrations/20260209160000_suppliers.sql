create table public.supplier_profiles (
  id uuid primary key default gen_random_uuid(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  created_by uuid not null references auth.users (id) on delete restrict,
  organisation_id uuid not null unique references public.organisations (id) on delete cascade,
  summary text not null default '',
  sectors text[] not null default '{}',
  verified boolean not null default false
);

create index idx_supplier_profiles_created_by on public.supplier_profiles (created_by);

create trigger set_updated_at
  before update on public.supplier_profiles
  for each row execute function extensions.moddatetime (updated_at);

alter table public.supplier_profiles enable row level security;

create policy "Profiles are listed"
  on public.supplier_profiles for select to authenticated
  using (verified or organisation_id in (select private.my_organisations()));

create policy "Suppliers keep their profile up to date"
  on public.supplier_profiles for update to authenticated
  using (true)
  with check (true);

-- Runs as its caller, so that the policies above decide what is found.
create function public.search_suppliers(term text)
  returns setof public.supplier_profiles
  language sql
  stable
  security invoker
  set search_path = ''
as $$
  select * from public.supplier_profiles where summary ilike '%' || term || '%' limit 50;
$$;

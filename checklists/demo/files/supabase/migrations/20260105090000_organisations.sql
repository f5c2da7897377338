-- Buyers and suppliers are organisations; people belong to them.
create extension if not exists moddatetime with schema extensions;

create schema if not exists private;
grant usage on schema private to authenticated;

create table public.organisations (
  id uuid primary key default gen_random_uuid(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  created_by uuid not null references auth.users (id) on delete restrict,
  name text not null check (char_length(name) between 2 and 120),
  kind text not null check (kind in ('buyer', 'supplier'))
);

create index idx_organisations_created_by on public.organisations (created_by);

create table public.memberships (
  organisation_id uuid not null references public.organisations (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  created_at timestamptz not null default now(),
  role text not null default 'member' check (role in ('member', 'manager')),
  primary key (organisation_id, user_id)
);

create index idx_memberships_user_id on public.memberships (user_id);

create trigger set_updated_at
  before update on public.organisations
  for each row execute function extensions.moddatetime (updated_at);

-- Runs as its owner, so that policies on memberships can ask it without recursion.
create function private.my_organisations()
  returns setof uuid
  language sql
  stable
  security definer
  set search_path = ''
as $$
  select organisation_id from public.memberships where user_id = (select auth.uid());
$$;

revoke all on function private.my_organisations() from public, anon;
grant execute on function private.my_organisations() to authenticated;

alter table public.organisations enable row level security;
alter table public.memberships enable row level security;

create policy "Members see their organisations"
  on public.organisations for select to authenticated
  using (id in (select private.my_organisations()));

create policy "Members see who else belongs"
  on public.memberships for select to authenticated
  using (organisation_id in (select private.my_organisations()));

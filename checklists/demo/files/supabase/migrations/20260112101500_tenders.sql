create table public.tenders (
  id uuid primary key default gen_random_uuid(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  created_by uuid not null references auth.users (id) on delete restrict,
  organisation_id uuid not null references public.organisations (id) on delete restrict,
  reference text not null,
  title text not null check (char_length(title) between 3 and 200),
  description text not null default '',
  status text not null default 'draft' check (status in ('draft', 'published', 'closed', 'awarded')),
  budget_min numeric(14, 2),
  budget_max numeric(14, 2),
  deadline timestamptz,
  internal_notes text not null default '',
  deleted_at timestamptz,
  constraint tenders_budget_order check (budget_min is null or budget_max is null or budget_min <= budget_max)
);

create unique index tenders_reference_key on public.tenders (reference) where deleted_at is null;
create index idx_tenders_organisation_id on public.tenders (organisation_id, created_at desc);
create index idx_tenders_created_by on public.tenders (created_by);
create index idx_tenders_status_deadline on public.tenders (status, deadline) where deleted_at is null;

create trigger set_updated_at
  before update on public.tenders
  for each row execute function extensions.moddatetime (updated_at);

alter table public.tenders enable row level security;

create policy "Drafts are for members, what is published for everyone signed in"
  on public.tenders for select to authenticated
  using (
    created_by = (select auth.uid())
    or (deleted_at is null and (status <> 'draft' or organisation_id in (select private.my_organisations())))
  );

create policy "Members draft tenders"
  on public.tenders for insert to authenticated
  with check (
    created_by = (select auth.uid())
    and organisation_id in (select private.my_organisations())
  );

create policy "Authors edit their tenders"
  on public.tenders for update to authenticated
  using (created_by = (select auth.uid()))
  with check (
    created_by = (select auth.uid())
    and organisation_id in (select private.my_organisations())
  );

create policy "Authors withdraw their tenders"
  on public.tenders for update to authenticated
  using (created_by = (select auth.uid()))
  with check (deleted_at is not null);

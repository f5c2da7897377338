create table public.bids (
  id uuid primary key default gen_random_uuid(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  created_by uuid not null references auth.users (id) on delete restrict,
  tender_id uuid not null references public.tenders (id) on delete restrict,
  supplier_id uuid not null references public.organisations (id) on delete restrict,
  amount numeric(14, 2) not null check (amount > 0),
  currency text not null default 'EUR' check (currency in ('EUR', 'GBP', 'USD')),
  submitted_at timestamptz,
  note text not null default ''
);

create index idx_bids_tender_id on public.bids (tender_id);
create index idx_bids_created_by on public.bids (created_by);

create trigger set_updated_at
  before update on public.bids
  for each row execute function extensions.moddatetime (updated_at);

alter table public.bids enable row level security;

create policy "Suppliers see their bids"
  on public.bids for select to authenticated
  using (supplier_id in (select private.my_organisations()));

create policy "Suppliers bid"
  on public.bids for insert to authenticated
  with check (
    created_by = (select auth.uid())
    and supplier_id in (select private.my_organisations())
  );

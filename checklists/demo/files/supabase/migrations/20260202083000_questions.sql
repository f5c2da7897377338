-- Questions that suppliers ask before the deadline.
create table public.tender_questions (
  id uuid primary key default gen_random_uuid(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  created_by uuid not null references auth.users (id) on delete cascade,
  tender_id uuid not null references public.tenders (id) on delete cascade,
  body text not null,
  answer text
);

create index idx_tender_questions_tender_id on public.tender_questions (tender_id, created_at);
create index idx_tender_questions_created_by on public.tender_questions (created_by);

create trigger set_updated_at
  before update on public.tender_questions
  for each row execute function extensions.moddatetime (updated_at);

create table public.tags (id uuid primary key;
create policy "Own notes" on public.notes for select using (true

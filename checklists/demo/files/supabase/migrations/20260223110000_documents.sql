-- Each organisation keeps its files in a folder of its own.
insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
  ('tender-documents', 'tender-documents', false, 10485760, array['application/pdf']),
  ('bid-documents', 'bid-documents', false, 10485760, array['application/pdf'])
on conflict (id) do nothing;

create policy "Buyers read their tender documents"
  on storage.objects for select to authenticated
  using (
    bucket_id = 'tender-documents'
    and (storage.foldername(name))[1] in (select m::text from private.my_organisations() as m)
  );

create policy "Buyers add tender documents"
  on storage.objects for insert to authenticated
  with check (
    bucket_id = 'tender-documents'
    and (storage.foldername(name))[1] in (select m::text from private.my_organisations() as m)
  );

create policy "Suppliers read their bid documents"
  on storage.objects for select to authenticated
  using (
    bucket_id = 'bid-documents'
    and (storage.foldername(name))[1] in (select m::text from private.my_organisations() as m)
  );

create policy "Suppliers add bid documents"
  on storage.objects for insert to authenticated
  with check (
    bucket_id = 'bid-documents'
    and (storage.foldername(name))[1] in (select m::text from private.my_organisations() as m)
  );

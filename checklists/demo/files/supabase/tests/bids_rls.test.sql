begin;
select plan(5);

insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-00000000000b', 'buyer@quayside.example'),
  ('00000000-0000-4000-8000-00000000000c', 'supplier@quayside.example'),
  ('00000000-0000-4000-8000-00000000000d', 'rival@quayside.example');
insert into public.organisations (id, created_by, name, kind) values
  ('00000000-0000-4000-8000-0000000000bb', '00000000-0000-4000-8000-00000000000b', 'Harbour Works', 'buyer'),
  ('00000000-0000-4000-8000-0000000000cc', '00000000-0000-4000-8000-00000000000c', 'Crane Service', 'supplier');
insert into public.memberships (organisation_id, user_id) values
  ('00000000-0000-4000-8000-0000000000cc', '00000000-0000-4000-8000-00000000000c');
insert into public.tenders (id, created_by, organisation_id, reference, title, status) values
  ('00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-00000000000b',
   '00000000-0000-4000-8000-0000000000bb', 'T-2', 'Crane maintenance', 'published');
insert into public.bids (created_by, tender_id, supplier_id, amount) values
  ('00000000-0000-4000-8000-00000000000c', '00000000-0000-4000-8000-000000000001',
   '00000000-0000-4000-8000-0000000000cc', 1200.50);
insert into public.supplier_profiles (created_by, organisation_id, summary) values
  ('00000000-0000-4000-8000-00000000000c', '00000000-0000-4000-8000-0000000000cc', 'Cranes of every size');

set local role authenticated;

set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-00000000000c", "role": "authenticated"}';
select results_eq('select amount from public.bids', array[1200.50], 'the supplier sees the bid');
select results_eq('select summary from public.supplier_profiles', array['Cranes of every size'], 'and the profile');

set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-00000000000d", "role": "authenticated"}';
select is_empty('select amount from public.bids', 'a rival sees no bid');
select throws_ok(
  $$insert into public.bids (created_by, tender_id, supplier_id, amount) values
    ('00000000-0000-4000-8000-00000000000d', '00000000-0000-4000-8000-000000000001',
     '00000000-0000-4000-8000-0000000000cc', 1)$$,
  '42501', null, 'and bids for no other supplier');

set local role anon;
select is_empty('select amount from public.bids', 'a visitor sees nothing');

select * from finish();
rollback;

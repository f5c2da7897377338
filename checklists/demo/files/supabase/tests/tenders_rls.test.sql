begin;
select plan(3);

insert into auth.users (id, email) values
  ('00000000-0000-4000-8000-00000000000a', 'author@quayside.example'),
  ('00000000-0000-4000-8000-00000000000b', 'stranger@quayside.example');
insert into public.organisations (id, created_by, name, kind) values
  ('00000000-0000-4000-8000-0000000000aa', '00000000-0000-4000-8000-00000000000a', 'Harbour Works', 'buyer');
insert into public.memberships (organisation_id, user_id) values
  ('00000000-0000-4000-8000-0000000000aa', '00000000-0000-4000-8000-00000000000a');
insert into public.tenders (created_by, organisation_id, reference, title) values
  ('00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-0000000000aa', 'T-1', 'Crane maintenance');

set local role authenticated;

set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-00000000000a", "role": "authenticated"}';
select results_eq('select title from public.tenders', array['Crane maintenance'], 'the author sees the draft');

set local request.jwt.claims = '{"sub": "00000000-0000-4000-8000-00000000000b", "role": "authenticated"}';
select is_empty('select title from public.tenders', 'a stranger sees no draft');

set local role anon;
select is_empty('select title from public.tenders', 'a visitor sees nothing');

select * from finish();
rollback;

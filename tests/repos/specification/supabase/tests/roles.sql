SET ROLE authenticated; SET request.jwt.claims = '{"sub":"user-uuid"}';
SELECT id FROM public.tenders;

-- Figures for the buyer's first page.
create view public.buyer_dashboard as
  select
    t.organisation_id,
    t.id as tender_id,
    t.title,
    count(b.id) as bids,
    min(b.amount) as lowest_bid
  from public.tenders as t
  left join public.bids as b on b.tender_id = t.id
  where t.deleted_at is null
  group by t.organisation_id, t.id, t.title;

create view public.published_tenders with (security_invoker = true) as
  select id, title, deadline from public.tenders where status = 'published' and deleted_at is null;

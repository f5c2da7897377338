"""SQL that Postgres takes or refuses, each judged without a server (tests/sql) and by one (tests/live)."""

TABLES = """
create type public.stage as enum ('a', 'b');
create domain public.ref as uuid;
create table public.org (id uuid primary key, code text unique, n int unique, at timestamptz);
create table public.t (
  id uuid primary key, org_id uuid, ref public.ref, note varchar(20), n bigint, stage public.stage,
  tags text[], data jsonb, day date, open boolean
);
create function public.my_org() returns uuid language sql stable as $$ select null::uuid $$;
create function public.my_name(of public.org) returns text language sql stable as $$ select of.code $$;
create function public.counted(variadic of text[]) returns boolean language sql as $$ select true $$;
create function public.holds(wanted text, uid uuid default null) returns boolean
  language sql as $$ select true $$;
"""

# Policies' conditions on public.t.
TAKEN = (
    "org_id = auth.uid()",
    "ref = auth.uid() and auth.uid() = ref",
    "org_id = '00000000-0000-0000-0000-000000000001'",
    "org_id::text = auth.jwt() ->> 'org'",
    "org_id = (auth.jwt() ->> 'org')::uuid",
    "(auth.jwt() ->> 'org') = note and note = current_user and note = any(tags)",
    "n = 1 and n < 2.5 and n in (1, 2) and day < now()",
    "stage = 'a' and stage in ('a', 'b') and stage::text = auth.role()",
    "stage = 'b'::stage and 'a' = stage and stage in (null, 'a') and stage = any('{a}')",
    "org_id = my_org() and org_id = (select public.my_org()) and org_id in (select my_org())",
    "holds('a') and holds(note, id) and holds(uid => id, wanted => 'a')",
    "exists (select 1 from org where org.id = t.org_id and code = note)",
    "exists (select 1 from org o where o.id = org_id and o.at > day)",
    "org_id in (select o.id from org o join t u on u.org_id = o.id where u.id = t.id)",
    "org_id = any(array(select id from org)) and org_id = any('{}')",
    "(storage.foldername(note))[1] = auth.uid()::text",
    "data ->> 'owner' = auth.uid()::text and data -> 'a' = data and data ? 'x'",
    "exists (with o as (select id as x from org) select 1 from o where x = org_id)",
    "exists (select 1 from (select code as c from org) s where s.c = note)",
    "exists (select 1 from unnest(tags) as tag where tag = note)",
    "exists (select 1 from unnest(tags) with ordinality as u(tag, place) where u.tag = note)",
    "exists (select 1 from org join (select id from t) s using (id) where id = org_id)",
    "coalesce(org_id, id) = auth.uid() and coalesce(note, '') = auth.role()",
    "case when open then org_id else id end = auth.uid() and nullif(note, '') = 'x'",
    "org_id is distinct from auth.uid() and open is not true and t is not null",
    "lower(note) = 'x' and note || 'a' = 'b' and note like 'x%' and ctid is not null",
    "exists (select count(*) from org group by code having count(*) > 1 order by count(*))",
    "exists (select 1 from storage.objects o where o.owner = org_id and o.bucket_id = note)",
    "exists (select 1 from pg_class where relname = note)",
    "exists (select 1 from org o where o.my_name = note)",
    "counted(note) and counted(variadic tags)",
    "exists (select 1 from org as o (a, b) where o.a = org_id)",
    "exists (select 1 from (values ('a', 1)) as v (x, y) where v.x = note)",
    "exists (select id from org union select org_id from t)",
)
REFUSED = (
    ("org_id = auth.jwt() ->> 'org'", "42883"),
    ("(auth.jwt() ->> 'org') = org_id", "42883"),
    ("ref = auth.role()", "42883"),
    ("note = auth.uid()", "42883"),
    ("org_id = n", "42883"),
    ("org_id in (select code from org)", "42883"),
    ("org_id in (id, note)", "42883"),
    ("org_id = any(tags)", "42883"),
    ("note = tags", "42883"),
    ("stage = note", "42883"),
    ("stage = auth.role()", "42883"),
    ("org_id = (select code from org)", "42883"),
    ("org_id = current_setting('app.org')", "42883"),
    ("org_id = coalesce(current_setting('app.org', true), '')", "42883"),
    ("org_id is distinct from note", "42883"),
    ("(storage.foldername(note))[1] = auth.uid()", "42883"),
    ("open = 1", "42883"),
    ("holds(id)", "42883"),
    ("not (open and (data ->> 'a') = org_id)", "42883"),
    ("exists (select 1 from (select code as c from org) s where s.c = org_id)", "42883"),
    ("stage = 'c'", "22P02"),
    ("open and stage in ('a', 'c')", "22P02"),
    ("stage <> 'c'::public.stage", "22P02"),
    ("gone = auth.uid()", "42703"),
    ("t.gone = auth.uid()", "42703"),
    ("exists (select 1 from org o where o.gone = org_id)", "42703"),
    ("exists (select 1 from org where gone = org_id)", "42703"),
    ("org_id in (select o.id from org o join t u on u.gone = o.id)", "42703"),
)

# Foreign keys of a new table to public.org.
KEYS_TAKEN = (
    "org uuid references org", "org public.ref references org", "code varchar(9) references org (code)",
    "n bigint references org (n)", "org uuid, foreign key (org) references public.org (id)",
)  # fmt: skip
KEYS_REFUSED = (
    "org int references org", "org text references org (id)", "code uuid references org (code)",
    "n uuid, foreign key (n) references org (n)",
)  # fmt: skip

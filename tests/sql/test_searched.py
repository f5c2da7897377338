"""What views and function bodies search tables by."""

import pytest
from folding import built

from checklists.sql.questions.searched import searches_of

TABLES = """
create table public.orgs (id uuid primary key, slug text);
create table public.tenders (id uuid primary key, org_id uuid, slug text, status text, made timestamptz);
"""
Found = list[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]]


def found(sql: str) -> Found:
    every = searches_of(built(TABLES + sql))
    return [(each.relation, each.equal, each.ranged, each.ordered) for each in every]


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("tenders where slug = 'a'", [("public.tenders", ("slug",), (), ())]),
        ("tenders where made > now() and status = 'x'", [("public.tenders", ("status",), ("made",), ())]),
        ("tenders order by made desc limit 5", [("public.tenders", (), (), ("made",))]),
        ("tenders order by made desc", []),
        ("tenders t join orgs o on o.id = t.org_id where o.slug = 'a'", [("public.orgs", ("slug",), (), ())]),
        ("tenders where lower(slug) = 'a'", []),
        ("tenders where slug = status", []),
    ],
)
def test_a_view(rest: str, expected: Found) -> None:
    assert found(f"create view public.v as select 1 as one from {rest};") == expected


def test_the_statements_of_a_function() -> None:
    sql = """
create function public.f(wanted text) returns uuid language plpgsql as $$
declare got uuid;
begin
  select id into got from public.tenders where slug = wanted;
  if exists (select 1 from public.orgs where slug = wanted) then return got; end if;
  execute 'select 1 from public.tenders where status = ''x''';
  return null;
end $$;
"""
    assert found(sql) == [("public.tenders", ("slug",), (), ()), ("public.orgs", ("slug",), (), ())]

"""What the index checks say of one column between them."""

import pytest
from builders import check, migrations, project

from checklists.model import Severity

BIDS = """
create table public.bids (
  id uuid primary key, org_id uuid,
  user_id uuid references auth.users (id), tender_id uuid references auth.users (id)
);
alter table public.bids enable row level security;
create policy "Own" on public.bids for select using (user_id = (select auth.uid()));
create policy "Change" on public.bids for update using (user_id = (select auth.uid()));
create policy "Org" on public.bids for select using (org_id = (select auth.uid()));
"""


def test_a_foreign_key_that_policies_search_by_is_reported_once() -> None:
    seen = migrations(BIDS)
    keys = {f.object.rpartition("/")[2]: f for f in check("foreign_key_unindexed", seen).findings}
    assert {name: f.severity for name, f in keys.items()} == {
        "bids_user_id_fkey": Severity.MEDIUM,
        "bids_tender_id_fkey": Severity.LOW,
    }
    assert 'And policy "Own" on public.bids and 1 more find rows by it.' in keys["bids_user_id_fkey"].message
    assert "policy" not in keys["bids_tender_id_fkey"].message
    columns = [f.object for f in check("policy_column_unindexed", seen).findings]
    assert columns == ["column:public.bids.org_id"]


def test_a_key_of_several_columns_does_not_stand_for_one_of_them() -> None:
    seen = migrations(
        "create table public.lines (a uuid, b uuid, primary key (a, b));"
        "create table public.notes (a uuid, b uuid, foreign key (a, b) references public.lines (a, b));"
        "alter table public.notes enable row level security;"
        'create policy "Own" on public.notes for select using (a = (select auth.uid()));'
    )
    (key,) = check("foreign_key_unindexed", seen).findings
    assert "policy" not in key.message
    assert [f.object for f in check("policy_column_unindexed", seen).findings] == ["column:public.notes.a"]


PARENT = (
    "create table public.segments (id uuid primary key, {}); create table public.runs (id uuid, by uuid, {});"
)


@pytest.mark.parametrize(
    ("code", "severity"),
    [
        ("", Severity.MEDIUM),
        ("export const read = () => s.from('segments').select('id')", Severity.LOW),
        ("export const drop = (id) => s.from('segments').delete().eq('id', id)", Severity.MEDIUM),
        ("export const read = (id) => s.from('runs').select('id').eq('segment_id', id)", Severity.MEDIUM),
        ("export const read = () => s.from('segments').select('id, runs(id)')", Severity.MEDIUM),
        ("export const drop = (id) => s.from('orgs').delete().eq('id', id)", Severity.MEDIUM),
    ],
)
def test_a_cascade_costs_where_parents_go(code: str, severity: Severity) -> None:
    head = "import { createClient } from '@supabase/supabase-js'\nconst s = createClient('u', 'k')\n"
    sql = "create table public.orgs (id uuid primary key);" + PARENT.format(
        "org_id uuid references public.orgs on delete cascade",
        "segment_id uuid references public.segments on delete set null",
    )
    seen = project({"supabase/migrations/1_a.sql": sql, "lib/a.ts": head + code})
    found = {each.object: each for each in check("foreign_key_unindexed", seen).findings}
    assert found["constraint:public.runs/runs_segment_id_fkey"].severity is severity


@pytest.mark.parametrize(
    ("beside", "severity"),
    [
        ("", Severity.MEDIUM),
        ("create policy b on public.runs for select using (id = auth.uid());", Severity.MEDIUM),
        (
            "create policy b on public.runs for select using (public.sees(segment_id));",
            Severity.LOW,
        ),
        (
            "create policy b on public.runs for delete using (public.sees(segment_id));",
            Severity.MEDIUM,
        ),
    ],
)
def test_an_index_serves_a_policy_that_stands_alone(beside: str, severity: Severity) -> None:
    sees = "create function public.sees(id uuid) returns boolean language sql stable as 'select true';"
    sql = (
        sees
        + PARENT.format("a int", "segment_id uuid")
        + (
            "alter table public.runs add constraint k foreign key (by) references public.segments;"
            "alter table public.runs enable row level security;"
            "create policy a on public.runs for select using (by = auth.uid());"
        )
    )
    (found,) = check("foreign_key_unindexed", migrations(sql, beside)).findings
    assert found.severity is severity
    assert ("finds rows by it" in found.message) is (severity is Severity.MEDIUM)


@pytest.mark.parametrize(
    ("policies", "found"),
    [
        (("true",), False),
        (("true", "org_id = auth.uid()"), False),
        (("org_id = auth.uid()",), True),
        (("id = id",), True),
        (("true", "as restrictive for select to authenticated using (org_id = auth.uid())"), True),
        (("for select to anon using (org_id is null)", "for select to authenticated using (true)"), True),
    ],
)
def test_a_policy_that_the_planner_folds_away_blocks_no_index(policies: tuple[str, ...], found: bool) -> None:
    sql = """create type public.stage as enum ('draft', 'open');
create table public.tenders (id uuid primary key, org_id uuid, stage public.stage);
create index tenders_stage on public.tenders (stage);
alter table public.tenders enable row level security;"""
    for number, each in enumerate(policies):
        rest = each if each.startswith(("as ", "for ")) else f"for select using ({each})"
        sql += f"create policy p{number} on public.tenders {rest};"
    code = """import { createClient } from '@supabase/supabase-js'
const supabase = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_ANON_KEY!)
export const open = () => supabase.from('tenders').select('id').eq('stage', 'open')
"""
    seen = project({"supabase/migrations/20240101000000_a.sql": sql, "lib/tenders.ts": code})
    assert bool(check("leakproof_index_blocked", seen).findings) is found


@pytest.mark.parametrize(
    ("index", "query", "found"),
    [
        ("using brin (sent_at)", ".gte('sent_at', since)", False),
        ("using brin (id, sent_at)", ".gte('sent_at', since)", False),
        ("using brin (id)", ".gte('sent_at', since)", True),
        ("using brin (sent_at)", ".order('sent_at').limit(5)", True),
    ],
)
def test_what_a_brin_index_serves(index: str, query: str, found: bool) -> None:
    table = "create table public.posts (id uuid primary key, sent_at timestamptz);"
    sql = f"{table} create index on public.posts {index};"
    code = f"""import {{ createClient }} from '@supabase/supabase-js'
const supabase = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_ANON_KEY!)
export const newer = (since) => supabase.from('posts').select('id'){query}
"""
    seen = project({"supabase/migrations/20240101000000_a.sql": sql, "lib/posts.ts": code})
    assert bool(check("missing_index", seen).findings) is found

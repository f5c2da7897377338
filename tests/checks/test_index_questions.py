"""What the index checks say of one column between them."""

from builders import check, migrations

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

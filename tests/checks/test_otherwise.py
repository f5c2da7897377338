"""Files that the CLI skips for their name may have been applied: what hangs on them is undetermined."""

import pytest
from builders import check, project

from checklists.model import Report, Severity, Status

FIRST = "supabase/migrations/20260403_first.sql"
SKIPPED = "supabase/migrations/20260403b_second.sql"
BIDS = "create table public.bids (id uuid primary key, sum numeric);"
LOCKED = "alter table public.bids enable row level security;"
OPEN = "create policy p on public.bids for update using (true) with check (true);"


def _said(name: str, first: str, skipped: str, path: str = SKIPPED) -> Report:
    return check(name, project({FIRST: first, path: skipped}))


@pytest.mark.parametrize("path", [SKIPPED, "supabase/migrations/lock.sql"])
def test_what_a_skipped_file_mends_is_undetermined(path: str) -> None:
    said = _said("rls_disabled", BIDS, f"-- by hand\n{LOCKED}", path)
    assert said.status is Status.UNDETERMINED
    (gap,) = said.gaps
    assert (gap.object, gap.location and (gap.location.path, gap.location.line)) == (
        "table:public.bids",
        (path, 2),
    )
    assert path.rpartition("/")[2] in gap.because


def test_what_a_skipped_file_breaks_is_undetermined_too() -> None:
    said = _said("policy_always_true", BIDS + LOCKED, OPEN)
    assert (said.status, said.gaps[0].object) == (Status.UNDETERMINED, "policy:public.bids/p")


def test_what_holds_either_way_is_said() -> None:
    said = _said("rls_disabled", BIDS, "create table public.other (id int primary key);" + OPEN)
    assert [each.object for each in said.findings] == ["table:public.bids"]
    assert [each.object for each in said.gaps] == ["table:public.other"]


def test_a_table_that_only_a_skipped_file_makes_is_not_absent() -> None:
    said = _said("migration_refused", "alter table public.lots enable row level security;", "")
    assert said.status is Status.FLAGGED
    made = project(
        {
            "supabase/migrations/20260403a_lots.sql": "create table public.lots (id uuid primary key);",
            "supabase/migrations/20260404_lock.sql": "alter table public.lots enable row level security;",
        }
    )
    assert check("migration_refused", made).status is Status.UNDETERMINED


@pytest.mark.parametrize(
    "path", ["supabase/migrations/archive/20260403_second.sql", "supabase/migrations/first_rollback.sql"]
)
def test_other_folders_and_ways_back_decide_nothing(path: str) -> None:
    assert _said("rls_disabled", BIDS, LOCKED, path).status is Status.FLAGGED


def test_the_milder_severity_stands() -> None:
    assert _said("migration_skipped", BIDS, LOCKED).findings[0].severity is Severity.MEDIUM
    note = _said("migration_skipped", BIDS, LOCKED, "supabase/migrations/notes.sql")
    assert note.findings[0].severity is Severity.LOW

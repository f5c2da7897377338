"""Where the way back of a migration is found."""

import pytest
from builders import check, project

from checklists.checks.subjects.undoing import changes_schema, says_how, ways_back
from checklists.model import Status

UP = "supabase/migrations/20240101000000_bids.sql"
TABLE = "create table public.bids (id uuid primary key);"


@pytest.mark.parametrize(
    "down",
    [
        "supabase/rollbacks/20240101000000_bids.sql",
        "supabase/rollback/20240101000000_undo_bids.sql",
        "db/down/20240101000000_bids.sql",
        "supabase/migrations/down/20240101000000_bids.sql",
        "docs/20240101000000_bids.down.sql",
        "supabase/migrations-rollback/20240101000000.sql",
    ],
)
def test_a_way_back_is_found(down: str) -> None:
    assert ways_back(project({UP: TABLE, down: "drop table public.bids;"})) == {UP: down}


@pytest.mark.parametrize(
    "other",
    [
        "supabase/rollbacks/20240102000000_other.sql",
        "supabase/tests/20240101000000_bids.sql",
        "supabase/rollbacks/notes.md",
        "downloads/20240101000000_bids.sql",
    ],
)
def test_what_is_no_way_back(other: str) -> None:
    assert ways_back(project({UP: TABLE, other: "select 1;"})) == {}


@pytest.mark.parametrize(
    "line", ["-- Rollback: drop table x;", "-- To revert:", "/* Down migration", "-- === ROLLBACK ==="]
)
def test_a_comment_that_says_how(line: str) -> None:
    assert says_how(f"{TABLE}\n{line}\n")


@pytest.mark.parametrize("line", ["-- downloads of users", "select rollback;", "-- never rollback this"])
def test_a_comment_about_something_else(line: str) -> None:
    assert not says_how(f"{TABLE}\n{line}\n")


def test_rows_alone_need_no_way_back() -> None:
    assert changes_schema("", TABLE)
    assert not changes_schema("", "create extension pg_net; insert into t values (1); -- seed")


def test_without_a_custom_it_is_undetermined() -> None:
    said = check("migration_without_way_back", project({UP: TABLE}))
    assert said.status is Status.UNDETERMINED
    assert "1 new migration," in said.gaps[0].because

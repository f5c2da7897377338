"""Ways back are found where repos keep them, and are tried without leaving a trace."""

from collections.abc import Iterator, Mapping

import pytest
from builders import snapshot

from checklists.live.model import RoundTrip
from checklists.live.rehearsal.round_trip import round_trip
from checklists.live.rehearsal.script import script
from checklists.live.rehearsal.session import Session
from checklists.live.rehearsal.ways_back import WayBack, ways_back
from checklists.live.sandbox.boot import Server
from checklists.repo.layout import find_layout

M = "supabase/migrations"
UP = "create table w.bids (id int primary key); create index bids_id on w.bids (id);"


def found(files: Mapping[str, str], migrations: str | None = None) -> Mapping[str, WayBack]:
    seen = snapshot(files)
    return ways_back(seen, find_layout(seen, migrations=migrations))


@pytest.mark.parametrize(
    ("up", "down", "folder"),
    [
        (f"{M}/20240101000000_bids.sql", "supabase/rollbacks/20240101000000_bids.sql", None),
        (f"{M}/20240101000000_bids.sql", f"{M}/down/20240101000000_bids.sql", None),
        ("db/migrations/000001_bids.up.sql", "db/migrations/000001_bids.down.sql", "db/migrations"),
        ("drizzle/0000_bids.sql", "drizzle/down/0000_bids.sql", "drizzle"),
        ("drizzle/0000_bids.sql", "drizzle/0000_bids.rollback.sql", "drizzle"),
    ],
)
def test_files_are_paired_by_name(up: str, down: str, folder: str | None) -> None:
    way = found({up: UP, down: "drop table w.bids;"}, folder)
    assert way == {up: WayBack(down, "drop table w.bids;")}


def test_a_comment_is_a_way_back_where_it_is_sql() -> None:
    up = f"{M}/20240101000000_bids.sql"
    text = f"{UP}\n\n-- Rollback:\n-- DROP INDEX w.bids_id;\n-- DROP TABLE w.bids;\n"
    assert found({up: text}) == {up: WayBack(up, "DROP INDEX w.bids_id;\nDROP TABLE w.bids;", 3)}
    assert found({up: f"{UP}\n-- Rollback: restore the backup of the day before\n"}) == {}


def test_a_down_file_among_supabase_s_migrations_is_an_up() -> None:
    assert found({f"{M}/20240101000000_bids.sql": UP, f"{M}/20240101000000_bids.down.sql": "select 1;"}) == {}


@pytest.fixture
def session(server: Server) -> Iterator[Session]:
    opened = Session(server)
    opened.execute("drop schema if exists w cascade; create schema w")
    yield opened
    opened.reset()
    opened.execute("drop schema w cascade")
    opened.close()


def tried(session: Session, up: str, down: str) -> RoundTrip:
    trip = round_trip(session, "1.sql", WayBack("1.down.sql", down), script("1.sql", up), script("d", down))
    row = session.connection.execute("select count(*) from pg_class where relname = 'bids'").fetchone()
    assert row == (0,)
    return trip


def test_a_mirror_image_restores(session: Session) -> None:
    trip = tried(session, UP, "drop table w.bids;")
    assert (trip.restored, trip.repeatable, trip.differences) == (True, True, ())


def test_what_the_way_back_forgets_is_named(session: Session) -> None:
    session.execute("create table w.old (id int)")
    up = "alter table w.old add column note text; create policy p on w.old using (true);"
    trip = tried(session, up, "alter table w.old drop column note;")
    assert trip.restored is False
    assert [line[:10] for line in trip.differences] == ["+ policy w"]
    assert trip.repeatable is False
    assert "second time" in trip.because


def test_a_column_that_comes_back_last_is_no_difference(session: Session) -> None:
    session.execute("create table w.old (a int, b int)")
    up = "alter table w.old drop column a;"
    trip = tried(session, up, "alter table w.old add column a int;")
    assert (trip.restored, trip.repeatable) == (True, True)


def test_a_way_back_that_fails_says_where(session: Session) -> None:
    trip = tried(session, UP, "select 1;\ndrop table w.asks;")
    assert trip.restored is False
    assert trip.because.startswith("the way back fails: line 2: ")


def test_what_does_not_apply_cannot_be_judged(session: Session) -> None:
    trip = tried(session, "create table nowhere.bids (id int);", "drop table nowhere.bids;")
    assert (trip.restored, trip.repeatable) == (None, None)

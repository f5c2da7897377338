"""Files go in as Supabase's CLI runs them, and each says how it did."""

from collections.abc import Iterator

import pytest

from checklists.live.model import AppliedFile, Lock, Mode
from checklists.live.rehearsal.applying import apply
from checklists.live.rehearsal.script import script
from checklists.live.rehearsal.session import Session
from checklists.live.sandbox.boot import Server


@pytest.fixture
def session(server: Server) -> Iterator[Session]:
    """A session in an empty schema of its own, which is gone afterwards."""
    opened = Session(server)
    opened.execute("drop schema if exists t cascade; create schema t")
    yield opened
    opened.reset()
    opened.execute("drop schema t cascade")
    opened.close()


def applied(session: Session, text: str) -> AppliedFile:
    return apply(session, "m.sql", script("m.sql", text))


def holds(session: Session, relation: str) -> bool:
    row = session.connection.execute("select to_regclass(%s) is not null", (relation,)).fetchone()
    return bool(row and row[0])


def test_a_file_is_one_transaction(session: Session) -> None:
    file = applied(
        session, "create table t.a (id int);\nset local search_path = t;\ncreate table b (id int);"
    )
    assert (file.mode, file.skipped, file.locks) == (Mode.WHOLE, (), ())
    assert holds(session, "t.b")


def test_what_fails_is_skipped_and_told_by_line(session: Session) -> None:
    file = applied(
        session, "create table t.a (id int);\n\nalter table t.b add c int;\ncreate table t.c (id int);"
    )
    assert file.mode is Mode.BY_STATEMENT
    assert [(s.line, s.sqlstate) for s in file.skipped] == [(3, "42P01")]
    assert holds(session, "t.a")
    assert holds(session, "t.c")


def test_a_commit_of_the_file_s_own_commits(session: Session) -> None:
    file = applied(
        session,
        "begin;\ncreate table t.a (id int);\ncommit;\nbegin;\ncreate table t.b (id int);\nrollback;\n"
        "create table t.a (id int);",
    )
    assert [(s.line, s.sqlstate) for s in file.skipped] == [(7, "42P07")]
    assert holds(session, "t.a")
    assert not holds(session, "t.b")


def test_concurrently_runs_without_a_transaction(session: Session) -> None:
    file = applied(session, "create table t.a (id int);\ncreate index concurrently a_id on t.a (id);")
    assert (file.mode, file.skipped) == (Mode.AUTOCOMMIT, ())
    assert holds(session, "t.a_id")


def test_a_new_enum_value_can_be_used_at_once(session: Session) -> None:
    applied(session, "create type t.s as enum ('a'); create table t.a (s t.s);")
    file = applied(session, "alter type t.s add value 'b';\ninsert into t.a values ('b');")
    assert (file.mode, file.skipped) == (Mode.AUTOCOMMIT, ())


def test_locks_on_older_relations_are_told(session: Session) -> None:
    applied(session, "create table t.old (id int primary key);")
    file = applied(
        session,
        "create table t.new (id int primary key, o int references t.old);\n"
        "create index on t.old (id);\nselect * from t.old;",
    )
    assert file.locks == (Lock("t.old", "ShareLock"), Lock("t.old", "ShareRowExclusiveLock"))
    assert applied(session, "alter table t.old add c int;").locks == (Lock("t.old", "AccessExclusiveLock"),)


def test_text_that_is_no_sql_costs_itself(session: Session) -> None:
    file = applied(session, "create table t.a (id int);\nselec 1;\ncreate table t.b (id int);")
    assert [(s.line, s.sqlstate) for s in file.skipped] == [(2, "42601")]
    assert holds(session, "t.b")


def test_psql_s_rows_are_left_out(session: Session) -> None:
    text = "create table t.a (id int);\nCOPY t.a (id) FROM stdin;\n1\n\\.\ncreate table t.b (id int);"
    file = applied(session, text)
    assert [(s.line, s.message[:4]) for s in file.skipped] == [(2, "COPY")]
    assert holds(session, "t.b")


def test_settings_of_one_file_end_with_it(session: Session) -> None:
    applied(session, "set search_path = t; set role anon;")
    file = applied(session, "create table t.a (id int);")
    row = session.connection.execute("show search_path").fetchone()
    assert file.mode is Mode.WHOLE
    assert row == ('"$user", public, extensions',)


def test_an_extension_comes_in_the_version_and_schema_there_is(session: Session) -> None:
    file = applied(
        session,
        "create extension if not exists pg_cron version '1.0' schema extensions;\n"
        "select cron.schedule('a', '* * * * *', 'select 1');\ndrop extension pg_cron;",
    )
    assert (file.mode, file.skipped) == (Mode.WHOLE, ())


def test_settings_of_the_data_api_are_taken(session: Session) -> None:
    text = "alter role authenticator set pgrst.db_pre_request = 'public.check';\n"
    text += "alter role authenticator reset all;"
    assert applied(session, text).skipped == ()

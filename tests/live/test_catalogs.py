"""What the catalogs say is spelled as the replay spells it, with the replay's files and lines."""

import contextlib
from collections.abc import Iterator

import pytest

from checklists.live.catalogs.beside import beside
from checklists.live.catalogs.doubts import doubts, used_stand_ins
from checklists.live.catalogs.gaps import gaps_of, places_of
from checklists.live.catalogs.reading import read_catalogs
from checklists.live.model import AppliedFile
from checklists.live.rehearsal.applying import apply
from checklists.live.rehearsal.script import script
from checklists.live.rehearsal.session import Session
from checklists.live.sandbox.boot import Server
from checklists.live.sandbox.connecting import Connection
from checklists.repo.snapshot import Snapshot, Subject
from checklists.repo.source_file import source_file
from checklists.sql.build import build_schema
from checklists.sql.relations import Command
from checklists.sql.schema import Facet, Schema

PATH = "supabase/migrations/1_t.sql"
TEXT = """
create schema t;
create type t.state as enum ('open', 'closed');
create table t.orgs (id uuid primary key default gen_random_uuid());
create table t.bids (
  id bigint generated always as identity primary key,
  org uuid not null references t.orgs (id) on delete cascade,
  owner uuid default auth.uid(),
  state t.state not null default 'open',
  amount numeric(12,2) check (amount > 0)
);
create index bids_org on t.bids (org desc) where state = 'open';
alter table t.bids enable row level security;
create policy "Owners read" on t.bids for select to authenticated using ((select auth.uid()) = owner);
create function t.touch() returns trigger language plpgsql security definer set search_path = '' as $$
begin return new; end $$;
create trigger touch before update on t.bids for each row execute function t.touch();
create view t.open_bids with (security_invoker = true) as select id from t.bids where state = 'open';
revoke all on t.bids from anon;
grant select (id, org), insert on t.bids to authenticated;
grant usage on schema t to authenticated;
alter publication supabase_realtime add table t.bids;
insert into storage.buckets (id, name, public) values ('t-files', 't-files', true);
do $do$ begin execute 'create table t.made (id int)'; end $do$;
"""


def snapshot(text: str) -> Snapshot:
    return Snapshot("/", Subject("c", "t"), {PATH: source_file(PATH, "b", text.encode())})


@pytest.fixture
def session(server: Server) -> Iterator[Session]:
    opened = Session(server)
    yield opened
    opened.reset()
    opened.execute("drop schema if exists t cascade; delete from storage.buckets where id = 't-files'")
    opened.close()


@pytest.fixture
def reader(server: Server) -> Iterator[Connection]:
    with contextlib.closing(server.inspect()) as connection:
        yield connection


def run(session: Session, text: str) -> AppliedFile:
    return apply(session, PATH, script(PATH, text))


def read(session: Session, reader: Connection, text: str) -> tuple[Schema, Schema]:
    """The replay's and the catalogs' of the same text."""
    file = run(session, text)
    static = build_schema([(PATH, text)])
    return static, read_catalogs(reader, static, {PATH: text}, gaps_of([file], static, snapshot(text)))


def test_the_catalogs_answer_as_the_replay(session: Session, reader: Connection) -> None:
    static, live = read(session, reader, TEXT)
    was, table = static.tables["t.bids"], live.tables["t.bids"]
    assert [(c.name, c.type, c.not_null, c.location) for c in table.columns] == [
        (c.name, c.type, c.not_null, c.location) for c in was.columns
    ]
    assert sorted((k.name, k.kind, k.columns, k.on_delete, k.location) for k in table.constraints) == sorted(
        (k.name, k.kind, k.columns, k.on_delete, k.location) for k in was.constraints
    )
    assert {(i.name, i.columns, i.orderings, i.location) for i in table.indexes} == {
        (i.name, i.columns, i.orderings, i.location) for i in was.indexes
    }
    assert table.triggers == was.triggers
    assert table.rls_enabled
    assert table.rls_location == was.rls_location
    assert set(table.grants) == set(was.grants)
    assert live.views["t.open_bids"].security_invoker
    assert live.types["t.state"] == static.types["t.state"]
    assert live.buckets["t-files"] == static.buckets["t-files"]
    assert live.publications["supabase_realtime"].publishes(table)
    assert set(live.schema_grants["t"]) == set(static.schema_grants["t"])


def test_a_policy_and_a_function_keep_their_places(session: Session, reader: Connection) -> None:
    static, live = read(session, reader, TEXT)
    (policy,) = live.tables["t.bids"].policies
    assert (policy.command, policy.roles, policy.location.line) == (Command.SELECT, ("authenticated",), 14)
    assert policy.using == "( SELECT auth.uid() AS uid) = owner" or "auth.uid()" in (policy.using or "")
    function = live.functions["t.touch()"]
    assert (function.body_line, function.security_definer, function.search_path) == (
        static.functions["t.touch()"].body_line, True, static.functions["t.touch()"].search_path,
    )  # fmt: skip


def test_what_only_the_server_followed_is_found_in_the_text(session: Session, reader: Connection) -> None:
    _, live = read(session, reader, TEXT)
    assert live.tables["t.made"].location.line == TEXT.count("\n", 0, TEXT.index("t.made")) + 1


def test_what_was_refused_is_a_gap_unless_it_is_there_already(session: Session, reader: Connection) -> None:
    text = "create schema t;\ncreate schema t;\nalter table t.x enable row level security;\n"
    text += "insert into t.x values (1);"
    _, live = read(session, reader, text)
    assert [(g.gap.location.line if g.gap.location else 0) for g in live.gaps] == [3]
    assert Facet.RLS in live.gaps[0].facets


def test_doubt_reaches_a_table_through_policy_and_function(session: Session, reader: Connection) -> None:
    text = (
        "create schema t; create table t.a (id text); create table t.b (id text);\n"
        "create function t.f(x text) returns boolean language sql as "
        "$$ select extensions.crypt(x, 'salt') = x $$;\n"
        "create policy p on t.a using (t.f(id));\n"
        "create view t.v as select * from t.a;\n"
        "alter table t.b add column c nowhere.at_all;"
    )
    file = run(session, text)
    live = read_catalogs(reader, build_schema([(PATH, text)]), {PATH: text})
    found = doubts(reader, live, [file], snapshot(text))
    assert set(found) == {"function:t.f(text)", "policy:t.a/p", "table:t.a", "table:t.b", "view:t.v"}
    assert "stand-in for pgcrypto" in found["view:t.v"][0]
    assert "line 5" in found["table:t.b"][0]
    assert used_stand_ins(reader, found) == ("pgcrypto",)


def test_a_function_of_postgres_own_name_is_no_doubt(session: Session, reader: Connection) -> None:
    text = "create schema t; create table t.a (id int check (sign(id) > 0));"
    text += "create policy p on t.a using (sign(id) > 0);"
    file = run(session, text)
    live = read_catalogs(reader, build_schema([(PATH, text)]), {PATH: text})
    assert doubts(reader, live, [file], snapshot(text)) == {}
    assert used_stand_ins(reader, {}) == ()


def test_what_the_project_grants_by_default_is_still_told_apart(session: Session, reader: Connection) -> None:
    text = """
      create schema t;
      alter default privileges in schema t grant select on tables to anon;
      create table public.t_left (id int);
      create table public.t_said (id int);
      grant all on public.t_said to anon, authenticated;
      revoke select (id) on public.t_left from anon;
      """
    try:
        static, live = read(session, reader, text)
        for name, implied in (("public.t_left", True), ("public.t_said", False)):
            grants = [g for g in live.tables[name].grants if g.role == "anon"]
            assert grants
            assert {g.implied for g in grants} == {implied}
        assert live.column_revokes == static.column_revokes != ()
    finally:
        session.execute("drop table if exists public.t_left, public.t_said")


def test_a_function_keeps_its_name_where_an_extension_brings_a_type(
    session: Session, reader: Connection
) -> None:
    text = "create schema t; create extension if not exists vector with schema extensions;\n"
    text += "create function t.near(vector, int) returns int language sql as $$ select 1 $$;"
    static, live = read(session, reader, text)
    assert [name for name in live.functions if name.startswith("t.")] == ["t.near(vector, integer)"]
    assert (
        live.functions["t.near(vector, integer)"].location
        == static.functions["t.near(vector, integer)"].location
    )


def test_what_is_sent_of_changed_rows_is_read(session: Session, reader: Connection) -> None:
    _, live = read(
        session, reader, "create schema t; create table t.a (); alter table t.a replica identity full;"
    )
    assert live.tables["t.a"].replica_identity == "full"


def test_a_job_that_waits_for_a_secret_is_still_the_text_s(session: Session, reader: Connection) -> None:
    text = "create schema t; create extension if not exists pg_cron;"
    text += "select cron.schedule('t-now', '* * * * *', 'select 1');"
    later = text + "select cron.schedule('t-later', '* * * * *', 'select 2');"
    run(session, text)
    live = read_catalogs(reader, build_schema([(PATH, later)]), {PATH: later})
    assert {job.name for job in live.cron_jobs} >= {"t-now", "t-later"}
    session.execute("select cron.unschedule('t-now')")


def test_objects_come_in_the_replay_s_order(session: Session, reader: Connection) -> None:
    static, live = read(session, reader, "create schema t; create table t.z (); create table t.a ();")
    assert [name for name in live.tables if name in static.tables] == list(static.tables)


REFUSED = """create schema t;
create table t.a (id int);
alter table t.a enable row level security;
create policy "By hand" on t.a using (t.made_by_hand());
create index a_gone on t.a (gone);
create function t.f() returns int language sql as $$ select t.made_by_hand()::int $$;
create policy "Real" on t.a using (id = 1);
create index a_real on t.a (id);
"""


def test_the_text_of_a_refused_statement_stays_beside_the_catalogs(
    session: Session, reader: Connection
) -> None:
    file = run(session, REFUSED)
    static = build_schema([(PATH, REFUSED)])
    live = read_catalogs(reader, static, {PATH: REFUSED}, gaps_of([file], static, snapshot(REFUSED)))
    assert [policy.name for policy in live.tables["t.a"].policies] == ["Real"]
    found = beside(live, static, places_of([file], snapshot(REFUSED)))
    table = found.tables["t.a"]
    assert {policy.name for policy in table.policies} == {"By hand", "Real"}
    assert {index.name for index in table.indexes} == {"a_gone", "a_real"}
    assert "t.f()" in found.functions
    assert [place.line for place, _ in found.refused] == [4, 5, 6]
    told = {gap.gap.location.line: gap.facets for gap in found.gaps if gap.gap.location}
    assert Facet.POLICIES in told[4]
    assert 5 not in told  # which index there is decides nothing of who reaches a row


def test_what_the_text_of_the_migrations_says_stays(session: Session, reader: Connection) -> None:
    static = build_schema([(PATH, TEXT), ("supabase/migrations/2_t.sql", LATER)])
    run(session, TEXT + LATER)
    live = read_catalogs(reader, static, {PATH: TEXT})
    assert live.alterations == static.alterations != ()
    roles = {policy.name: policy.stated for policy in live.tables["t.bids"].policies}
    assert roles == {"Owners read": True, "Nobody said": False, "Public said": True}


LATER = """
alter table t.bids add constraint positive check (id > 0);
create policy "Nobody said" on t.bids for delete using (false);
create policy "Public said" on t.bids for update to public using (false);
"""

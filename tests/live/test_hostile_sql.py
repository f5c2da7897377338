"""What SQL that nobody vouches for may not do: leave the server, rise above its role, outlast its budget."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from checklists.live.model import Mode
from checklists.live.rehearsal.applying import apply
from checklists.live.rehearsal.script import script
from checklists.live.rehearsal.session import Session
from checklists.live.sandbox.boot import Server, boot
from checklists.live.sandbox.limits import DEFAULT, MB
from checklists.live.sandbox.settings import OWNER

STATEMENTS = Path(__file__).with_name("hostile.sql.txt").read_text("utf-8").splitlines()
WITNESS = Path("/tmp/counterseal-was-here")
# What Postgres refuses for want of a right, or does not know here.
REFUSED = (
    "42501",
    "42704",
    "0A000",
    "55006",
    "58P01",
    "42602",
    "22023",
    "55000",
    "42883",
    "0LP01",
    "42P13",
    "42601",
)


@pytest.fixture
def session(server: Server) -> Iterator[Session]:
    opened = Session(server)
    yield opened
    opened.reset()
    opened.execute("drop schema if exists h cascade")
    opened.close()


def is_sound(server: Server) -> bool:
    """The role has risen to nothing, and the watchdog still reaches the server."""
    with contextlib.closing(server.connect()) as connection:
        row = connection.execute(
            "select rolsuper or rolreplication or rolcreatedb, pg_has_role(%s, 'member'),"
            " pg_has_role('pg_read_server_files', 'member') from pg_roles where rolname = 'postgres'",
            (OWNER,),
        ).fetchone()
    return row == (False, False, False)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_it_is_refused(server: Server, statement: str) -> None:
    with contextlib.closing(server.connect()) as connection:
        with pytest.raises(psycopg.Error) as refusal:
            connection.execute(statement.encode())
        assert refusal.value.sqlstate in REFUSED, refusal.value
    assert not WITNESS.exists()
    assert is_sound(server)


def test_there_are_enough_of_them() -> None:
    assert len(set(STATEMENTS)) >= 40


PROGRAM = "execute 'copy (select 1) to program ''touch /tmp/counterseal-was-here'''"
BODY = f"begin {PROGRAM}; return null; exception when insufficient_privilege then return null; end"
TRICKS = {
    "a trigger on its own table": f"""
        create table h.t (id int);
        create function h.f() returns trigger language plpgsql as $$ {BODY} $$;
        create trigger f before insert on h.t for each row execute function h.f();
        insert into h.t values (1);""",
    "a trigger on a table of the platform": f"""
        create function h.f() returns trigger language plpgsql security definer as $$ {BODY} $$;
        create trigger f after insert on auth.users for each row execute function h.f();
        insert into auth.users (id) values (gen_random_uuid());
        drop trigger f on auth.users;""",
    "a default and a generated column": f"""
        create function h.g() returns int language plpgsql as $$ {BODY.replace("null", "1")} $$;
        create table h.t (id int default h.g());
        insert into h.t default values;
        analyze h.t;""",
    "an index expression that upkeep would run": f"""
        create function h.g(int) returns int language plpgsql immutable as $$ {BODY.replace("null", "1")} $$;
        create table h.t (id int);
        insert into h.t values (1);
        create index on h.t (h.g(id));
        reindex table h.t;""",
    "a function that hides a system one": f"""
        create function h.now() returns timestamptz language plpgsql as
          $$ begin {PROGRAM}; return pg_catalog.now(); end $$;
        create function h.to_regclass(text) returns regclass language plpgsql as
          $$ begin {PROGRAM}; return null; end $$;
        alter role postgres set search_path = h, pg_catalog;""",
    "an extension script that finds a schema of ours": f"""
        create schema net;
        create function net.http_post(text) returns int language plpgsql as $$ {BODY.replace("null", "1")} $$;
        create extension pg_net;""",
}


@pytest.mark.parametrize("trick", TRICKS)
def test_a_trick_runs_with_the_role_s_own_rights(server: Server, session: Session, trick: str) -> None:
    session.execute("create schema h")
    file = apply(session, "m.sql", script("m.sql", TRICKS[trick]))
    assert file.mode in (Mode.WHOLE, Mode.BY_STATEMENT)
    with contextlib.closing(server.inspect()) as reader:
        reader.execute("select now(), to_regclass('pg_class')")
    session.execute(
        'alter role postgres set search_path = "$user", public, extensions; drop schema if exists net cascade'
    )
    assert not WITNESS.exists()
    assert is_sound(server)


@pytest.fixture(scope="module")
def tight() -> Iterator[Server]:
    """A server with little patience and little room."""
    limits = replace(
        DEFAULT, statement_seconds=0.6, disk_bytes=48 * MB, file_bytes=24 * MB, process_bytes=512 * MB
    )
    with boot(limits) as booted:
        yield booted


LOOPS = {
    "an endless loop": "do $$ begin loop perform 1; end loop; end $$;",
    "a loop that swallows what stops it": (
        "do $$ begin loop begin loop perform 1; end loop; exception when query_canceled or others then null;"
        " end; end loop; end $$;"
    ),
    "a loop that lifts its own limit": "set statement_timeout = 0; do $$ begin loop null; end loop; end $$;",
    "a long sleep": "select pg_sleep(100000);",
    "a recursion without an end": "with recursive r as (select 1 union all select 1 from r) select from r;",
}


@pytest.mark.parametrize("loop", LOOPS)
def test_what_never_ends_is_ended_and_told(tight: Server, loop: str) -> None:
    with contextlib.closing(Session(tight)) as session:
        file = apply(session, "m.sql", script("m.sql", f"select 1;\n{LOOPS[loop]}\nselect 2;"))
        assert file.mode is Mode.BY_STATEMENT
        (skipped,) = file.skipped
        assert skipped.sqlstate in ("57014", "57P01", "53400", "XX000", "")
        assert skipped.line == 2


GREEDY = {
    "memory": "select length(repeat('x', 1000000000) || repeat('y', 900000000));",
    "many strings": "do $$ declare a text[]; begin loop a := a || repeat('x', 1000000); end loop; end $$;",
    "a large file": "create table public.l as select repeat('x', i) t from generate_series(1, 99999) i;",
    "many files": (
        "do $$ begin for i in 1..400 loop execute format('create table public.m%s as select"
        " repeat(md5(i::text), 60) t from generate_series(1, 2000) i', i); perform pg_sleep(0.02);"
        " end loop; end $$;"
    ),
}


@pytest.mark.parametrize("greed", GREEDY)
def test_what_takes_too_much_is_refused_and_told(tight: Server, greed: str) -> None:
    with contextlib.closing(Session(tight)) as session:
        file = apply(session, "m.sql", script("m.sql", GREEDY[greed]))
        assert file.skipped
        assert file.skipped[0].message
        assert apply(session, "n.sql", script("n.sql", "select 1;")).mode is Mode.WHOLE

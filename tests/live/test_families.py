"""That the families of types, and what is judged by them, are Postgres' own."""

from itertools import product

import psycopg
import pytest
from refusing import KEYS_REFUSED, KEYS_TAKEN, REFUSED, TABLES, TAKEN

from checklists.live.sandbox.boot import Server
from checklists.sql.analysis.families import FAMILIES, differ
from checklists.sql.folding.platform import new_project

ARRAYS = ("text[]", "uuid[]", "integer[]")


def _refusal(connection: psycopg.Connection[tuple[object, ...]], *statements: str) -> str | None:
    """The SQLSTATE by which the last is refused, after which nothing is left of any."""
    try:
        with connection.transaction(force_rollback=True):
            for statement in statements:
                connection.execute(statement.encode())
    except psycopg.Error as error:
        return error.sqlstate
    return None


def test_types_of_two_families_never_go_together(server: Server) -> None:
    db = new_project()
    extension = "create extension if not exists citext with schema extensions"
    pairs = [(a, b) for a, b in product((*FAMILIES, *ARRAYS), repeat=2) if differ(db, a, b)]
    assert len(pairs) > 300
    with server.connect() as connection, connection.transaction(force_rollback=True):
        connection.execute(extension.encode())
        for one, other in pairs:
            assert _refusal(connection, f"select null::{one} = null::{other}") == "42883", (one, other)
            function = f"create function pg_temp.f(a {other}) returns int return 1"
            assert _refusal(connection, function, f"select pg_temp.f(null::{one})") == "42883", (one, other)
            key = f"create table a (x {other} primary key)", f"create table b (x {one} references a)"
            assert _refusal(connection, *key) == "42804", (one, other)


@pytest.mark.parametrize("condition", TAKEN)
def test_conditions_that_postgres_takes(server: Server, condition: str) -> None:
    with server.connect() as connection:
        assert _refusal(connection, TABLES, f"create policy p on public.t using ({condition})") is None


@pytest.mark.parametrize(("condition", "state"), REFUSED)
def test_conditions_that_it_refuses(server: Server, condition: str, state: str) -> None:
    with server.connect() as connection:
        assert _refusal(connection, TABLES, f"create policy p on public.t using ({condition})") == state


@pytest.mark.parametrize("key", [*KEYS_TAKEN, *KEYS_REFUSED])
def test_keys(server: Server, key: str) -> None:
    with server.connect() as connection:
        state = _refusal(connection, TABLES, f"create table public.k ({key})")
    assert state == (None if key in KEYS_TAKEN else "42804")

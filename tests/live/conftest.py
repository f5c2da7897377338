"""One booted server for all live tests of a worker; a test that changes it puts things back."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from folding import built

from checklists.live.ground import Ground
from checklists.live.sandbox.boot import Server, boot


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with boot() as booted:
        yield booted


@pytest.fixture(scope="module")
def on_ground(server: Server) -> Iterator[Callable[[str], Ground]]:
    """Makes the ground of SQL that a test gives; what it made is gone after the module's tests."""
    before = existing(server)

    def make(sql: str) -> Ground:
        clean(server, before)
        schema = built(sql)
        with closing(server.connect()) as connection:
            connection.execute(sql.encode())
        return Ground(server.connect, server.watchdog.limit, schema, schema)

    yield make
    clean(server, before)


def existing(server: Server) -> frozenset[str]:
    """The names of what lies in `public`, relations, functions and types."""
    with closing(server.connect()) as connection:
        rows = connection.execute(
            "select 'table ' || c.oid::regclass from pg_class c where relnamespace = 'public'::regnamespace"
            " and relkind in ('r', 'p')"
            " union select 'view ' || c.oid::regclass from pg_class c"
            " where relnamespace = 'public'::regnamespace and relkind = 'v'"
            " union select 'routine ' || oid::regprocedure from pg_proc"
            " where pronamespace = 'public'::regnamespace"
            " union select 'type ' || oid::regtype from pg_type where typnamespace = 'public'::regnamespace"
            " and typtype in ('e', 'd')"
        ).fetchall()
    return frozenset(name for (name,) in rows)


def clean(server: Server, before: frozenset[str]) -> None:
    """Drop what a test made, and sign its people off."""
    made = existing(server) - before
    with closing(server.connect()) as connection:
        for name in sorted(made, key=lambda each: (not each.startswith("table"), each)):
            kind, _, rest = name.partition(" ")
            connection.execute(f"drop {kind} if exists {rest} cascade".encode())
        connection.execute("delete from auth.users")

"""What a database holds: as one value, to see whether a file left a trace; as lines, to compare states."""

from importlib import resources

from checklists.live.sandbox.connecting import Connection


def digest(connection: Connection) -> str:
    """A SHA-256 over the catalogs as they are stored; quick, and only for states of one database."""
    row = connection.execute(_query("digest.sql")).fetchone()
    return str(row[0]) if row else ""


def lines(connection: Connection) -> tuple[str, ...]:
    """Every object of the repo's own, sorted: relations, columns, constraints, indexes, policies, grants,
    functions, triggers, types, comments, publications, buckets. The order of columns is left out.
    """
    return tuple(row[0] for row in connection.execute(_query("lines.sql")).fetchall())


def _query(name: str) -> bytes:
    return (resources.files("checklists.live.rehearsal") / name).read_bytes()

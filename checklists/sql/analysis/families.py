"""Which types Postgres compares with each other.

Between two types of different families there is no `=`, no foreign key can be made, and a function's argument
takes none for the other: tried for all pairs on Postgres 18 (tests/live/test_families.py). Within a family
most pairs go, and those that do not are nobody's concern here.
"""

import re

from checklists.sql.folding.state import Database

_MEMBERS = {
    "text": ("text", "character varying", "character", "name", "citext"),
    "number": ("smallint", "integer", "bigint", "numeric", "real", "double precision", "oid"),
    "instant": ("date", "timestamp without time zone", "timestamp with time zone"),
    "span": ("interval", "time without time zone", "time with time zone"),
    "uuid": ("uuid",),
    "boolean": ("boolean",),
    "jsonb": ("jsonb",),
    "bytea": ("bytea",),
    "inet": ("inet", "cidr"),
}
FAMILIES = {member: family for family, members in _MEMBERS.items() for member in members}
_MODIFIER = re.compile(r"\s*\([^)]*\)")
_DEEPEST = 8


def plain(spelled: str) -> str:
    """The type without its modifier: `numeric(12,2)` is `numeric`."""
    return _MODIFIER.sub("", spelled) if "(" in spelled else spelled


def family(db: Database, spelled: str | None) -> str | None:
    """The family of a type, that of its base for a domain, its own for an enum; None for any other."""
    for _ in range(_DEEPEST):
        if spelled is None:
            return None
        if spelled.endswith("[]"):
            inner = family(db, spelled[:-2])
            return inner and f"{inner}[]"
        spelled = plain(spelled)
        if spelled in FAMILIES:
            return FAMILIES[spelled]
        known = db.types.get(spelled)
        if known is None or known.kind != "domain":
            return spelled if known is not None and known.kind == "enum" else None
        spelled = known.base
    return None


def differ(db: Database, one: str | None, other: str | None) -> bool:
    """Whether the types are surely of two families; never where the repo makes operators or casts."""
    if one is None or other is None or one == other or db.recast:
        return False
    families = family(db, one), family(db, other)
    return None not in families and families[0] != families[1]

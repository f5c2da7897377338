"""SQL text for remedies that can be pasted: identifiers quoted where Postgres needs it."""

import re

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*")
# Words that cannot name a column or table without quotes (pg_get_keywords(), catcode R and T).
_RESERVED = frozenset(
    """
    all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean
    both case cast char character check coalesce collate collation column concurrently constraint create
    cross current_date current_role current_time current_timestamp current_user default deferrable desc
    distinct do else end except exists false fetch float for foreign freeze from full grant group having
    ilike in initially inner int integer intersect interval into is isnull join lateral leading left
    like limit localtime localtimestamp natural not notnull null numeric offset on only or order outer
    overlaps placing position primary real references returning right row select session_user setof
    similar smallint some symmetric table tablesample then time timestamp to trailing treat trim true
    union unique user using values varchar variadic verbose when where window with
    """.split()  # noqa: SIM905 - a list of words reads best as words
)


def ident(name: str) -> str:
    """One identifier, quoted where it must be."""
    if _PLAIN.fullmatch(name) and name not in _RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A string literal."""
    return "'" + text.replace("'", "''") + "'"


def relation(qualified: str) -> str:
    """`schema.name`, each part quoted where it must be."""
    schema, _, name = qualified.partition(".")
    return f"{ident(schema)}.{ident(name)}" if name else ident(schema)


def columns(names: tuple[str, ...]) -> str:
    """A column list without its brackets."""
    return ", ".join(ident(name) for name in names)


def listed(names: tuple[str, ...], most: int = 3) -> str:
    """Names for a sentence: `a, b, c and 4 more`."""
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""

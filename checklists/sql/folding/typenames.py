"""Spells types as Postgres' format_type does: `timestamp with time zone`, `numeric(12,2)`, `text[]`."""

from checklists.sql.folding.names import split_name, strings
from checklists.sql.folding.state import Database
from checklists.sql.parse import pb, sql_of

_CANONICAL = {
    "bool": "boolean",
    "bpchar": "character",
    "char": '"char"',
    "decimal": "numeric",
    "float4": "real",
    "float8": "double precision",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "time": "time without time zone",
    "timetz": "time with time zone",
    "varbit": "bit varying",
    "varchar": "character varying",
}
_PLAIN = frozenset(
    [
        "aclitem",
        "any",
        "anyarray",
        "anyelement",
        "anynonarray",
        "anyenum",
        "anyrange",
        "anycompatible",
        "anycompatiblearray",
        "anycompatiblemultirange",
        "anycompatiblenonarray",
        "anycompatiblerange",
        "anymultirange",
        "bit",
        "box",
        "bytea",
        "cid",
        "cidr",
        "circle",
        "cstring",
        "date",
        "datemultirange",
        "daterange",
        "event_trigger",
        "fdw_handler",
        "inet",
        "int4multirange",
        "int4range",
        "int8multirange",
        "int8range",
        "internal",
        "interval",
        "json",
        "jsonb",
        "jsonpath",
        "language_handler",
        "line",
        "lseg",
        "macaddr",
        "macaddr8",
        "money",
        "name",
        "numeric",
        "nummultirange",
        "numrange",
        "oid",
        "oidvector",
        "path",
        "pg_lsn",
        "pg_snapshot",
        "point",
        "polygon",
        "record",
        "refcursor",
        "regclass",
        "regcollation",
        "regconfig",
        "regdictionary",
        "regnamespace",
        "regoper",
        "regoperator",
        "regproc",
        "regprocedure",
        "regrole",
        "regtype",
        "text",
        "tid",
        "trigger",
        "tsmultirange",
        "tsquery",
        "tsrange",
        "tstzmultirange",
        "tstzrange",
        "tsvector",
        "txid_snapshot",
        "unknown",
        "uuid",
        "void",
        "xid",
        "xid8",
        "xml",
    ]
)
SERIALS = {
    "serial": "integer", "serial4": "integer", "bigserial": "bigint", "serial8": "bigint",
    "smallserial": "smallint", "serial2": "smallint",
}  # fmt: skip


def builtin(name: str) -> str | None:
    """Postgres' spelling of its own type of that internal name, without modifier."""
    return _CANONICAL.get(name) or (name if name in _PLAIN else None)


def type_text(db: Database, node: pb.TypeName, *, modifiers: bool = True) -> str:
    """The type; without `modifiers` as the signature of a function has it."""
    if node.pct_type:
        return _column_type(db, strings(node.names))
    base = base_type(db, *split_name(strings(node.names)))
    if modifiers and node.typmods:
        base = _modified(base, node)
    return base + "[]" * min(1, len(node.array_bounds))


def base_type(db: Database, schema: str, name: str) -> str:
    """A type without modifier or brackets; the user's own with their schema, an extension's without."""
    known = builtin(name) if schema in ("", "pg_catalog") else None
    if known is not None:
        return known
    if name.startswith("_") and schema in ("", "pg_catalog") and (known := builtin(name[1:])) is not None:
        return f"{known}[]"
    found = find_type(db, schema, name)
    return found if found is not None else (f"{schema}.{name}" if schema not in ("", "extensions") else name)


def find_type(db: Database, schema: str, name: str) -> str | None:
    """The qualified name of the enum, domain, composite or row type meant."""
    for candidate in (schema,) if schema else db.search_path:
        qualified = f"{candidate}.{name}"
        if qualified in db.types or qualified in db.tables or qualified in db.views:
            return qualified
    return None


def _modified(base: str, node: pb.TypeName) -> str:
    values = [sql_of(value) for value in node.typmods]
    if base == "interval":
        # The first is a bit mask of fields, which no rule asks for.
        return base
    text = f"({','.join(values)})"
    head, _, tail = base.partition(" ")
    if base.startswith("time"):
        return f"{head}{text} {tail}"
    return base + text


def _column_type(db: Database, parts: tuple[str, ...]) -> str:
    """`table.column%TYPE`."""
    if len(parts) > 1:
        schema, table = split_name(parts[:-1])
        found = find_type(db, schema, table)
        column = db.tables[found].column(parts[-1]) if found in db.tables else None
        if column is not None:
            return column.type
    return ".".join(parts) + "%TYPE"

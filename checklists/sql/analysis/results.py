"""The types that functions give, as far as policies and views use them."""

from typing import Any

from checklists.sql.folding.names import split_name, strings
from checklists.sql.folding.routines import overloads
from checklists.sql.folding.state import Database
from checklists.sql.parse import pb
from checklists.sql.schema import Function

_GIVING = {
    "text": (
        "btrim", "concat", "concat_ws", "current_setting", "format", "initcap", "jsonb_extract_path_text",
        "left", "lower", "lpad", "ltrim", "md5", "regexp_replace", "replace", "right", "rpad", "rtrim",
        "split_part", "substring", "to_char", "upper",
    ),
    "text[]": ("string_to_array",),
    "uuid": ("gen_random_uuid",),
    "bigint": ("count",),
    "timestamp with time zone": ("now", "clock_timestamp", "statement_timestamp", "transaction_timestamp"),
}  # fmt: skip
# Built in or the platform's, by schema and name.
_KNOWN = {("", name): given for given, names in _GIVING.items() for name in names} | {
    ("auth", "uid"): "uuid",
    ("auth", "role"): "text",
    ("auth", "email"): "text",
    ("auth", "jwt"): "jsonb",
    ("storage", "foldername"): "text[]",
    ("storage", "filename"): "text",
    ("storage", "extension"): "text",
}
_VALUES = {
    pb.SVFOP_CURRENT_DATE: "date",
    pb.SVFOP_CURRENT_TIMESTAMP: "timestamp with time zone",
    pb.SVFOP_CURRENT_USER: "name",
    pb.SVFOP_CURRENT_ROLE: "name",
    pb.SVFOP_SESSION_USER: "name",
    pb.SVFOP_USER: "name",
}


def session_value(node: Any) -> str | None:
    """The type of CURRENT_DATE, CURRENT_USER and their like."""
    return _VALUES.get(node.op)


def called(db: Database, node: Any) -> tuple[str | None, Function | None, tuple[str, str]]:
    """(the type that a call gives, the repo's one function that it means, its schema and name as written)."""
    schema, name = split_name(strings(node.funcname))
    known = _KNOWN.get(("" if schema == "pg_catalog" else schema, name))
    if known is not None:
        return known, None, (schema, name)
    found = overloads(db, schema, name)
    function = found[0] if len(found) == 1 else None
    return _given(function), function, (schema, name)


def _given(function: Function | None) -> str | None:
    if function is None:
        return None
    return None if function.returns.startswith("table(") else function.returns.removeprefix("setof ")

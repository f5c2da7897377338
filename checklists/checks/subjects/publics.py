"""What every visitor may read or add anyway, by the schema: then a service key opens nothing."""

import re
from collections.abc import Iterable

from checklists.sql.expressions import Names, conditions
from checklists.sql.questions.exposure import served_definers
from checklists.sql.questions.openness import Openness, openness
from checklists.sql.schema import Command, Function, Schema
from checklists.ts.index import Effect

Filters = tuple[tuple[str, str, str], ...]
"""Of a query: the method, the column, the text of the value."""

_WORDS = frozenset({"true", "false", "null"})
_PERSONAL = re.compile(r"user|owner|email|phone|account|member|customer|client|org|tenant|token|secret|uuid")

_SENSITIVE = re.compile(
    r"mail|phone|address|token|secret|key|password|birth|salary|iban|card|note|message|content|body|\*",
    re.IGNORECASE,
)


def is_public_read(schema: Schema, effect: Effect, filters: Filters = ()) -> bool:
    """Rows that every visitor may read anyway, or figures of a function that is asked for nobody by name."""
    if effect.kind != "query" or effect.table is None:
        return False
    if effect.operation == "rpc":
        name = _qualified(effect.table)
        found = [each for each in schema.functions.values() if each.qualified == name]
        return bool(found) and all(names_nobody(each) for each in found)
    return effect.operation == "select" and is_public(schema, effect.table, filters)


def is_public(schema: Schema, table: str, filters: Filters = ()) -> bool:
    """Whether a policy shows every visitor every row of the table, or every row that these filters of a query
    leave: `.eq('active', true)` where the policy asks for `active`.
    """
    found = schema.tables.get(_qualified(table))
    if found is None or found.restrictive(Command.SELECT, "anon"):
        return False
    names = Names.of(schema, found)
    return any(
        policy.using is not None
        and (
            openness(policy.using, found, policy) is Openness.EVERYONE
            or _leave_no_more(filters, policy.using, names)
        )
        for policy in found.permissive(Command.SELECT, "anon")
    )


def _leave_no_more(filters: Filters, using: str, names: Names) -> bool:
    """Whether the query asks by literals for all that the policy asks for."""
    fixed = {
        (column, value.strip().strip("'\"`").lower())
        for method, column, value in filters
        if method in ("eq", "is") and (value.strip() in _WORDS or value.strip()[:1] in "'\"`")
    }
    asked = conditions(using, names)
    return bool(asked) and all(
        each.kind != "not null" and (each.column, each.value.lower() or "null") in fixed for each in asked
    )


def callable_anyway(schema: Schema, name: str, role: str) -> tuple[Function, ...]:
    """The SECURITY DEFINER functions of this name where `role` may call each of them itself: the service key
    opens nothing there that the role could not have.
    """
    called = [each for each in schema.functions.values() if each.qualified == _qualified(name)]
    served = [each for each, roles in served_definers(schema) if each in called and role in roles]
    return tuple(served) if called and len(served) == len(called) else ()


def takes_new_rows(schema: Schema, name: str) -> bool:
    """Whether a policy takes any new row of the table from every visitor."""
    table = schema.tables.get(_qualified(name))
    return table is not None and any(
        policy.effective_check is not None
        and openness(policy.effective_check, table, policy) is Openness.EVERYONE
        for policy in table.permissive(Command.INSERT, "anon")
    )


def names_nobody(function: Function) -> bool:
    """Whether it changes nothing, and neither its name nor its arguments tell of people."""
    told = " ".join((function.qualified.rpartition(".")[2], *function.arguments, *function.argument_names))
    return function.volatility != "volatile" and not _PERSONAL.search(told.lower())


def _qualified(name: str) -> str:
    return name if "." in name else f"public.{name}"


def is_sensitive(columns: Iterable[str]) -> bool:
    """Whether columns by these names hold what people keep to themselves; a star may hold all of it."""
    return any(_SENSITIVE.search(column) for column in columns)

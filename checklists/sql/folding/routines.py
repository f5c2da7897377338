"""Finds functions and procedures by name and argument types."""

from collections.abc import Iterable
from typing import Any

from checklists.sql.folding.names import display, missing, split_name, strings
from checklists.sql.folding.state import Database, Refused
from checklists.sql.folding.typenames import type_text
from checklists.sql.parse import pb
from checklists.sql.schema import Facet, Function


def overloads(db: Database, schema: str, name: str) -> list[Function]:
    """All functions of that name in the first schema of the path that has one."""
    for candidate in (schema,) if schema else db.search_path:
        found = db.functions.overloads(f"{candidate}.{name}")
        if found:
            return found
    return []


def find_routine(db: Database, schema: str, name: str) -> str:
    """The qualified name, also where no migration defines it (an extension's or the platform's)."""
    found = overloads(db, schema, name)
    if found:
        return found[0].qualified
    return f"{schema}.{name}" if schema else name


def resolve(db: Database, node: pb.ObjectWithArgs) -> Function | None:
    """The function meant by `name(types)` or by a name that is not overloaded."""
    schema, name = split_name(strings(node.objname))
    found = overloads(db, schema, name)
    if node.args_unspecified:
        return found[0] if len(found) == 1 else None
    wanted = tuple(type_text(db, each.type_name, modifiers=False) for each in node.objargs)
    exact = next((f for f in found if f.arguments == wanted), None)
    if exact is not None:
        return exact
    inputs = tuple(_input_types(db, node.objfuncargs))
    return next((f for f in found if f.arguments == inputs), None)


def _input_types(db: Database, parameters: Iterable[Any]) -> Iterable[str]:
    for each in parameters:
        if each.function_parameter.mode not in (pb.FUNC_PARAM_OUT, pb.FUNC_PARAM_TABLE):
            yield type_text(db, each.function_parameter.arg_type, modifiers=False)


def need_routine(db: Database, node: pb.ObjectWithArgs, *facets: Facet) -> Function:
    """The function meant.

    Raises:
        Refused: There is none, or more than one.
    """
    found = resolve(db, node)
    if found is not None:
        return found
    schema, name = split_name(strings(node.objname))
    if node.args_unspecified and overloads(db, schema, name):
        of = f"function:{display(db, schema, name)}"
        raise Refused("42725", f"the function name {name} is not unique", of, *facets, uncertain=False)
    refused = missing(db, "function", schema, name, *facets)
    refused.state = "42883"
    raise refused

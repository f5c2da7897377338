"""CREATE FUNCTION and PROCEDURE, and ALTER FUNCTION's options."""

import re
from dataclasses import replace
from typing import Any

from checklists.sql.folding import options
from checklists.sql.folding.names import creation_schema, split_name, strings
from checklists.sql.folding.registry import handles
from checklists.sql.folding.routines import need_routine
from checklists.sql.folding.state import Database, Refused
from checklists.sql.folding.typenames import type_text
from checklists.sql.parse import deparse, inner, pb
from checklists.sql.schema import Facet, Function
from checklists.sql.statements import Statement

_OUTPUTS = frozenset({pb.FUNC_PARAM_OUT, pb.FUNC_PARAM_TABLE})
_BODY = re.compile(rb"(?is)as\b(?:\s|--[^\n]*\n|/\*.*?\*/)*(\$[^$]*\$|e?'|u&')")


@handles("create_function_stmt", touches=(Facet.FUNCTIONS,))
def create_function(db: Database, node: Any, at: Statement) -> None:
    """CREATE [OR REPLACE]: a replaced one keeps owner and grants, and loses settings not written again."""
    written, name = split_name(strings(node.funcname))
    schema = creation_schema(db, written)
    inputs = [p.function_parameter for p in node.parameters if p.function_parameter.mode not in _OUTPUTS]
    made = Function(
        schema,
        name,
        tuple(type_text(db, each.arg_type, modifiers=False) for each in inputs),
        _returns(db, node),
        "sql",
        "",
        at.location,
        argument_names=tuple(each.name for each in inputs),
        kind="procedure" if node.is_procedure else "function",
        grants=db.initial_grants("f", schema),
    )
    made = _with_options(made, node.options, at)
    if node.HasField("sql_body"):
        made = replace(made, body=_sql_body(node.sql_body), body_line=at.location.line)
    old = db.functions.get(made.signature)
    if old is not None:
        if not node.replace:
            message = f"{made.signature} exists already"
            raise Refused("42723", message, made.object, Facet.FUNCTIONS, uncertain=old.body != made.body)
        made = replace(made, grants=old.grants, owner=old.owner)
    db.functions[made.signature] = made


def _returns(db: Database, node: Any) -> str:
    parameters = [p.function_parameter for p in node.parameters]
    table = [p for p in parameters if p.mode == pb.FUNC_PARAM_TABLE]
    if table:
        columns = ", ".join(f"{p.name} {type_text(db, p.arg_type, modifiers=False)}" for p in table)
        return f"table({columns})"
    if node.HasField("return_type"):
        prefix = "setof " if node.return_type.setof else ""
        return prefix + type_text(db, node.return_type, modifiers=False)
    outputs = [p for p in parameters if p.mode in (pb.FUNC_PARAM_OUT, pb.FUNC_PARAM_INOUT)]
    if len(outputs) == 1:
        return type_text(db, outputs[0].arg_type, modifiers=False)
    return "record" if outputs else "void"


def _with_options(made: Function, nodes: Any, at: Statement) -> Function:
    for each in nodes:
        option = each.def_elem
        match option.defname:
            case "as":
                made = replace(made, body=_body(option), body_line=body_line(option, at))
            case "language":
                made = replace(made, language=options.value(option).lower())
            case _:
                made = with_option(made, option)
    return made


def with_option(made: Function, option: Any) -> Function:
    """The function with one of the options that CREATE and ALTER share."""
    match option.defname:
        case "security":
            return replace(made, security_definer=option.arg.boolean.boolval)
        case "volatility":
            return replace(made, volatility=options.value(option).lower())
        case "set":
            return replace(made, settings=_settings(made.settings, option.arg.variable_set_stmt))
    return made


def _settings(have: tuple[tuple[str, str], ...], node: Any) -> tuple[tuple[str, str], ...]:
    if node.kind == pb.VAR_RESET_ALL:
        return ()
    kept = tuple(each for each in have if each[0] != node.name)
    if node.kind in (pb.VAR_RESET, pb.VAR_SET_DEFAULT):
        return kept
    return (*kept, options.setting(node))


def _body(option: Any) -> str:
    parts = strings(option.arg.list.items) if option.arg.WhichOneof("node") == "list" else ()
    return parts[0] if parts else options.value(option)


def body_line(option: Any, at: Statement) -> int:
    """The file line on which the body's text starts, just behind its opening quote."""
    opening = _BODY.match(at.source.data, at.offset + option.location)
    return at.source.line(opening.end() if opening else at.start)


def _sql_body(node: Any) -> str:
    """The statements of a BEGIN ATOMIC or RETURN body."""
    if node.WhichOneof("node") == "return_stmt":
        select = pb.SelectStmt(limit_option=pb.LIMIT_OPTION_DEFAULT, op=pb.SETOP_NONE)
        select.target_list.add().res_target.val.CopyFrom(node.return_stmt.returnval)
        return deparse(select)
    statements = [each for group in node.list.items for each in group.list.items]
    return "; ".join(deparse(inner(each)) for each in statements)


@handles("alter_function_stmt", touches=(Facet.FUNCTIONS,))
def alter_function(db: Database, node: Any, _at: Statement) -> None:
    """ALTER FUNCTION … SET, RESET, SECURITY, volatility. Its place stays that of its body."""
    made = need_routine(db, node.func, Facet.FUNCTIONS)
    for action in node.actions:
        made = with_option(made, action.def_elem)
    db.functions[made.signature] = made

"""Evaluates expressions: constants, variables, rows of catalogs, operators and calls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from checklists.sql.dynamic import casts, queries
from checklists.sql.dynamic.builtins import BUILTINS
from checklists.sql.dynamic.operators import binary, boolean, compare
from checklists.sql.dynamic.values import Row, Scopes, Undecided, Value, known
from checklists.sql.folding.names import split_name, strings
from checklists.sql.folding.state import Database
from checklists.sql.parse import Message, inner, pb

# Calls what is no function of Postgres': (schema, name), arguments by position, arguments by name.
Call = Callable[[tuple[str, str], list[Value], dict[str, Value]], Value]

_NOT_EXISTS = "a subquery has more than one row"


def _no_call(name: tuple[str, str], _arguments: list[Value], _named: dict[str, Value]) -> Value:
    raise Undecided(f"the result of {'.'.join(filter(None, name))}() is not known")


@dataclass(frozen=True)
class Evaluator:
    """What an expression may use: the database so far, variables, and a way to call functions."""

    db: Database
    variables: Mapping[str, Value]
    call: Call = _no_call

    def value(self, node: Message, scopes: Scopes = ()) -> Value:
        """The value of an expression.

        Raises:
            Undecided: The migrations alone do not tell.
        """
        node = inner(node)
        handler = _NODES.get(type(node))
        if handler is None:
            raise Undecided(f"a {type(node).__name__} is not followed")
        return handler(self, node, scopes)

    def select(
        self, query: Any, scopes: Scopes = (), ctes: Mapping[str, list[Row]] | None = None
    ) -> list[Row]:
        """The rows of a query.

        Raises:
            Undecided: It reads what the migrations alone do not tell.
        """
        return queries.select(self, query, scopes, ctes)

    def truth(self, node: Message, scopes: Scopes = ()) -> bool | None:
        """The value as a truth value."""
        found = self.value(node, scopes)
        return None if found is None else boolean(found)


_Handler = Callable[[Evaluator, Any, Scopes], Value]
_NODES: dict[type, _Handler] = {}


def _evaluates(kind: type) -> Callable[[_Handler], _Handler]:
    def register(handler: _Handler) -> _Handler:
        _NODES[kind] = handler
        return handler

    return register


@_evaluates(pb.A_Const)
def _constant(_this: Evaluator, node: Any, _scopes: Scopes) -> Value:
    match node.WhichOneof("val"):
        case "ival":
            return node.ival.ival
        case "fval":
            return int(node.fval.fval) if node.fval.fval.isdigit() else float(node.fval.fval)
        case "boolval":
            return node.boolval.boolval
        case "sval":
            return node.sval.sval
    if node.isnull:
        return None
    raise Undecided("a bit string is not followed")


@_evaluates(pb.ColumnRef)
def _column(this: Evaluator, node: Any, scopes: Scopes) -> Value:
    names = strings(node.fields)
    if len(names) < len(node.fields):
        raise Undecided("a whole row is not followed")
    if len(names) == 1:
        return _unqualified(this, names[0], scopes)
    qualifier, name = names[-2], names[-1]
    for scope in reversed(scopes):
        if qualifier in scope:
            if name not in scope[qualifier]:
                raise Undecided(f"the column {qualifier}.{name} is not modelled")
            return known(scope[qualifier][name])
    record = known(this.variables.get(qualifier))
    if isinstance(record, Mapping) and name in record:
        return known(record[name])
    raise Undecided(f"the value of {'.'.join(names)} is not known")


def _unqualified(this: Evaluator, name: str, scopes: Scopes) -> Value:
    for scope in reversed(scopes):
        for row in scope.values():
            if name in row:
                return known(row[name])
    if name in this.variables:
        return known(this.variables[name])
    for scope in reversed(scopes):
        if name in scope:
            return next(iter(scope[name].values())) if len(scope[name]) == 1 else scope[name]
    raise Undecided(f"the value of {name} is not known")


@_evaluates(pb.ParamRef)
def _parameter(this: Evaluator, node: Any, _scopes: Scopes) -> Value:
    return known(this.variables.get(f"${node.number}"))


@_evaluates(pb.BoolExpr)
def _logic(this: Evaluator, node: Any, scopes: Scopes) -> Value:
    """One operand may decide where another cannot be known."""
    if node.boolop == pb.NOT_EXPR:
        found = this.truth(node.args[0], scopes)
        return None if found is None else not found
    decisive = node.boolop == pb.OR_EXPR
    unsure: Undecided | None = None
    null = False
    for arg in node.args:
        try:
            found = this.truth(arg, scopes)
        except Undecided as reason:
            unsure = unsure or reason
            continue
        if found is decisive:
            return decisive
        null = null or found is None
    if unsure is not None:
        raise unsure
    return None if null else not decisive


@_evaluates(pb.NullTest)
def _null_test(this: Evaluator, node: Any, scopes: Scopes) -> Value:
    return (this.value(node.arg, scopes) is None) is (node.nulltesttype == pb.IS_NULL)


@_evaluates(pb.BooleanTest)
def _boolean_test(this: Evaluator, node: Any, scopes: Scopes) -> Value:
    found = this.truth(node.arg, scopes)
    match node.booltesttype:
        case pb.IS_TRUE:
            return found is True
        case pb.IS_NOT_TRUE:
            return found is not True
        case pb.IS_FALSE:
            return found is False
        case pb.IS_NOT_FALSE:
            return found is not False
        case pb.IS_UNKNOWN:
            return found is None
    return found is not None


@_evaluates(pb.CoalesceExpr)
def _coalesce(this: Evaluator, node: Any, scopes: Scopes) -> Value:
    for arg in node.args:
        found = this.value(arg, scopes)
        if found is not None:
            return found
    return None


@_evaluates(pb.CaseExpr)
def _case(this: Evaluator, node: Any, scopes: Scopes) -> Value:
    subject = this.value(node.arg, scopes) if node.HasField("arg") else None
    for each in node.args:
        when = each.case_when
        if node.HasField("arg"):
            chosen = binary("=", subject, this.value(when.expr, scopes))
        else:
            chosen = this.truth(when.expr, scopes)
        if chosen is True:
            return this.value(when.result, scopes)
    return this.value(node.defresult, scopes) if node.HasField("defresult") else None


@_evaluates(pb.TypeCast)
def _cast(this: Evaluator, node: Any, scopes: Scopes) -> Value:
    return casts.cast(this.db, this.value(node.arg, scopes), node.type_name)


@_evaluates(pb.A_ArrayExpr)
def _array(this: Evaluator, node: Any, scopes: Scopes) -> Value:
    return [this.value(each, scopes) for each in node.elements]


@_evaluates(pb.RowExpr)
def _row(this: Evaluator, node: Any, scopes: Scopes) -> Value:
    return {f"f{n}": this.value(each, scopes) for n, each in enumerate(node.args, 1)}


@_evaluates(pb.CollateClause)
def _collate(this: Evaluator, node: Any, scopes: Scopes) -> Value:
    return this.value(node.arg, scopes)


@_evaluates(pb.A_Indirection)
def _indirection(this: Evaluator, node: Any, scopes: Scopes) -> Value:
    found = this.value(node.arg, scopes)
    for each in node.indirection:
        step = inner(each)
        if isinstance(step, pb.A_Indices) and isinstance(found, list) and not step.is_slice:
            index = this.value(step.uidx, scopes)
            found = found[index - 1] if isinstance(index, int) and 0 < index <= len(found) else None
        elif isinstance(step, pb.String) and isinstance(found, Mapping) and step.sval in found:
            found = found[step.sval]
        else:
            raise Undecided("a subscript or field is not followed")
    return found


@_evaluates(pb.SQLValueFunction)
def _session(this: Evaluator, node: Any, _scopes: Scopes) -> Value:
    roles = (pb.SVFOP_CURRENT_USER, pb.SVFOP_CURRENT_ROLE, pb.SVFOP_SESSION_USER, pb.SVFOP_USER)
    if node.op in roles:
        return "postgres"
    if node.op == pb.SVFOP_CURRENT_SCHEMA:
        return next(iter(this.db.search_path), None)
    raise Undecided("the time of the run is not known")


@_evaluates(pb.A_Expr)
def _operator(this: Evaluator, node: Any, scopes: Scopes) -> Value:
    name = strings(node.name)[-1]
    match node.kind:
        case pb.AEXPR_IN:
            return _is_in(this, node, name, scopes)
        case pb.AEXPR_BETWEEN | pb.AEXPR_NOT_BETWEEN:
            return _between(this, node, scopes)
    left = this.value(node.lexpr, scopes) if node.HasField("lexpr") else None
    right = this.value(node.rexpr, scopes)
    match node.kind:
        case pb.AEXPR_OP if not node.HasField("lexpr"):
            return -right if name == "-" and isinstance(right, int) else right
        case pb.AEXPR_OP | pb.AEXPR_LIKE | pb.AEXPR_ILIKE:
            return binary(name, left, right)
        case pb.AEXPR_OP_ANY:
            return _any(name, left, right)
        case pb.AEXPR_OP_ALL:
            every = [binary(name, left, each) for each in _elements(right)]
            return False if False in every else None if None in every else True
        case pb.AEXPR_NULLIF:
            return None if binary("=", left, right) is True else left
        case pb.AEXPR_DISTINCT | pb.AEXPR_NOT_DISTINCT:
            same = left is right is None or (None not in (left, right) and compare("=", left, right))
            return same is (node.kind == pb.AEXPR_NOT_DISTINCT)
    raise Undecided(f"the operator {name} is not followed")


def _elements(value: Value) -> list[Value]:
    return casts.as_array(value)


def _any(name: str, left: Value, right: Value) -> Value:
    some = [binary(name, left, each) for each in _elements(right)]
    return True if True in some else None if None in some else False


def _is_in(this: Evaluator, node: Any, name: str, scopes: Scopes) -> Value:
    left = this.value(node.lexpr, scopes)
    items = [this.value(each, scopes) for each in node.rexpr.list.items]
    found = _any("=", left, items)
    return found if name == "=" or found is None else not found


def _between(this: Evaluator, node: Any, scopes: Scopes) -> Value:
    value = this.value(node.lexpr, scopes)
    low, high = (this.value(each, scopes) for each in node.rexpr.list.items)
    if None in (value, low, high):
        return None
    inside = compare(">=", value, low) and compare("<=", value, high)
    return inside is (node.kind == pb.AEXPR_BETWEEN)


@_evaluates(pb.SubLink)
def _sublink(this: Evaluator, node: Any, scopes: Scopes) -> Value:
    query = node.subselect.select_stmt
    match node.sub_link_type:
        case pb.EXISTS_SUBLINK:
            return bool(this.select(query, scopes))
        case pb.ARRAY_SUBLINK:
            return [next(iter(row.values())) for row in this.select(query, scopes)]
        case pb.EXPR_SUBLINK:
            found = this.select(query, scopes)
            if len(found) > 1:
                raise Undecided(_NOT_EXISTS)
            return next(iter(found[0].values())) if found else None
        case pb.ANY_SUBLINK:
            name = strings(node.oper_name)[-1] if node.oper_name else "="
            items = [next(iter(row.values())) for row in this.select(query, scopes)]
            return _any(name, this.value(node.testexpr, scopes), items)
    raise Undecided("a subquery is not followed")


@_evaluates(pb.FuncCall)
def _call(this: Evaluator, node: Any, scopes: Scopes) -> Value:
    schema, name = split_name(strings(node.funcname))
    if node.over.ByteSize() or (node.agg_distinct and name not in BUILTINS):
        raise Undecided(f"{name}() is not followed here")
    positional, named = [], {}
    for arg in node.args:
        each = inner(arg)
        if isinstance(each, pb.NamedArgExpr):
            named[each.name] = _tolerant(this, each.arg, scopes)
        else:
            positional.append(_tolerant(this, each, scopes))
    function = BUILTINS.get(name) if schema in ("", "pg_catalog") else None
    if function is not None and not named:
        try:
            return function(this.db, [known(each) for each in positional])
        except (TypeError, ValueError, IndexError, AttributeError):
            raise Undecided(f"the call of {name} is not followed") from None
    return known(this.call((schema, name), positional, named))


def _tolerant(this: Evaluator, node: Message, scopes: Scopes) -> Value:
    """The value of an argument, or why it is not known: the function may not need it."""
    try:
        return this.value(node, scopes)
    except Undecided as reason:
        return queries.unknown(reason)

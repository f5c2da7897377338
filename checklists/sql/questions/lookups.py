"""The tables that decide what a caller may do: policies and their helpers search them for the caller."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp

from checklists.sql.expressions import Names
from checklists.sql.expressions.parse import bare, conjuncts, parse, parse_query
from checklists.sql.expressions.scope import (
    column_name,
    function_names,
    owner_of,
    relation_columns,
    table_name,
)
from checklists.sql.expressions.session import session_value
from checklists.sql.questions.bodies import body_of
from checklists.sql.questions.guards import called_in
from checklists.sql.schema import Schema

_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Lookup:
    """A search of `relation` for the rows of the caller.

    `caller_column` is compared with the caller's id. `granting` are the columns whose value decides what
    the row gives: compared with a literal (`role = 'admin'`), with the protected row
    (`m.org_id = tenders.org_id`), or handed out (`org_id in (select org_id …)`). `denies` is true where a row
    takes a right away: `id not in (select blocked_id …)`.
    """

    relation: str
    caller_column: str
    granting: frozenset[str]
    denies: bool = False


def lookups(schema: Schema, text: str, names: Names) -> Iterator[Lookup]:
    """The lookups of an expression, and of the repo's functions that it calls."""
    tree = parse(text)
    if tree is None:
        return
    for select in tree.find_all(exp.Select):
        yield from _in_select(select, names)
    for name in sorted(called_in(text) & names.functions):
        yield from _of_function(schema, name, _DEEPEST)


@lru_cache(maxsize=4096)
def _of_function(schema: Schema, name: str, depth: int) -> tuple[Lookup, ...]:
    """The lookups of all functions of that name, and of those that they call."""
    names = Names("", relation_columns(schema), function_names(schema))
    found: list[Lookup] = []
    called: set[str] = set()
    for function in (each for each in schema.functions.values() if each.qualified == name):
        called |= called_in(function.body)
        for piece in body_of(function).pieces:
            tree = parse_query(piece.text) or parse(piece.text)
            selects = tree.find_all(exp.Select) if tree is not None else ()
            found += [lookup for select in selects for lookup in _in_select(select, names)]
    if depth > 1:
        for inner in sorted(called & names.functions - {name}):
            found += _of_function(schema, inner, depth - 1)
    return tuple(dict.fromkeys(found))


def _in_select(select: exp.Select, names: Names) -> Iterator[Lookup]:
    conditions = _conditions(select)
    for relation in {table_name(t) for t in _tables(select)} & set(names.relations):
        callers = {c for each in conditions if (c := _caller_column(each, relation, names)) is not None}
        if not callers:
            continue
        granting = {c for each in conditions for c in _granting(each, relation, names)}
        granting |= set(_handed_out(select, relation, names))
        caller = min(callers)
        yield Lookup(relation, caller, frozenset(granting - callers), _denies(select))


def _denies(select: exp.Select) -> bool:
    """Whether it stands below one NOT or IS NULL, or three."""
    above, negated = select.parent, False
    while above is not None:
        none = isinstance(above, exp.Is) and isinstance(above.expression, exp.Null)
        negated ^= (none and not above.args.get("negate")) or isinstance(above, exp.Not)
        above = above.parent
    return negated


def _tables(select: exp.Select) -> Iterator[exp.Table]:
    clause = select.args.get("from_")
    sources = [clause.this] if clause is not None else []
    sources += [join.this for join in select.args.get("joins") or ()]
    return (s for s in sources if isinstance(s, exp.Table) and isinstance(s.this, exp.Identifier))


def _conditions(select: exp.Select) -> list[exp.Expr]:
    where = select.args.get("where")
    clauses = [where.this] if where is not None else []
    clauses += [join.args["on"] for join in select.args.get("joins") or () if join.args.get("on") is not None]
    return [part for clause in clauses for part in conjuncts(clause)]


def _column_of(node: exp.Expr | None, relation: str, names: Names) -> str | None:
    """The name of the column where the node is one of that relation."""
    column = None if node is None else bare(node)
    if isinstance(column, exp.Column) and owner_of(column, names) == relation:
        return column_name(column)
    return None


def _caller_column(node: exp.Expr, relation: str, names: Names) -> str | None:
    node = node.unnest()
    if not isinstance(node, exp.EQ):
        return None
    for side, other in ((node.left, node.right), (node.right, node.left)):
        if session_value(bare(other)) == "uid":
            return _column_of(side, relation, names)
    return None


def _granting(node: exp.Expr, relation: str, names: Names) -> Iterator[str]:
    """Columns of the relation that the condition compares with something that is not the caller's id."""
    node = node.unnest()
    if isinstance(node, exp.Column) and (column := _column_of(node, relation, names)) is not None:
        yield column
    if isinstance(node, exp.EQ | exp.In | exp.Is):
        for side in (node.this, node.args.get("expression")):
            if (column := _column_of(side, relation, names)) is not None:
                yield column


def _handed_out(select: exp.Select, relation: str, names: Names) -> Iterator[str]:
    """Columns that the query returns to a comparison or to its caller; EXISTS returns none."""
    if isinstance(select.parent, exp.Exists):
        return
    for each in select.expressions:
        if (column := _column_of(each.unalias(), relation, names)) is not None:
            yield column

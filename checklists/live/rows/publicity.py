"""Values with which a policy's own words show a row to everybody: the rows of people are given other ones."""

from collections.abc import Mapping

from sqlglot import exp

from checklists.sql.expressions import session_values
from checklists.sql.expressions.parse import bare, conjuncts, disjuncts, parse
from checklists.sql.schema import Command, Policy, Schema


def public_values(schema: Schema) -> Mapping[str, Mapping[str, frozenset[str]]]:
    """By table and column, what `is_published or …` and `status = 'live' or …` let everybody read."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    for policy in schema.policies():
        if policy.permissive and policy.governs(Command.SELECT):
            for column, value in _of_policy(policy):
                columns = found.setdefault(policy.table, {})
                columns[column] = columns.get(column, frozenset()) | {value}
    return found


def _of_policy(policy: Policy) -> list[tuple[str, str]]:
    tree = parse(policy.using or "")
    found = []
    for part in disjuncts(tree) if tree is not None else ():
        if session_values(part.sql("postgres")):
            continue
        for term in conjuncts(part):
            found += _compared(term)
    return found


def _compared(term: exp.Expr) -> list[tuple[str, str]]:
    term = term.unnest()
    column = bare(term)
    if isinstance(column, exp.Column):
        return [(column.name, "true")]
    if isinstance(term, exp.EQ):
        sides = ((bare(term.left), bare(term.right)), (bare(term.right), bare(term.left)))
        return [(c.name, _text(v)) for c, v in sides if isinstance(c, exp.Column) and _is_value(v)]
    if isinstance(term, exp.In) and isinstance(column := bare(term.this), exp.Column):
        return [(column.name, _text(bare(v))) for v in term.expressions if _is_value(bare(v))]
    return []


def _is_value(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal | exp.Boolean)


def _text(node: exp.Expr) -> str:
    return str(node.this).lower() if isinstance(node, exp.Boolean) else str(node.this)

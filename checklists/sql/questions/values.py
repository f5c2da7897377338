"""The values that a CHECK allows a column to have."""

from collections.abc import Iterator

from sqlglot import exp

from checklists.sql.expressions.calls import identifier
from checklists.sql.expressions.parse import bare, conjuncts, disjuncts, parse
from checklists.sql.schema import ConstraintKind, Table


def allowed_values(table: Table) -> dict[str, frozenset[str]]:
    """By column, the texts of a CHECK that lists them; a column without such a CHECK is left out."""
    found: dict[str, frozenset[str]] = {}
    for constraint in table.of_kind(ConstraintKind.CHECK):
        tree = None if constraint.expression is None else parse(constraint.expression)
        for part in conjuncts(tree) if tree is not None else ():
            for column, values in _listed(part):
                found[column] = found[column] & values if column in found else values
    return found


def _listed(node: exp.Expr) -> Iterator[tuple[str, frozenset[str]]]:
    """(column, values) where the condition is a list of one column's values, NULL aside."""
    columns: set[str] = set()
    values: set[str] = set()
    for part in disjuncts(node):
        column = bare(part.this) if isinstance(part, exp.EQ | exp.In | exp.Is) else None
        if not isinstance(column, exp.Column) or len(list(part.find_all(exp.Column))) != 1:
            return
        columns.add(identifier(column.this))
        if isinstance(part, exp.Is) and isinstance(part.expression, exp.Null):
            continue
        literals = list(part.find_all(exp.Literal))
        if not literals or not all(each.is_string for each in literals):
            return
        values |= {word for each in literals for word in _words(str(each.this))}
    if len(columns) == 1 and values:
        yield columns.pop(), frozenset(values)


def _words(text: str) -> list[str]:
    """The elements of an array written as one literal (`'{draft,active}'::text[]`), or the text itself."""
    if not (text.startswith("{") and text.endswith("}")):
        return [text]
    return [element.strip().strip('"') for element in text[1:-1].split(",")]

"""What views and function bodies search tables by: the columns of WHERE, JOIN and ORDER BY."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from checklists.model import Location
from checklists.sql.expressions.parse import bare, conjuncts, parse, parse_query
from checklists.sql.expressions.scope import Names, column_name, owner_of, relation_columns, table_name
from checklists.sql.folding.platform import of_repo
from checklists.sql.questions.bodies import body_of
from checklists.sql.questions.known import remembered
from checklists.sql.schema import Schema

_ASKS = re.compile(r"\bfrom\b.*\b(?:where|join|order\s+by)\b", re.IGNORECASE | re.DOTALL)
_RANGES = (exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between)


@dataclass(frozen=True, slots=True)
class Search:
    """One query of one table, in `by`: a view or function by its finding name."""

    by: str
    relation: str
    location: Location
    equal: tuple[str, ...] = ()
    ranged: tuple[str, ...] = ()
    ordered: tuple[str, ...] = ()
    definer: bool = False


@remembered
def searches_of(schema: Schema) -> tuple[Search, ...]:
    """Every search in the views and functions of the repo; text that is put together at run time has none."""
    return tuple(_searches(schema))


def _searches(schema: Schema) -> Iterator[Search]:
    names = Names("", relation_columns(schema))
    for view in schema.views.values():
        if of_repo(view):
            yield from _in_text(view.query, names, f"view:{view.qualified}", view.location, definer=True)
    for function in schema.functions.values():
        if not of_repo(function) or function.language not in ("sql", "plpgsql"):
            continue
        for piece in body_of(function).pieces:
            if not piece.dynamic:
                name = f"function:{function.signature}"
                yield from _in_text(
                    piece.text, names, name, function.location, definer=function.security_definer
                )


def _in_text(text: str, names: Names, by: str, location: Location, *, definer: bool) -> Iterator[Search]:
    tree = parse_query(text) or parse(text) if text and _ASKS.search(text) else None
    for select in tree.find_all(exp.Select) if tree is not None else ():
        for relation in _tables(select):
            if relation in names.relations:
                found = _of(select, relation, names)
                if found is not None:
                    equal, ranged, ordered = found
                    yield Search(by, relation, location, equal, ranged, ordered, definer)


def _tables(select: exp.Select) -> tuple[str, ...]:
    clause = select.args.get("from_")
    sources = [clause.this] if clause is not None else []
    sources += [join.this for join in select.args.get("joins") or ()]
    tables = (s for s in sources if isinstance(s, exp.Table) and isinstance(s.this, exp.Identifier))
    return tuple(dict.fromkeys(table_name(table) for table in tables))


Columns = tuple[str, ...]


def _of(select: exp.Select, relation: str, names: Names) -> tuple[Columns, Columns, Columns] | None:
    """The columns by which one relation is searched; None where nothing of it narrows or sorts the rows."""
    equal: dict[str, None] = {}
    ranged: dict[str, None] = {}
    where = select.args.get("where")
    for part in conjuncts(where.this) if where is not None else ():
        node = part.unnest()
        column = _compared(node, relation, names)
        if column is not None and isinstance(node, exp.EQ | exp.In):
            equal[column] = None
        elif column is not None and isinstance(node, _RANGES):
            ranged[column] = None
    ordered = _ordered(select, relation, names) if len(_tables(select)) == 1 else ()
    return (tuple(equal), tuple(ranged), ordered) if equal or ranged or ordered else None


def _compared(node: exp.Expr, relation: str, names: Names) -> str | None:
    """The relation's column that a condition compares with something that is none of its own."""
    sides = [node.this, node.args.get("expression")]
    own = [name for side in sides if (name := _column(side, relation, names)) is not None]
    return own[0] if len(own) == 1 else None


def _column(node: exp.Expr | None, relation: str, names: Names) -> str | None:
    column = bare(node) if node is not None else None
    if isinstance(column, exp.Column) and owner_of(column, names) == relation:
        return column_name(column)
    return None


def _ordered(select: exp.Select, relation: str, names: Names) -> Columns:
    """What the first rows are chosen by; an order without a limit reads every row anyway."""
    order = select.args.get("order")
    if order is None or select.args.get("limit") is None:
        return ()
    columns = (_column(each.this, relation, names) for each in order.expressions)
    return tuple(column for column in columns if column is not None)

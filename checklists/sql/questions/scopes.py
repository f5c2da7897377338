"""Which relation each column of an expression or query belongs to, by SQL's scoping."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from checklists.sql.folding.names import find_relation, named, strings
from checklists.sql.folding.state import Database
from checklists.sql.parse import Message, SyntaxFault, inner, parse, pb


@dataclass(frozen=True, slots=True)
class Named:
    """A relation in scope: the name it goes by, and which it is (None where it is no table or view)."""

    alias: str
    relation: str | None


@dataclass(frozen=True, slots=True)
class Use:
    """One ColumnRef: the relation it belongs to, its column (`*` for all), and the node itself."""

    relation: str | None
    column: str
    node: Any


def parsed(text: str) -> tuple[Any, bool]:
    """(the parsed statement, whether `text` is an expression that was given a SELECT).

    Raises:
        SyntaxFault: Neither.
    """
    if text.lstrip("( ").upper().startswith(("SELECT", "WITH", "VALUES", "TABLE")):
        try:
            return parse(text)[0], False
        except SyntaxFault:
            pass
    return parse(f"SELECT {text}")[0], True


def uses(db: Database, node: Message, outer: tuple[Named, ...] = ()) -> Iterator[Use]:
    """All columns named below the node; `outer` is in scope around it."""
    yield from _visit(db, inner(node), [outer] if outer else [], frozenset())


def _visit(
    db: Database, node: Message, scopes: list[tuple[Named, ...]], ours: frozenset[str]
) -> Iterator[Use]:
    if isinstance(node, pb.ColumnRef):
        yield _resolve(db, node, scopes)
        return
    if isinstance(node, pb.SelectStmt):
        ours |= {each.common_table_expr.ctename for each in node.with_clause.ctes}
        items = tuple(item for each in node.from_clause for item in _items(db, inner(each), ours))
        if items:
            scopes = [*scopes, items]
    for field, value in node.ListFields():
        if field.message_type is not None:
            for child in value if field.is_repeated else (value,):
                yield from _visit(db, inner(child), scopes, ours)


def _items(db: Database, node: Message, ours: frozenset[str]) -> Iterator[Named]:
    match node:
        case pb.RangeVar():
            own = not node.schemaname and node.relname in ours
            yield Named(
                node.alias.aliasname or node.relname, None if own else find_relation(db, *named(node))
            )
        case pb.JoinExpr():
            yield from _items(db, inner(node.larg), ours)
            yield from _items(db, inner(node.rarg), ours)
        case pb.RangeSubselect() | pb.RangeFunction():
            yield Named(node.alias.aliasname, None)


def _resolve(db: Database, node: Any, scopes: list[tuple[Named, ...]]) -> Use:
    names = strings(node.fields)
    if node.fields[-1].WhichOneof("node") == "a_star":
        names = (*names, "*")
    column, qualifier = names[-1], names[-2] if len(names) > 1 else ""
    for scope in reversed(scopes):
        for item in scope:
            if qualifier and item.alias == qualifier:
                return Use(item.relation, column, node)
            if not qualifier and item.relation is not None and has_column(db, item.relation, column):
                return Use(item.relation, column, node)
    return Use(None, column, node)


def has_column(db: Database, relation: str, column: str) -> bool:
    """Whether the table or view has this column, or any where all are meant."""
    if column == "*":
        return True
    if relation in db.tables:
        return db.tables[relation].column(column) is not None
    return relation in db.views and column in db.views[relation].columns

"""What is in scope for an expression: the relations of FROM, by the names they go by."""

from collections.abc import Mapping
from dataclasses import dataclass

from checklists.sql.folding.state import Database
from checklists.sql.schema import PLATFORM_SCHEMAS, Table, View

_SYSTEM = frozenset({"ctid", "tableoid", "xmin", "xmax", "cmin", "cmax"})


@dataclass(frozen=True, slots=True)
class Range:
    """An entry of FROM: the name it goes by, the types of its columns (None where not known), and whether
    these are `all` that it has. `relation` is a table's qualified name.
    """

    alias: str
    columns: Mapping[str, str | None]
    all: bool = False
    relation: str | None = None

    def lacks(self, column: str) -> bool:
        """Whether it surely has no such column."""
        return self.all and column not in self.columns and column not in _SYSTEM


Scope = tuple[Range, ...]


def of_table(table: Table, alias: str) -> Range:
    """A table. The platform's may have more columns than are known, and so may one made of a query."""
    columns: dict[str, str | None] = {c.name: None if c.type == "unknown" else c.type for c in table.columns}
    known = bool(columns) and None not in columns.values() and table.schema not in PLATFORM_SCHEMAS
    return Range(alias, columns, known, table.qualified)


def of_view(view: View, alias: str) -> Range:
    """A view, of whose columns no more than the names is known, and perhaps not all."""
    return Range(alias, dict.fromkeys(view.columns))


def of_relation(db: Database, qualified: str, alias: str) -> Range:
    """A table or view; anything else may have any column."""
    if qualified in db.tables:
        return of_table(db.tables[qualified], alias)
    return of_view(db.views[qualified], alias) if qualified in db.views else Range(alias, {})


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a column's name means: its type where known; or the relation that `lacks` it."""

    type: str | None = None
    lacks: str | None = None


def resolve(scopes: tuple[Scope, ...], qualifier: str, column: str) -> Resolved:
    """The column in the innermost scope that has it. A name in none, where all are known, is missing."""
    for scope in reversed(scopes):
        mine = [each for each in scope if not qualifier or each.alias == qualifier]
        having = [each for each in mine if column in each.columns]
        if having:
            return Resolved(having[0].columns[column] if len(having) == 1 else None)
        if qualifier and mine:
            return Resolved(lacks=mine[0].relation) if mine[0].lacks(column) else Resolved()
        if not qualifier and any(not each.lacks(column) or each.alias == column for each in scope):
            return Resolved()  # one whose columns are not known may have it; or it is the row itself
    if qualifier:
        return Resolved()  # a schema, or a row within a row
    return Resolved(
        lacks=next((each.relation for scope in reversed(scopes) for each in scope if each.relation), None)
    )

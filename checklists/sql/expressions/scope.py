"""Which table a column of an expression belongs to, as Postgres would resolve it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from sqlglot import exp

from checklists.sql.expressions.calls import identifier
from checklists.sql.expressions.parse import parse
from checklists.sql.schema import Schema, Table


@dataclass(frozen=True, slots=True)
class Names:
    """What names in an expression can mean: its own table, other relations' columns, the repo's functions.

    Relations are keyed by qualified name; `functions` holds qualified names without arguments.
    """

    own: str
    relations: Mapping[str, frozenset[str]] = field(hash=False)
    functions: frozenset[str] = frozenset()

    @staticmethod
    def of(schema: Schema, table: Table) -> "Names":
        """The names a policy on `table` sees."""
        return _names(schema, table.qualified)

    def is_repo_function(self, name: str) -> bool:
        """Whether a call of that name runs code of the repo."""
        return name in self.functions or f"public.{name}" in self.functions


@lru_cache(maxsize=1024)
def _names(schema: Schema, own: str) -> Names:
    return Names(own, relation_columns(schema), function_names(schema))


@lru_cache(maxsize=4)
def function_names(schema: Schema) -> frozenset[str]:
    """The qualified names of the functions that the schema holds, without arguments."""
    return frozenset(function.qualified for function in schema.functions.values())


@lru_cache(maxsize=4)
def relation_columns(schema: Schema) -> Mapping[str, frozenset[str]]:
    """The columns of every table and view, by qualified name."""
    found = {name: frozenset(c.name for c in table.columns) for name, table in schema.tables.items()}
    return found | {name: frozenset(view.columns) for name, view in schema.views.items()}


def own_columns(text: str, names: Names) -> frozenset[str]:
    """The columns of the row that the policy judges; a sub-query's own rows of the same table are others."""
    tree = parse(text)
    return frozenset() if tree is None else own_columns_in(tree, names)


def depends_on_row(query: exp.Expr, names: Names) -> bool:
    """Whether a sub-query reads the row that the policy judges, so that it is run for each; also where that
    cannot be told.
    """
    own = names.relations.get(names.own, frozenset())
    for column in query.find_all(exp.Column):
        relation, select = _resolved(column, names)
        if (relation == names.own and select is None) or (relation is None and column_name(column) in own):
            return True
    return False


def own_columns_in(tree: exp.Expr, names: Names) -> frozenset[str]:
    """The same, below a node of a shared tree."""
    found = ((column, _resolved(column, names)) for column in tree.find_all(exp.Column))
    return frozenset(column_name(column) for column, read in found if read == (names.own, None))


def has_select(text: str) -> bool:
    """Whether the expression holds a sub-select, if only `(select auth.uid())`."""
    tree = parse(text) if text else None
    return tree is not None and tree.find(exp.Select) is not None


def relations(text: str) -> frozenset[str]:
    """The qualified relations that sub-queries read; `public` where the text names no schema."""
    tree = parse(text)
    return frozenset() if tree is None else relations_in(tree)


def relations_in(tree: exp.Expr) -> frozenset[str]:
    """The same, below a node of a shared tree; names of WITH queries are left out."""
    local = {cte.alias for cte in tree.find_all(exp.CTE)}
    tables = (t for t in tree.find_all(exp.Table) if isinstance(t.this, exp.Identifier))
    return frozenset(
        name for t in tables if (name := table_name(t)) not in {f"public.{cte}" for cte in local}
    )


def searches(text: str, names: Names) -> frozenset[tuple[str, str]]:
    """Each sub-query that reads a relation: (the first such, its text with the own table called `self`)."""
    tree = parse(text)
    selects = () if tree is None else tree.find_all(exp.Select)
    outer = (each for each in selects if each.args.get("from_") and each.find_ancestor(exp.Select) is None)
    return frozenset((min(read), _as_self(each, names)) for each in outer if (read := relations_in(each)))


def _as_self(node: exp.Expr, names: Names) -> str:
    """The SQL of a sub-query in which columns qualified by the own table are qualified by `self`."""
    own = names.own.partition(".")[2]
    return re.sub(rf'(?:"?\w+"?\.)?"?\b{re.escape(own)}\b"?\.', "self.", node.sql("postgres"))


def table_name(table: exp.Table) -> str:
    """`schema.name`, with `public` where none is written."""
    schema = table.args.get("db")
    return f"{identifier(schema) if schema else 'public'}.{identifier(table.this)}"


def column_name(column: exp.Column) -> str:
    """The column's own name, folded."""
    return identifier(column.this)


def owner_of(column: exp.Column, names: Names) -> str | None:
    """The qualified relation whose column it is; None where that cannot be told."""
    return _resolved(column, names)[0]


def _resolved(column: exp.Column, names: Names) -> tuple[str | None, exp.Select | None]:
    """The relation whose column it is, and the query that reads it; no query where it is of the own row."""
    qualifier = ".".join(identifier(part) for part in column.parts[:-1])
    wanted = column_name(column)
    select = column.find_ancestor(exp.Select)
    while select is not None:
        for source in _sources(select):
            alias, qualified = _identity(source)
            if qualifier:
                if qualifier in (alias, qualified):
                    return qualified, select
            elif qualified is None or qualified not in names.relations:
                return None, select  # a source whose columns are unknown may well have it
            elif wanted in names.relations[qualified]:
                return qualified, select
        select = select.find_ancestor(exp.Select)
    if qualifier:
        return (names.own if qualifier in (names.own, names.own.partition(".")[2]) else None), None
    return (names.own if wanted in names.relations.get(names.own, frozenset()) else None), None


def _sources(select: exp.Select) -> list[exp.Expr]:
    clause = select.args.get("from_")
    first = [clause.this] if clause is not None else []
    return first + [join.this for join in select.args.get("joins") or ()]


def _identity(source: exp.Expr) -> tuple[str, str | None]:
    """What a source is called in the query, and which relation it is."""
    alias = source.args.get("alias")
    called = identifier(alias.this) if alias is not None and alias.this else ""
    if isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier):
        return called or identifier(source.this), table_name(source)
    return called, None

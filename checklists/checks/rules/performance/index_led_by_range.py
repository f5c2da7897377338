"""An index begins with the column of a range, while its queries ask for equality of a later one."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.usage import Usage, usages
from checklists.model import Severity
from checklists.sql.quoting import columns, ident, relation
from checklists.sql.schema import Facet, Index, Table

CHECK = Check(
    items=("indexes-shaped",),
    rule="composite-index-order",
    severity=Severity.LOW,
    reads=(Facet.TABLES, Facet.INDEXES),
    sources=True,
    peers=("sqlcheck:2005",),
)


def find(project: Project) -> Iterator[Said]:
    """Every such index that serves a query the wrong way round, where no other serves it better."""
    found: dict[str, list[Usage]] = {}
    for usage in usages(project):
        found.setdefault(usage.table.qualified, []).append(usage)
    for asked in found.values():
        table = asked[0].table
        for index in table.indexes:
            if len(index.columns) < 2 or index.method != "btree" or index.unique:
                continue
            yield Examined("indexes of several columns")
            wrong = [usage for usage in asked if _is_turned(index, usage)]
            right = any(index.columns[0] in usage.equal for usage in asked)
            if wrong and not right and not any(_serves(other, wrong[0]) for other in table.indexes):
                yield _flag(table, index, wrong)


def _is_turned(index: Index, usage: Usage) -> bool:
    """Whether the query asks for a range or order of the first column, and for equality of a later one."""
    first, rest = index.columns[0], index.columns[1:]
    spread = first in (*usage.ranged, *usage.ordered[:1]) and first not in usage.equal
    return spread and any(column in usage.equal for column in rest)


def _serves(index: Index, usage: Usage) -> bool:
    """Whether the index begins with a column that the query asks equality of."""
    return index.method == "btree" and index.columns[0] in usage.equal


def _flag(table: Table, index: Index, wrong: list[Usage]) -> Flag:
    equal = tuple(column for column in index.columns if column in wrong[0].equal)
    better = (*equal, *(column for column in index.columns if column not in equal))
    places = tuple(dict.fromkeys(usage.query.location for usage in wrong))
    return Flag(
        object=f"index:{index.schema}.{index.name}",
        location=index.location,
        message=f"The index {index.name} of {table.qualified} begins with {index.columns[0]}, which "
        f"{places[0]} asks "
        f"a range or order of, and only then has {equal[0]}, which it asks equality of: Postgres reads the "
        "whole "
        "range and throws most of it away.",
        remedy=f"create index {ident(f'idx_{table.name}_' + '_'.join(better))[:63]} on "
        f"{relation(table.qualified)} "
        f"({columns(better)});",
        related=places,
    )

"""Two indexes of a table are the same."""

from collections import defaultdict
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.questions.exposure import user_views
from checklists.sql.quoting import ident, listed, relation
from checklists.sql.schema import Facet, Index, Table, View

CHECK = Check(
    items=("missing-indexes", "indexes-shaped"),
    rule="composite-index-order",
    severity=Severity.LOW,
    reads=(Facet.INDEXES, Facet.CONSTRAINTS),
    peers=("splinter:0009_duplicate_index",),
)


def find(project: Project) -> Iterator[Said]:
    """Every set of indexes with the same method, columns, order, operator classes and predicate."""
    owners: list[Table | View] = [*project.schema.user_tables(), *user_views(project.schema)]
    for owner in owners:
        if not owner.indexes:
            continue
        yield Examined("tables")
        alike: dict[tuple[object, ...], list[Index]] = defaultdict(list)
        for index in owner.indexes:
            alike[_shape(index)].append(index)
        yield from (_flag(owner, same) for same in alike.values() if len(same) > 1)


def _shape(index: Index) -> tuple[object, ...]:
    return (
        index.method,
        index.columns,
        index.operator_classes,
        index.included,
        index.predicate,
        index.unique,
        index.orderings,
    )


def _flag(owner: Table | View, same: list[Index]) -> Flag:
    spare = next((index for index in reversed(same) if not index.constraint), same[-1])
    names = listed(tuple(index.name for index in same))
    return Flag(
        object=f"table:{owner.qualified}",
        location=spare.location,
        message=f"The indexes {names} of {owner.qualified} are the same: every write keeps all of them, and "
        "no query gains by it.",
        remedy=_drop(owner, spare),
        related=tuple(index.location for index in same if index is not spare),
    )


def _drop(owner: Table | View, spare: Index) -> str:
    if spare.constraint:
        return f"alter table {relation(owner.qualified)} drop constraint {ident(spare.name)};"
    return f"drop index {relation(f'{spare.schema}.{spare.name}')};"

"""A plain index repeats what a unique index of the same columns already does."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.questions.exposure import user_views
from checklists.sql.quoting import columns, relation
from checklists.sql.schema import Facet, Index, Table, View

CHECK = Check(
    items=("missing-indexes", "indexes-shaped"),
    rule="composite-index-order",
    severity=Severity.LOW,
    reads=(Facet.INDEXES, Facet.CONSTRAINTS),
)


def find(project: Project) -> Iterator[Said]:
    """Every plain index that a unique one of the same columns, order and rows stands in for."""
    owners: list[Table | View] = [*project.schema.user_tables(), *user_views(project.schema)]
    for owner in owners:
        unique = [index for index in owner.indexes if index.unique]
        plain = [index for index in owner.indexes if not index.unique and not index.constraint]
        if unique and plain:
            yield Examined("tables")
        for index in plain:
            covering = next((each for each in unique if _covers(each, index)), None)
            if covering is not None:
                yield _flag(owner, index, covering)


def _covers(unique: Index, plain: Index) -> bool:
    """Whether the unique index finds all that the plain one finds, in the same way."""
    return _shape(unique) == _shape(plain) and set(plain.included) <= set(unique.included)


def _shape(index: Index) -> tuple[object, ...]:
    return index.method, index.columns, index.operator_classes, index.orderings, index.predicate


def _flag(owner: Table | View, index: Index, covering: Index) -> Flag:
    return Flag(
        object=f"index:{index.schema}.{index.name}",
        location=index.location,
        message=f"{index.name} holds the same columns of {owner.qualified} ({columns(index.columns)}) as "
        f"{covering.name}, which is unique and finds the same rows: every write keeps both.",
        remedy=f"drop index {relation(f'{index.schema}.{index.name}')};",
        related=(covering.location,),
    )

"""Two columns that make a range may be the wrong way round."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.questions.basetypes import base_type
from checklists.sql.questions.conventions import is_log, words
from checklists.sql.quoting import ident, relation
from checklists.sql.schema import Column, ConstraintKind, Facet, Schema, Table, TableKind

CHECK = Check(
    items=("value-ranges",),
    rule="range-pair-check",
    severity=Severity.LOW,
    reads=(Facet.TABLES, Facet.CONSTRAINTS),
)
# The word that names the lower end, and those that may name the upper one in its place.
_ENDS = {
    "min": ("max",), "minimum": ("maximum",), "lower": ("upper",), "least": ("most",),
    "start": ("end", "stop", "finish"), "starts": ("ends",),
    "begin": ("end",), "begins": ("ends",), "from": ("to", "until", "through"),
    "opens": ("closes",), "since": ("until",),
}  # fmt: skip
_WRITTEN_BY_MACHINES = frozenset(
    {"subscription", "subscriptions", "cache", "usage", "anomaly", "anomalies", "billing", "run", "runs"}
)
_SERVICE = re.compile(
    r"stripe|paddle|lemon_?squeezy|polar_|provider|external_id|billing_|trial_|current_period"
)
_ORDERED = re.compile(r"smallint|integer|bigint|numeric|real|double precision|date|timestamp.*")


def find(project: Project) -> Iterator[Said]:
    """Every pair such as `budget_min`, `budget_max` that no constraint relates."""
    for table in project.schema.user_tables():
        if table.kind is TableKind.FOREIGN or table.partition_of or _is_mirrored(table):
            continue
        for low, high in _pairs(project.schema, table):
            yield Examined("pairs of columns")
            if not _related(table, low, high):
                yield _flag(table, low, high)


def _pairs(schema: Schema, table: Table) -> Iterator[tuple[Column, Column]]:
    """Columns of one type whose names differ in the word for the end alone."""
    by_name = {column.name: column for column in table.columns}
    for column in table.columns:
        if not _ORDERED.fullmatch(base_type(schema, column.type)) or column.type.endswith("[]"):
            continue
        parts = column.name.split("_")
        for at, word in enumerate(parts):
            for other in _ENDS.get(word, ()):
                partner = by_name.get("_".join((*parts[:at], other, *parts[at + 1 :])))
                if partner is not None and partner.type == column.type:
                    yield column, partner


def _is_mirrored(table: Table) -> bool:
    """Whether its rows are what a payment service, a machine or a log says: nobody types a range in."""
    if is_log(table) or words(table.name) & _WRITTEN_BY_MACHINES:
        return True
    return any(_SERVICE.search(column.name) for column in table.columns)


def _related(table: Table, low: Column, high: Column) -> bool:
    """Whether a CHECK or an exclusion constraint names both, or the one is worked out from the other."""
    for constraint in table.constraints:
        both = {low.name, high.name} <= set(constraint.columns)
        text = constraint.expression or " ".join(constraint.columns)
        spoken = low.name in text and high.name in text
        if constraint.kind in (ConstraintKind.CHECK, ConstraintKind.EXCLUDE) and (both or spoken):
            return True
    return low.name in (high.generated or "") or any(
        low.name in (column.generated or "") and "range" in (column.generated or "")
        for column in table.columns
    )


def _flag(table: Table, low: Column, high: Column) -> Flag:
    return Flag(
        object=f"column:{table.qualified}.{low.name}",
        location=low.location or table.location,
        message=f"Nothing keeps {table.qualified}.{low.name} at or below {high.name}: a row with the two the "
        "wrong way round is stored like any other.",
        remedy=f"alter table {relation(table.qualified)} add check ({ident(low.name)} <= "
        f"{ident(high.name)});\n"
        "It lets NULL in either pass. Look for rows that break it first.",
        related=(high.location,) if high.location is not None else (),
    )

"""Queries filter or sort by a column that no index leads with."""

from collections import defaultdict
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.bystanders import is_script, is_test
from checklists.checks.subjects.gathered import gathered
from checklists.checks.subjects.usage import Usage, sql_usages, usages
from checklists.model import Severity
from checklists.sql.expressions import Names
from checklists.sql.questions.access import caller_columns, demands
from checklists.sql.questions.basetypes import base_type
from checklists.sql.questions.indexing import is_foreign_key, leads, narrows
from checklists.sql.quoting import columns, ident, relation
from checklists.sql.schema import Command, Facet
from checklists.ts.index import Key, Query

CHECK = Check(
    items=("missing-indexes",),
    rule="missing-index",
    severity=Severity.MEDIUM,
    reads=(Facet.TABLES, Facet.INDEXES, Facet.CONSTRAINTS),
    sources=True,
)
_BOUNDS = (".limit(", ".range(", "limit:")


def find(project: Project) -> Iterator[Said]:
    """Every column that queries search or sort by and that no index of the table can begin with."""
    unserved: dict[tuple[str, str], list[Usage]] = defaultdict(list)
    for usage in (*usages(project), *sql_usages(project)):
        yield Examined("queries")
        column = _wanted(project, usage) if not _is_by_hand(usage.query) else None
        if column is None or project.facts.is_small(usage.table.qualified):
            continue
        if not _served(project, usage, column) and not _said_elsewhere(project, usage, column):
            unserved[usage.table.qualified, column].append(usage)
    flags = [_flag(project, column, found) for (_, column), found in unserved.items()]
    yield from (flag for flag in flags if flag.severity is not Severity.INFO)
    once = (flag for flag in flags if flag.severity is Severity.INFO)
    yield from gathered(
        once, "columns", "are searched or sorted by in one query each, and no index begins with them"
    )


def _wanted(project: Project, usage: Usage) -> str | None:
    """The column that an index would begin with; none helps where only truth values are asked, or where all
    rows are wanted whatever their order.
    """
    ordered = usage.ordered if usage.query.filters or _is_bounded(usage.query) else ()
    for column in (*usage.equal, *usage.ranged, *ordered):
        known = usage.table.column(column)
        if known is not None and base_type(project.schema, known.type) != "boolean":
            return column
    return None


def _is_bounded(query: Query) -> bool:
    """Whether it takes no more than some of the rows; of a database function the limit is not known."""
    asks = query.text.lower()
    return query.api == "postgres" or query.single or any(word in asks for word in _BOUNDS)


def _is_by_hand(query: Query) -> bool:
    return is_test(query.location.path) or is_script(query.location.path)


def _said_elsewhere(project: Project, usage: Usage, column: str) -> bool:
    """Whether it is a foreign key or a policy's column, or policies narrow the query by another: their own
    checks ask for the index.
    """
    return (
        is_foreign_key(usage.table, column)
        or column in _added_by_policies(project, usage)
        or _is_narrowed(project, usage)
    )


def _is_narrowed(project: Project, usage: Usage) -> bool:
    """Whether every policy that lets a user read ties the rows to them."""
    if usage.query.key not in (Key.USER, Key.ANON) or not usage.table.rls_enabled:
        return False
    names = Names.of(project.schema, usage.table)
    reading = [p for p in usage.table.policies if p.permissive and p.governs(Command.SELECT)]
    return bool(reading) and all(demands(policy.using or "true", names).columns for policy in reading)


def _added_by_policies(project: Project, usage: Usage) -> frozenset[str]:
    """The columns by which policies narrow the query, where it runs as a user."""
    if usage.query.key is Key.SERVICE or not usage.table.rls_enabled:
        return frozenset()
    return caller_columns(usage.table, Names.of(project.schema, usage.table))


def _served(project: Project, usage: Usage, wanted: str) -> bool:
    """Whether some index finds or sorts the rows, by a column of the query or one that policies add to it."""
    asked = {*usage.equal, *usage.ranged, wanted}
    asked |= _added_by_policies(project, usage)
    searched = {*usage.equal, *usage.ranged} & {wanted}
    return any(leads(index, asked) or narrows(index, searched) for index in usage.table.indexes)


def _flag(project: Project, column: str, found: list[Usage]) -> Flag:
    table = found[0].table
    places = tuple(dict.fromkeys(usage.query.location for usage in found))
    sorts = all(column not in (*usage.equal, *usage.ranged) for usage in found)
    together = next((u for u in found if u.equal and u.ordered and u.ordered[0] not in u.equal), None)
    wanted = (column, together.ordered[0]) if together is not None and not sorts else (column,)
    does = ("sort" if sorts else "search") + ("" if len(places) > 1 else "es" if not sorts else "s")
    many = f"{len(places)} queries" if len(places) > 1 else "One query"
    name = f"idx_{table.name}_{'_'.join(wanted)}"[:63]
    return Flag(
        object=f"column:{table.qualified}.{column}",
        location=places[0],
        message=f"{many} {does} {table.qualified} by {column}, and no index begins with it: each run reads "
        "the whole table.",
        remedy=f"create index {ident(name)} on {relation(table.qualified)} ({columns(wanted)});",
        severity=_severity(len(places)),
        within=tuple(sorted({w for u in found for w in project.sources.within.get(u.query.function, ())})),
        related=places[1:],
    )


def _severity(places: int) -> Severity:
    """A query seen once is a hint; the size of the table is not in the repo."""
    return Severity.MEDIUM if places > 2 else Severity.LOW if places == 2 else Severity.INFO

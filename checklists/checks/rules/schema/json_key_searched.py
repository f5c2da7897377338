"""Rows are searched by a key inside of JSON, and no index serves it."""

import re
from collections import defaultdict
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.bystanders import is_script, is_test
from checklists.checks.subjects.usage import queries_of
from checklists.model import Location, Severity
from checklists.sql.questions.basetypes import base_type
from checklists.sql.quoting import ident, literal, relation
from checklists.sql.schema import Facet, Table

CHECK = Check(
    items=("jsonb-and-arrays",),
    rule="jsonb-bounded",
    severity=Severity.LOW,
    reads=(Facet.TABLES, Facet.INDEXES),
    sources=True,
)
_KEY = re.compile(r'"?(\w+)"?\s*->>?\s*[\'"]?(\w+)')


def find(project: Project) -> Iterator[Said]:
    """Every key of a JSON column by which queries filter, without an index on it or on the column."""
    for table in project.schema.user_tables():
        found: dict[tuple[str, str], list[Location]] = defaultdict(list)
        for query in queries_of(project, table):
            for _, filtered, _ in query.filters:
                match = _KEY.match(filtered)
                if match is not None and _is_json(project, table, match[1]):
                    yield Examined("filters")
                    found[match[1], match[2]].append(query.location)
        for (column, key), places in found.items():
            if not _is_indexed(table, column, key):
                yield _flag(table, column, key, places)


def _is_json(project: Project, table: Table, name: str) -> bool:
    column = table.column(name)
    return column is not None and base_type(project.schema, column.type) in ("json", "jsonb")


def _is_indexed(table: Table, column: str, key: str) -> bool:
    """Whether an index is on this key; one on the whole column answers `@>`, not `->>`."""
    return any(key in part and column in part for index in table.indexes for part in index.columns)


def _flag(table: Table, column: str, key: str, places: list[Location]) -> Flag:
    on, name = relation(table.qualified), ident(column)
    return Flag(
        object=f"column:{table.qualified}.{column}",
        location=places[0],
        message=f"Rows of {table.qualified} are searched by the key {key} of {column}, which is in no index "
        "and in no CHECK: it is a column in all but name.",
        severity=Severity.INFO if all(is_script(p.path) or is_test(p.path) for p in places) else None,
        remedy=f"alter table {on} add column {ident(key)} text\n"
        f"  generated always as ({name} ->> {literal(key)}) stored;\n"
        f"create index on {on} ({ident(key)});",
        related=tuple(places[1:]),
    )

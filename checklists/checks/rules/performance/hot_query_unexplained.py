"""A table is asked from many places, and the repo holds no plan of it (a hint)."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.bystanders import is_script, is_test
from checklists.checks.subjects.usage import queries_of
from checklists.model import Confidence, Severity
from checklists.sql.questions.conventions import key_of
from checklists.sql.quoting import relation
from checklists.sql.schema import Facet, Table
from checklists.ts.index import Query

CHECK = Check(
    items=("plans-known",),
    rule="explain-evidence",
    severity=Severity.INFO,
    confidence=Confidence.LOW,
    reads=(Facet.TABLES,),
    also=(Input.SOURCES, Input.FILES),
)
_SHOWN, _MANY = 3, 10
_PLAN = re.compile(r"\bexplain\b[^;]{0,80}\bselect\b|Seq Scan on|Index (?:Only )?Scan using", re.IGNORECASE)


def find(project: Project) -> Iterator[Said]:
    """The tables that most queries list, where no file of the repo holds a plan that names them."""
    tables = (t for t in project.schema.user_tables() if not project.facts.is_small(t.qualified))
    lists = [(table, _lists(project, table)) for table in tables]
    asked = sorted((each for each in lists if each[1]), key=lambda each: -len(each[1]))
    if not asked:
        return
    yield Examined("tables", len(asked))
    plans = _plans(project)
    for table, queries in asked[:_SHOWN]:
        if len(queries) >= _MANY and not any(
            re.search(rf"\b{re.escape(table.name)}\b", text) for text in plans
        ):
            yield _flag(table, queries)


def _lists(project: Project, table: Table) -> tuple[Query, ...]:
    """The product's queries that may give many rows: none by the whole primary key."""
    asked = (q for q in queries_of(project, table) if q.operation == "select" and not q.single)
    return tuple(
        query
        for query in asked
        if not (is_test(query.location.path) or is_script(query.location.path) or _is_one(table, query))
    )


def _is_one(table: Table, query: Query) -> bool:
    key = set(key_of(table))
    return bool(key) and key <= {column for how, column, _ in query.filters if how == "eq"}


def _plans(project: Project) -> tuple[str, ...]:
    """The texts of the repo that hold a plan or ask for one."""
    files = (file for file in project.snapshot.files.values() if not file.fault)
    wanted = (f.text for f in files if f.path.endswith((".md", ".sql", ".txt")) and len(f.text) < 500_000)
    return tuple(text for text in wanted if "xplain" in text.lower() and _PLAN.search(text))


def _flag(table: Table, queries: tuple[Query, ...]) -> Flag:
    return Flag(
        object=table.object,
        location=queries[0].location,
        message=f"{len(queries)} queries list {table.qualified}, more than most tables, and no plan of them "
        "lies in "
        "the repo.",
        remedy=f"Name the one that runs most, and attach explain (analyze, buffers) of it on "
        f"{relation(table.qualified)} "
        "with as many rows as you expect.",
        related=tuple(query.location for query in queries[1:]),
    )

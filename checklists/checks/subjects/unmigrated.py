"""Tables that the code asks the Data API for, and that no migration makes."""

import re
from collections.abc import Mapping
from functools import lru_cache

from checklists.checks.project import Project
from checklists.checks.subjects.bystanders import is_script, is_test
from checklists.sql.schema import PLATFORM_SCHEMAS, Schema
from checklists.ts.index import Query, SourceIndex

_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?")


def unmigrated(project: Project) -> Mapping[str, tuple[Query, ...]]:
    """The queries by qualified name; none where there are no migrations, or several Supabase projects whose
    tables the code may mean.
    """
    if not project.layout.migrations or project.layout.choices:
        return {}
    return _unmigrated(project.schema, project.sources)


@lru_cache(maxsize=4)
def _unmigrated(schema: Schema, sources: SourceIndex) -> Mapping[str, tuple[Query, ...]]:
    found: dict[str, list[Query]] = {}
    for query in sources.table_queries():
        name, path = query.table or "", query.location.path
        if query.api != "supabase" or query.operation == "rpc" or not _NAME.fullmatch(name):
            continue
        qualified = name if "." in name else f"public.{name}"
        known = qualified in schema.tables or qualified in schema.views
        if not known and qualified.partition(".")[0] not in PLATFORM_SCHEMAS and not _is_beside(path):
            found.setdefault(qualified, []).append(query)
    return {name: tuple(queries) for name, queries in found.items()}


def _is_beside(path: str) -> bool:
    return is_test(path) or is_script(path)

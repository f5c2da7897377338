"""What refreshes materialized views: statements of functions and of scheduled jobs."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from checklists.sql.schema import CronJob, Function, Schema, View

REFRESH = re.compile(
    r"\brefresh\s+materialized\s+view\s+(concurrently\s+)?(?:\"?(\w+)\"?\s*\.\s*)?\"?([\w%]+)\"?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Refresh:
    """One REFRESH; `view` is its qualified name."""

    by: Function | CronJob
    view: str
    concurrently: bool


@lru_cache(maxsize=8)
def refreshes(schema: Schema) -> tuple[Refresh, ...]:
    """Every REFRESH that names its view."""
    return tuple(_found(schema))


def _found(schema: Schema) -> Iterator[Refresh]:
    bodies: list[tuple[Function | CronJob, str]] = [(f, f.body) for f in schema.functions.values()]
    bodies += [(job, job.command) for job in schema.cron_jobs]
    for by, text in bodies:
        for concurrently, where, name in REFRESH.findall(text):
            yield Refresh(by, f"{where or 'public'}.{name}".lower(), bool(concurrently))


def refreshes_of(schema: Schema, view: View) -> tuple[Refresh, ...]:
    """Those of one view; a name without its schema may mean any view of that name."""
    names = {view.qualified, f"public.{view.name}"}
    return tuple(each for each in refreshes(schema) if each.view in names)

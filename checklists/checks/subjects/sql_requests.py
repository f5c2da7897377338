"""SQL that sends requests: scheduled jobs, functions that call pg_net, database webhooks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checklists.checks.project import Project
from checklists.model import Location
from checklists.sql.schema import PLATFORM_SCHEMAS

_SENDS = re.compile(
    r"\b(?:net\s*\.\s*http_|extensions\s*\.\s*http|http_(?:post|get|put|patch|delete|request)\b)",
    re.IGNORECASE,
)


def _sends(body: str) -> bool:
    return "http" in body.lower() and _SENDS.search(body) is not None


@dataclass(frozen=True, slots=True)
class SqlRequest:
    """A place that runs on its own: its finding name, what it is in words, and its text."""

    object: str
    what: str
    text: str
    location: Location


def sql_requests(project: Project) -> Iterator[SqlRequest]:
    """Every job, every function whose body sends a request, and every trigger that is a webhook."""
    schema = project.schema
    for job in schema.cron_jobs:
        name = job.name or job.schedule
        yield SqlRequest(f"cron:{name}", f"the job {name}", job.command, job.location)
    for function in schema.functions.values():
        if function.schema not in PLATFORM_SCHEMAS and _sends(function.body):
            yield SqlRequest(function.object, function.signature, function.body, function.location)
    for table in schema.tables.values():
        for trigger in table.triggers:
            if trigger.arguments and trigger.function.endswith("http_request"):
                yield SqlRequest(
                    f"trigger:{table.qualified}/{trigger.name}",
                    f"the webhook {trigger.name}",
                    "\n".join(trigger.arguments),
                    trigger.location,
                )

"""A scheduled job deletes or overwrites every row of a table."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.questions.commands import command
from checklists.sql.schema import Facet

CHECK = Check(items=("jobs-tidy",), rule="cron-job-hygiene", severity=Severity.MEDIUM, reads=(Facet.CRON,))


def find(project: Project) -> Iterator[Said]:
    """Every job whose command has a DELETE or UPDATE without WHERE, or a TRUNCATE."""
    for job in project.schema.cron_jobs:
        name = job.name or job.schedule
        if not job.command:
            continue  # put together at run time: the schema's gap tells of it
        yield Examined("jobs")
        done = command(job.command)
        if not done.read:
            yield Unsure(f"cron:{name}", "its command is no SQL that Postgres would take", job.location)
        for table in done.rewritten:
            yield Flag(
                object=f"cron:{name}",
                location=job.location,
                message=f"The job {name} changes every row of {table} each time it runs: it has no "
                "condition, and locks more the more rows there are.",
                remedy="Bound it: … where id in (select id from … where … limit 1000);",
            )

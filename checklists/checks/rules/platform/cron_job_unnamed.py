"""A scheduled job has no name."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.places import snippet
from checklists.model import Severity
from checklists.sql.quoting import literal
from checklists.sql.schema import Facet

CHECK = Check(items=("jobs-tidy",), rule="cron-job-hygiene", severity=Severity.LOW, reads=(Facet.CRON,))


def find(project: Project) -> Iterator[Said]:
    """Every cron.schedule() with a schedule and a command alone."""
    for job in project.schema.cron_jobs:
        yield Examined("jobs")
        if job.name is None:
            command = snippet(job.command)
            yield Flag(
                object=f"cron:{job.schedule}",
                location=job.location,
                message=f"A job has no name ({command}): running the migration again adds a second one, and "
                "it can be stopped by its number only, which differs in every database.",
                remedy=f"select cron.schedule('NAME', {literal(job.schedule)}, $$ … $$);",
            )

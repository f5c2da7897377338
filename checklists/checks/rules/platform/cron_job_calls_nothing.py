"""A scheduled job calls a function that is not there."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.folding.platform import is_platform
from checklists.sql.questions.commands import command, schema_of
from checklists.sql.schema import Facet

CHECK = Check(
    items=("jobs-tidy",),
    rule="cron-job-hygiene",
    severity=Severity.MEDIUM,
    reads=(Facet.CRON, Facet.FUNCTIONS),
)


def find(project: Project) -> Iterator[Said]:
    """Every call of a job, with a schema of the repo, that no migration defines (any more)."""
    schema = project.schema
    known = {function.qualified for function in schema.functions.values()}
    for job in schema.cron_jobs:
        name = job.name or job.schedule
        for called in command(job.command).calls:
            owner = schema_of(called)
            if owner not in schema.schemas or is_platform(owner):
                continue
            yield Examined("calls of jobs")
            if called not in known:
                yield Flag(
                    object=f"cron:{name}",
                    location=job.location,
                    message=f"The job {name} calls {called}(), which no migration has at the end: each run "
                    "fails, and only cron.job_run_details says so.",
                    remedy=f"select cron.unschedule('{name}');  -- or bring the function back",
                )

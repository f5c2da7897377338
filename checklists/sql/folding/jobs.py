"""pg_cron: jobs that migrations schedule and unschedule."""

from dataclasses import replace
from typing import Any

from checklists.model import Location
from checklists.sql.dynamic import catalog
from checklists.sql.dynamic.evaluator import Evaluator
from checklists.sql.dynamic.values import Oid, Undecided, Unknown, Value, text
from checklists.sql.folding.state import Database, Refused
from checklists.sql.schema import CronJob, Facet
from checklists.sql.statements import Statement

_PARAMETERS = {
    "schedule": ("job_name", "schedule", "command"),
    "schedule_in_database": ("job_name", "schedule", "command", "database"),
    "alter_job": ("job_id", "schedule", "command", "database", "username", "active"),
    "unschedule": ("job",),
}


def schedule_call(
    db: Database, name: str, arguments: list[Value], named: dict[str, Value], here: Location
) -> Value:
    """A call of one of pg_cron's functions; the job's id.

    Raises:
        Undecided: The job cannot be told.
        Refused: There is no job to unschedule.
    """
    if name not in _PARAMETERS:
        raise Undecided(f"cron.{name}() is not followed")
    if name == "schedule" and len(arguments) == 2 and not named:
        arguments = [None, *arguments]
    given = dict(zip(_PARAMETERS[name], arguments, strict=False)) | {_spelled(k): v for k, v in named.items()}
    if name == "unschedule":
        return _unschedule(db, given.get("job", given.get("job_name", given.get("job_id"))))
    if name == "alter_job":
        return _alter(db, given, here)
    return _schedule(db, given, here)


def _spelled(name: str) -> str:
    return {"jobname": "job_name", "jobid": "job_id"}.get(name, name)


def _schedule(db: Database, given: dict[str, Value], here: Location) -> Value:
    name, when, command = (given.get(each) for each in ("job_name", "schedule", "command"))
    for each in (name, when):
        if isinstance(each, Unknown):
            raise Undecided(each.because)
    if isinstance(command, Unknown):
        because = f"the command of a cron job is put together at run time: {command.because}"
        db.gap(f"cron:{name}", because, here, frozenset({Facet.CRON}))
    made = CronJob(
        None if name is None else text(name),
        text(when),
        "" if isinstance(command, Unknown) else text(command),
        here,
    )
    db.cron_jobs = (*(job for job in db.cron_jobs if name is None or job.name != made.name), made)
    return _id(made)


def _id(job: CronJob) -> Oid:
    return Oid("job", job.name or f"{job.schedule} {job.command}")


def _unschedule(db: Database, which: Value) -> Value:
    if isinstance(which, Unknown):
        raise Undecided(which.because)
    if which is None:
        return None
    name = which.name if isinstance(which, Oid) else text(which)
    kept = tuple(job for job in db.cron_jobs if _id(job).name != name)
    if len(kept) == len(db.cron_jobs):
        raise Refused(
            "XX000", f"no migration schedules the job {name}", f"cron:{name}", Facet.CRON, uncertain=False
        )
    db.cron_jobs = kept
    return True


def _alter(db: Database, given: dict[str, Value], here: Location) -> Value:
    which = given.get("job_id")
    if not isinstance(which, Oid):
        raise Undecided("which cron job is altered is not known")
    for job in db.cron_jobs:
        if _id(job) == which:
            when, command = given.get("schedule"), given.get("command")
            made = replace(
                job,
                schedule=text(when) if when is not None else job.schedule,
                command=text(command) if command is not None else job.command,
                location=here,
            )
            db.cron_jobs = tuple(made if each is job else each for each in db.cron_jobs)
    return None


def unschedule_rows(db: Database, node: Any, at: Statement) -> None:
    """DELETE FROM cron.job."""
    alias = node.relation.alias.aliasname or "job"
    for row in catalog.rows(db, "cron", "job") or ():
        try:
            if not node.HasField("where_clause") or Evaluator(db, db.variables or {}).truth(
                node.where_clause, ({alias: row},)
            ):
                _unschedule(db, row["jobid"])
        except Undecided as reason:
            because = f"which cron jobs are deleted cannot be decided: {reason}"
            db.gap(f"cron:{row['jobname']}", because, at.location, frozenset({Facet.CRON}))

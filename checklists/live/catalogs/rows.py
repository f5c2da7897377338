"""What a database holds as rows: extensions, buckets, jobs."""

from checklists.live.catalogs.locating import Places
from checklists.live.sandbox.connecting import Connection
from checklists.sql.definitions import Bucket, CronJob, Extension
from checklists.sql.schema import Schema

_EXTENSIONS = b"""
select e.extname, n.nspname from pg_extension e join pg_namespace n on n.oid = e.extnamespace order by 1
"""
_BUCKETS = (
    b'select id, public, file_size_limit, allowed_mime_types from storage.buckets order by id collate "C"'
)
_JOBS = b"select jobname, schedule, command from cron.job order by jobid"


def extensions(connection: Connection, static: Schema, places: Places) -> dict[str, Extension]:
    """The installed ones."""
    return {
        name: Extension(
            name,
            schema,
            static.extensions[name].location if name in static.extensions else places.named(name),
        )
        for name, schema in connection.execute(_EXTENSIONS).fetchall()
    }


def buckets(connection: Connection, static: Schema, places: Places) -> dict[str, Bucket]:
    """Those that SQL wrote, and those of config.toml, which no SQL writes."""
    found = {}
    if _exists(connection, "storage.buckets"):
        for name, public, limit, types in connection.execute(_BUCKETS).fetchall():
            known = static.buckets.get(name)
            here = known.location if known else places.named(name)
            found[name] = Bucket(name, bool(public), here, limit, tuple(types) if types is not None else None)
    configured = {name: each for name, each in static.buckets.items() if each.location.path.endswith(".toml")}
    return configured | found


def cron_jobs(connection: Connection, static: Schema, places: Places) -> tuple[CronJob, ...]:
    """The jobs that pg_cron holds, and those that the text schedules under a condition, as where there is a
    secret; none where it is not installed.
    """
    if not _exists(connection, "cron.job"):
        return ()
    # What a command is put together of, only the text tells: the server holds what came of it.
    known = {(job.name, job.schedule): job for job in static.cron_jobs}
    held = tuple(
        known.get((name, schedule)) or CronJob(name, schedule, command, places.named(name or "cron"))
        for name, schedule, command in connection.execute(_JOBS).fetchall()
    )
    names = {job.name for job in held}
    return held + tuple(job for job in static.cron_jobs if job.name and job.name not in names)


def _exists(connection: Connection, relation: str) -> bool:
    row = connection.execute("select to_regclass(%s) is not null", (relation,)).fetchone()
    return bool(row and row[0])

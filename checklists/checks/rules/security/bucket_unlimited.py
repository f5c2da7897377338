"""A storage bucket takes files of any size or any type."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.doors import UPLOADS, Door, door
from checklists.checks.subjects.places import query_object
from checklists.model import Severity
from checklists.repo.config import table
from checklists.sql.quoting import literal
from checklists.sql.schema import Bucket, Facet

CHECK = Check(
    items=("uploads-validated",),
    rule="upload-limits",
    severity=Severity.MEDIUM,
    reads=(Facet.BUCKETS,),
    sources=True,
)
_REMEDY = """update storage.buckets
  set file_size_limit = 5242880, allowed_mime_types = array['image/png', 'image/jpeg']
  where id = {};
with the size and the types that the app needs."""
_WHO = {
    Door.ANYONE: "A policy lets anyone put files there, signed in or not.",
    Door.SIGNED_IN: "Whoever is signed in and passes its policies can put files there.",
    Door.SPECIAL: "Only callers whom a policy singles out, such as admins, can put files there.",
    Door.SERVER: "No policy lets a client put files there: what the server stores is for its code to limit.",
    Door.UNKNOWN: "Code uploads to it as the caller, and who may is set outside of the migrations.",
}
# Rendered by a browser with scripts in them, when opened on their own.
_ACTIVE = ("image/svg+xml", "text/html", "application/xhtml+xml", "text/xml", "application/xml", "*/*")


def find(project: Project) -> Iterator[Said]:
    """Every bucket without a limit of its own, and every public one that takes documents with scripts."""
    for bucket in project.schema.buckets.values():
        yield Examined("buckets")
        missing = _missing(bucket)
        active = [kind for kind in bucket.allowed_mime_types or () if bucket.public and kind in _ACTIVE]
        if missing:
            told = f"sets no {' and no '.join(missing)}, so it stores {_what(missing)}"
            yield _flag(bucket, told, door(project, bucket.id))
        elif active:
            told = f"is public and takes {active[0]}, which browsers open with its scripts"
            yield _flag(bucket, told, door(project, bucket.id))
    yield from _unknown(project)


def _unknown(project: Project) -> Iterator[Unsure]:
    """Buckets that the code uploads to and that neither a migration nor config.toml makes, once for each."""
    known = set(project.schema.buckets) | set(table(project.config, "storage", "buckets"))
    known |= {query.table or "" for query in project.sources.queries() if query.operation == "createBucket"}
    seen: set[str] = set()
    for query in project.sources.queries():
        name = query.table or ""
        if query.api != "storage" or query.operation not in UPLOADS or name in known or name in seen:
            continue
        seen.add(name)
        named = f'"{name}"' if name and not name.startswith("{") else "that is worked out"
        because = (
            f"code uploads to the bucket {named}, which no migration makes: its limits, if it has any, "
            "are set in the dashboard"
        )
        yield Unsure(f"bucket:{name}" if name else query_object(query), because, query.location)


def _missing(bucket: Bucket) -> tuple[str, ...]:
    limits = {"size limit": bucket.file_size_limit, "list of types": bucket.allowed_mime_types}
    return tuple(name for name, value in limits.items() if not value)


def _what(missing: tuple[str, ...]) -> str:
    if len(missing) == 2:
        return "whatever is sent, up to the project's own limit"
    if missing == ("size limit",):
        return "files up to the project's own limit"
    return "files of every type, HTML and SVG too"


def _flag(bucket: Bucket, told: str, who: Door) -> Flag:
    return Flag(
        object=f"bucket:{bucket.id}",
        location=bucket.location,
        message=f'Bucket "{bucket.id}" {told}. {_WHO[who]}',
        remedy=_REMEDY.format(literal(bucket.id)),
        severity={Door.ANYONE: Severity.HIGH, Door.SERVER: Severity.LOW, Door.SPECIAL: Severity.LOW}.get(who),
    )

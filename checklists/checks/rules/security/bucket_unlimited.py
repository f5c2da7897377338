"""A storage bucket takes files of any size or any type."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.places import query_object
from checklists.model import Severity
from checklists.repo.config import table
from checklists.sql.quoting import literal
from checklists.sql.schema import Bucket, Facet

CHECK = Check(
    items=("uploads-validated",),
    rule="upload-limits",
    severity=Severity.HIGH,
    reads=(Facet.BUCKETS,),
    sources=True,
)
_UPLOADS = frozenset({"createSignedUploadUrl", "upload", "uploadToSignedUrl"})
_REMEDY = """update storage.buckets
  set file_size_limit = 5242880, allowed_mime_types = array['image/png', 'image/jpeg']
  where id = {};
with the size and the types that the app needs."""
# Rendered by a browser with scripts in them, when opened on their own.
_ACTIVE = ("image/svg+xml", "text/html", "application/xhtml+xml", "text/xml", "application/xml", "*/*")


def find(project: Project) -> Iterator[Said]:
    """Every bucket without a limit of its own, and every public one that takes documents with scripts."""
    for bucket in project.schema.buckets.values():
        yield Examined("buckets")
        missing = _missing(bucket)
        active = [kind for kind in bucket.allowed_mime_types or () if bucket.public and kind in _ACTIVE]
        if missing:
            yield _flag(bucket, f"sets no {' and no '.join(missing)}, so it stores {_what(missing)}", missing)
        elif active:
            yield _flag(bucket, f"is public and takes {active[0]}, which browsers open with its scripts", ())
    yield from _unknown(project)


def _unknown(project: Project) -> Iterator[Unsure]:
    """Buckets that the code uploads to and that neither a migration nor config.toml makes, once for each."""
    known = set(project.schema.buckets) | set(table(project.config, "storage", "buckets"))
    known |= {query.table or "" for query in project.sources.queries() if query.operation == "createBucket"}
    seen: set[str] = set()
    for query in project.sources.queries():
        name = query.table or ""
        if query.api != "storage" or query.operation not in _UPLOADS or name in known or name in seen:
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
        return "whatever a caller of its policies sends, up to the project's own limit"
    if missing == ("size limit",):
        return "files up to the project's own limit"
    return "files of every type, HTML and SVG too"


def _flag(bucket: Bucket, told: str, missing: tuple[str, ...]) -> Flag:
    return Flag(
        object=f"bucket:{bucket.id}",
        location=bucket.location,
        message=f'Bucket "{bucket.id}" {told}.',
        remedy=_REMEDY.format(literal(bucket.id)),
        severity=None if len(missing) == 2 or bucket.public else Severity.MEDIUM,
    )

"""Uploads through server code without a size check, and buckets made without limits."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.bystanders import is_test
from checklists.checks.subjects.endpoints import short
from checklists.checks.subjects.places import query_object
from checklists.checks.subjects.uploads import Upload, uploads
from checklists.model import Severity
from checklists.repo.config import table
from checklists.sql.schema import Command
from checklists.ts.index import CallerState, Query

CHECK = Check(
    items=("uploads-validated",),
    rule="upload-limits",
    severity=Severity.MEDIUM,
    sources=True,
    also=(Input.SCHEMA,),
)
_SIZE = re.compile(
    r"\.(?:size|byteLength)\s*(?:[<>]|\))|[<>]=?\s*\w+\.(?:size|byteLength)|max_?(?:file_?|upload_?|image_?)?(?:size|bytes|mb)|"
    r"content-length|sizeLimit|\.length\s*>\s*\w*max",
    re.IGNORECASE,
)
_FILE_SCHEMA = re.compile(r"file|image|upload|avatar|media|attachment", re.IGNORECASE)
_LIMITS = {"fileSizeLimit": "size limit", "allowedMimeTypes": "list of types"}


def find(project: Project) -> Iterator[Said]:
    """Every endpoint that stores a caller's file, and every `createBucket`."""
    for upload in uploads(project):
        yield Examined("endpoints that store files")
        if not _is_limited(project, upload):
            yield _flag(project, upload)
    for query in project.sources.queries():
        if query.api == "storage" and query.operation == "createBucket" and not is_test(query.location.path):
            yield Examined("buckets made in code")
            missing = [words for option, words in _LIMITS.items() if option not in query.text]
            if missing:
                yield _bucket(project, query, missing)


def _is_limited(project: Project, upload: Upload) -> bool:
    bucket = project.schema.buckets.get(upload.query.table or "")
    if bucket is not None and bucket.file_size_limit is not None:
        return True
    configured = table(project.config, "storage", "buckets", upload.query.table or "")
    schemas = (each.schema for function in upload.functions for each in function.validations)
    return (
        "file_size_limit" in configured
        or _SIZE.search(upload.text) is not None
        or any(_FILE_SCHEMA.search(name) for name in schemas)
    )


def _flag(project: Project, upload: Upload) -> Flag:
    """High where a stranger may send the file and the bucket is seen to take it."""
    name = upload.query.table or "a bucket"
    known = upload.query.table in project.schema.buckets
    caller = project.sources.callers.get(upload.endpoint.object)
    stranger = caller is not None and caller.state is CallerState.UNVERIFIED
    bucket = "nor the bucket limits it" if known else "limits it, nor does a migration limit the bucket"
    return Flag(
        upload.endpoint.object,
        upload.query.location,
        f"`{short(upload.endpoint)}` stores a file of any size in `{name}`, up to the project's own limit: "
        f"neither the code {bucket}.",
        "Test `file.size` before the upload, and set the bucket's `file_size_limit` and "
        "`allowed_mime_types`.",
        severity=Severity.HIGH if known and stranger else None,
        within=(upload.endpoint.object,),
    )


def _bucket(project: Project, query: Query, missing: list[str]) -> Flag:
    """Less where no policy lets a client write into it: then only the server's code does."""
    open_to = _is_writable(project, query.payload)
    who = "anyone with its policy" if open_to else "the server's own code"
    return Flag(
        query_object(query),
        query.location,
        f"The bucket is made without a {' and without a '.join(missing)}, so it takes what {who} sends.",
        "Pass `fileSizeLimit` and `allowedMimeTypes`, as tight as the app allows.",
        severity=None if open_to else Severity.LOW,
    )


def _is_writable(project: Project, bucket: str) -> bool:
    """Whether a policy on storage.objects lets clients insert into it; into any, if it is worked out."""
    name = bucket[1:-1] if bucket[:1] in "'\"`" else ""
    objects = project.schema.tables.get("storage.objects")
    for policy in objects.policies if objects is not None else ():
        text = policy.effective_check or ""
        inserts = policy.permissive and policy.command in (Command.ALL, Command.INSERT)
        if inserts and (f"'{name}" in text or "bucket_id" not in text):
            return True
    return False

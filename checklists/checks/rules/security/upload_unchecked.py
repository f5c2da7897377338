"""Uploads through server code without a size check, and buckets made without limits."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.endpoints import short
from checklists.checks.subjects.places import query_object
from checklists.checks.subjects.uploads import Upload, uploads
from checklists.model import Severity
from checklists.ts.index import Query

CHECK = Check(
    items=("uploads-validated",),
    rule="upload-limits",
    severity=Severity.HIGH,
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
            yield Flag(
                upload.endpoint.object,
                upload.query.location,
                f"`{short(upload.endpoint)}` stores a file of any size in "
                f"`{upload.query.table or 'a bucket'}`: neither the "
                "code nor the bucket limits it.",
                "Test `file.size` before the upload, and set the bucket's `file_size_limit` and "
                "`allowed_mime_types`.",
                within=(upload.endpoint.object,),
            )
    for query in project.sources.queries():
        if query.api == "storage" and query.operation == "createBucket":
            yield Examined("buckets made in code")
            missing = [words for option, words in _LIMITS.items() if option not in query.text]
            if missing:
                yield _bucket(query, missing)


def _is_limited(project: Project, upload: Upload) -> bool:
    bucket = project.schema.buckets.get(upload.query.table or "")
    if bucket is not None and bucket.file_size_limit is not None:
        return True
    schemas = (each.schema for function in upload.functions for each in function.validations)
    return bool(_SIZE.search(upload.text)) or any(_FILE_SCHEMA.search(name) for name in schemas)


def _bucket(query: Query, missing: list[str]) -> Flag:
    return Flag(
        query_object(query),
        query.location,
        f"The bucket is made without a {' and without a '.join(missing)}, so it takes what anyone with "
        "its policy sends.",
        "Pass `fileSizeLimit` and `allowedMimeTypes`, as tight as the app allows.",
    )

"""Uploads whose kind is believed from their name or declared type."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.administrators import is_administrative
from checklists.checks.subjects.endpoints import short
from checklists.checks.subjects.uploads import Upload, uploads
from checklists.model import Confidence, Location, Severity

CHECK = Check(
    items=("uploads-validated",),
    rule="upload-content-check",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    sources=True,
)
# The caller writes both: `file.type` from the part's header, the extension from the name.
_DECLARED = re.compile(
    r"\b(?:\w*[fF]ile|image|img|avatar|logo|blob|upload\w*|attachment|photo)\??\.(?:type\b|name\??\.(?:split|endsWith|match))"
)
_LOOKS_INSIDE = re.compile(
    r"fileTypeFrom\w+|file-type|magic|\bsharp\(|detectFileType|sniff|mimeFromBytes|virus|clamav|\.subarray\(0|"
    r"\.slice\(0,\s*\d+\)|signature\w*Bytes|probe-image|imageSize\(|PDFDocument\.load|new Image\(",
    re.IGNORECASE,
)

_LISTED = re.compile(
    r"""\[\s*["'][\w.+-]+/[\w.+-]+["'].*\.(?:includes|has|indexOf)\(\s*\w+\??\.type\b""", re.DOTALL
)
_STORED_AS = re.compile(r"contentType:\s*\w+\??\.type\b")
_ACTIVE = re.compile(r"svg|html|xml[\"']|\*/\*|octet-stream")


def find(project: Project) -> Iterator[Said]:
    """Every endpoint that stores a caller's file."""
    for upload in uploads(project):
        yield Examined("endpoints that store files")
        if _LOOKS_INSIDE.search(upload.text):
            continue
        place = _declared(upload)
        if place is not None:
            yield Flag(
                upload.endpoint.object,
                place,
                f"`{short(upload.endpoint)}` decides by the file's declared type or name, which the "
                "sender writes; nothing "
                "looks at its bytes.",
                "Read the first bytes on the server (file-type), or re-encode images, before the file is "
                "served.",
                within=(upload.endpoint.object,),
                severity=Severity.LOW if _is_slight(upload) else None,
            )


def _is_slight(upload: Upload) -> bool:
    """Whether only administrators send such files, or a lie about them does no harm."""
    taking = upload.functions[0]
    own = upload.query.location.path == taking.location.path
    line = upload.query.location.line if own else None
    return is_administrative(upload.endpoint, taking, line) or _is_kept_harmless(upload)


def _is_kept_harmless(upload: Upload) -> bool:
    """Whether the file is stored as what it says it is, and that is one of a list without documents that run
    scripts: a lie then makes a broken file.
    """
    text = upload.text
    parses = (each for function in upload.functions for each in function.validations if each.checked)
    labels = {label for each in parses for field in each.fields or () for label in field.labels or ()}
    kinds = {label for label in labels if re.fullmatch(r"[\w.+-]+/[\w.+*-]+", label)}
    listed = _LISTED.search(text) or (kinds and not any(map(_ACTIVE.search, kinds)))
    return bool(listed and _STORED_AS.search(text)) and not _ACTIVE.search(text)


def _declared(upload: Upload) -> Location | None:
    for function in upload.functions:
        found = _DECLARED.search(function.text)
        if found:
            line = function.location.line + function.text.count("\n", 0, found.start())
            return Location(function.location.path, line, line)
    return None

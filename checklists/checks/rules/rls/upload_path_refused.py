"""Code uploads a file to where every policy of the bucket refuses it."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.apps import runs_in_browser
from checklists.checks.subjects.bystanders import is_script, is_test
from checklists.checks.subjects.places import function_name, query_object
from checklists.model import Severity
from checklists.sql.quoting import ident, literal
from checklists.sql.schema import Command, Facet, Policy
from checklists.ts.index import Key, Query

CHECK = Check(
    items=("policies-cover-commands", "storage-scoped"),
    rule="policy-command-coverage",
    severity=Severity.HIGH,
    reads=(Facet.POLICIES, Facet.BUCKETS),
    sources=True,
)
_UPLOADS = frozenset({"createSignedUploadUrl", "upload"})
# The first folder of the file's name, and what it has to be: the caller's id, or a word.
_NAME = r"(?:\w+\.)?name"
_FIRST = (
    rf"(?:\(\s*storage\.foldername\(\s*{_NAME}\s*\)\s*\)\s*\[\s*1\s*\]"
    rf"|split_part\(\s*{_NAME}\s*,\s*'/'\s*,\s*1\s*\))"
)
_CALLER = r"\(?\s*(?:select\s+)?\(?\s*auth\.uid\(\)"
_MUST = re.compile(rf"{_FIRST}\s*=\s*(?:{_CALLER}|'(?P<word>[^']+)')|{_CALLER}[^=]{{0,40}}=\s*{_FIRST}")
_PART = r"split_part\([^()]*,\s*'-'\s*,\s*1\s*\)"
_BETWEEN_HYPHENS = re.compile(rf"{_PART}\s*=\s*{_CALLER}|{_CALLER}[^=]{{0,40}}=\s*{_PART}")
_BUCKET = re.compile(r"bucket_id\s*=\s*'([^']+)'")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}$", re.IGNORECASE)


def find(project: Project) -> Iterator[Said]:
    """Every upload with a user's rights into a bucket whose policies ask for something of the path."""
    objects = project.schema.tables.get("storage.objects")
    inserting = objects.permissive(Command.INSERT, "authenticated") if objects is not None else ()
    for query in project.sources.queries() if inserting else ():
        if query.api != "storage" or query.operation not in _UPLOADS or not _is_of_users(project, query):
            continue
        policies = [each for each in inserting if _is_of(each, query.table or "")]
        if policies:
            yield Examined("uploads")
            refusals = [_refusal(each, _folder(project, query)) for each in policies]
            if all(refusals):
                yield _flag(query, policies[0], refusals[0])


def _is_of_users(project: Project, query: Query) -> bool:
    path = query.location.path
    if not query.table or is_script(path) or is_test(path):
        return False
    return query.key in (Key.USER, Key.ANON) or (query.key is Key.UNKNOWN and runs_in_browser(project, path))


def _folder(project: Project, query: Query) -> str | None:
    """The first folder of the path, where it is written out; None where it is worked out or absent."""
    text = query.payload.strip()
    function = project.sources.functions.get(query.function)
    if text.isidentifier() and function is not None:
        given = re.findall(rf"\b(?:const|let|var)\s+{text}(?:\s*:[^=\n]+)?\s*=\s*([^;\n]+)", function.text)
        again = re.search(
            rf"(?<![\w.]){text}\s*[+]?=(?![=>])",
            re.sub(rf"\b(?:const|let|var)\s+{text}\b", "", function.text),
        )
        text = given[0].strip() if len(given) == 1 and again is None else ""
    found = re.match(r"['\"`]([\w.-]+)/", text)
    return found[1] if found is not None and not _UUID.match(found[1]) else None


def _is_of(policy: Policy, bucket: str) -> bool:
    """Whether it admits files into this bucket: it names it, or none."""
    named = _BUCKET.findall((policy.effective_check or "").lower())
    return not named or bucket.lower() in named


def _refusal(policy: Policy, folder: str | None) -> str:
    """Why its check lets no file of this folder in; empty where it may."""
    text = " ".join((policy.effective_check or "").lower().split())
    if re.search(r"\bor\b|\bcase\b", text):
        return ""
    if _BETWEEN_HYPHENS.search(text):
        return "compares what stands between hyphens with the caller's id, which holds hyphens itself"
    found = _MUST.search(text) if folder is not None else None
    if found is None or found["word"] == (folder or "").lower():
        return ""
    wanted = "the caller's id" if found["word"] is None else literal(found["word"])
    return f"asks that the first folder is {wanted}, and the path begins with `{folder}/`"


def _flag(query: Query, policy: Policy, refusal: str) -> Flag:
    return Flag(
        object=query_object(query),
        location=query.location,
        message=f"{function_name(query)} uploads to the bucket {query.table} with its caller's rights, and "
        f'policy "{policy.name}" {refusal}: each such upload is refused.',
        remedy="Put the file where the policy wants it (`${user.id}/…`), or mend the policy: alter "
        f"policy {ident(policy.name)} … (storage.foldername(name))[1] = (select auth.uid())::text",
        related=(policy.location,),
    )

"""A bucket that seems to hold private documents is public."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Confidence, Severity
from checklists.sql.expressions import Names, literals
from checklists.sql.questions.access import demands
from checklists.sql.quoting import literal
from checklists.sql.schema import Bucket, Command, Facet, Policy, Schema

CHECK = Check(
    items=("uploads-validated", "storage-scoped"),
    rule="storage-public-bucket",
    severity=Severity.MEDIUM,
    reads=(Facet.BUCKETS, Facet.POLICIES),
)
_REMEDY = """update storage.buckets set public = false where id = {};
and hand out files with createSignedUrl and a short expiry."""
_PRIVATE = re.compile(
    r"(?:^|[-_ ])(private|confidential|secret|document|doc|invoice|contract|receipt|resume|cv|passport|"
    r"identity|kyc|medical|health|prescription|payslip|payroll|statement|tax|certificate|evidence|backup|export)"
    r"s?(?:$|[-_ ])",
    re.IGNORECASE,
)


def find(project: Project) -> Iterator[Said]:
    """Every public bucket whose name, or whose own policies, say that its files are not for everyone."""
    for bucket in project.schema.buckets.values():
        yield Examined("buckets")
        if not bucket.public:
            continue
        word = _PRIVATE.search(bucket.id)
        private = next(_private_reads(project.schema, bucket), None)
        if word is not None:
            told = f'by its name ("{word[1]}") holds files that are not for everyone'
            sure = Confidence.LOW if private is None else Confidence.MEDIUM
            yield _flag(bucket, told, Severity.MEDIUM, sure)
        elif private is not None:
            told = f'has a policy ("{private.name}") that shows users their own files only'
            yield _flag(bucket, told, Severity.INFO, Confidence.LOW)


def _flag(bucket: Bucket, told: str, severity: Severity, confidence: Confidence) -> Flag:
    return Flag(
        object=f"bucket:{bucket.id}",
        location=bucket.location,
        message=f'Bucket "{bucket.id}" is public and {told}. Storage asks no policy before it serves a file '
        "of a public bucket: whoever knows or guesses the address gets it.",
        remedy=_REMEDY.format(literal(bucket.id)),
        severity=severity,
        confidence=confidence,
    )


def _private_reads(schema: Schema, bucket: Bucket) -> Iterator[Policy]:
    objects = schema.tables.get("storage.objects")
    if objects is None:
        return
    names = Names.of(schema, objects)
    for policy in objects.policies:
        text = policy.using if policy.permissive and policy.command is Command.SELECT else None
        if text is not None and bucket.id in literals(text) and demands(text, names).columns - {"bucket_id"}:
            yield policy

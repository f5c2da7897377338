"""A bucket that seems to hold private documents is public."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Confidence, Severity
from checklists.sql.access import demands
from checklists.sql.expressions import Names, literals
from checklists.sql.quoting import literal
from checklists.sql.schema import Bucket, Command, Facet, Policy, Schema

CHECK = Check(
    items=("uploads-validated",),
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
        private = next(_private_reads(project.schema, bucket), None)
        word = _PRIVATE.search(bucket.id)
        if private is not None:
            told = f'policy "{private.name}" ties reading to the owner, but no policy is asked for a '
            "file's address"
            yield _flag(bucket, told, Confidence.HIGH)
        elif word is not None:
            told = f'by its name ("{word[1]}") it holds files that are not for everyone'
            yield _flag(bucket, told, Confidence.LOW)


def _flag(bucket: Bucket, told: str, confidence: Confidence) -> Flag:
    return Flag(
        object=f"bucket:{bucket.id}",
        location=bucket.location,
        message=f'Bucket "{bucket.id}" is public and {told}: whoever knows or guesses the address gets the '
        "file.",
        remedy=_REMEDY.format(literal(bucket.id)),
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

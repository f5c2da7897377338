"""Anyone may list the files of a public bucket."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.expressions import always_true, is_exactly
from checklists.sql.quoting import ident
from checklists.sql.schema import API_ROLES, Bucket, Command, Facet, Policy, Schema

CHECK = Check(
    items=("uploads-validated", "storage-scoped"),
    rule="storage-public-bucket",
    severity=Severity.MEDIUM,
    reads=(Facet.BUCKETS, Facet.POLICIES),
    peers=("splinter:0025_public_bucket_allows_listing",),
)


def find(project: Project) -> Iterator[Said]:
    """Every public bucket whose objects a policy shows in full."""
    for bucket in project.schema.buckets.values():
        if not bucket.public:
            continue
        yield Examined("buckets")
        broad = tuple(_broad(project.schema, bucket))
        if not broad:
            continue
        names = ", ".join(f'"{policy.name}"' for policy in broad)
        yield Flag(
            object=f"bucket:{bucket.id}",
            location=broad[0].location,
            message=f'Files of the public bucket "{bucket.id}" are served by address without any policy; '
            f"{names} lets clients list them all as well, so that addresses need not be known.",
            remedy=f"drop policy {ident(broad[0].name)} on storage.objects;\n"
            "or tie it to the caller, if users are to list their own files.",
            related=(bucket.location,),
        )


def _broad(schema: Schema, bucket: Bucket) -> Iterator[Policy]:
    objects = schema.tables.get("storage.objects")
    for policy in objects.policies if objects is not None else ():
        reads = policy.permissive and policy.governs(Command.SELECT)
        text = policy.using
        if not reads or text is None or not any(policy.applies_to(role) for role in API_ROLES):
            continue
        if always_true(text) or is_exactly(text, "bucket_id", bucket.id):
            yield policy

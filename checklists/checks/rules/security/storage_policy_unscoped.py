"""A storage policy does not say which bucket, or lets any user change any file in it."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.expressions import Names, always_reads, literals, owner_columns, readable
from checklists.sql.questions.access import clauses, commands_of, demands
from checklists.sql.questions.exposure import people
from checklists.sql.questions.openness import passers
from checklists.sql.quoting import ident, literal
from checklists.sql.schema import Command, Facet, Policy, Table

CHECK = Check(
    items=("uploads-validated", "storage-scoped"),
    rule="storage-policy-scoped",
    severity=Severity.HIGH,
    reads=(Facet.POLICIES, Facet.BUCKETS),
    provable=True,
)

_CHANGES = {Command.UPDATE: "overwrite", Command.DELETE: "delete"}
_ROLES = frozenset({"authenticated", "anon", "service_role"})


def find(project: Project) -> Iterator[Said]:
    """Every permissive policy on storage.objects that leaves the bucket or the owner open."""
    objects = project.schema.tables.get("storage.objects")
    for policy in objects.policies if objects is not None else ():
        roles = passers(objects, policy) if objects is not None else ()
        if objects is None or not policy.permissive or not roles:
            continue
        yield Examined("policies")
        if not all(readable(text) for _, text in clauses(policy)):
            yield Unsure(policy.object, "its expression cannot be read", policy.location)
            continue
        names = Names.of(project.schema, objects)
        told, severity = _fault(objects, policy, names)
        if told:
            yield Flag(
                object=policy.object,
                location=policy.location,
                message=f'Storage policy "{policy.name}" {told.format(who=people(roles))}.',
                remedy=_remedy(policy),
                severity=severity,
            )


def _remedy(policy: Policy) -> str:
    texts = [word for _, text in clauses(policy) for word in literals(text)]
    bucket = literal(next((word for word in texts if word not in _ROLES), "bucket-name"))
    return (
        f"alter policy {ident(policy.name)} on storage.objects … (bucket_id = {bucket}\n"
        "  and (storage.foldername(name))[1] = (select auth.uid())::text);"
    )


def _fault(objects: Table, policy: Policy, names: Names) -> tuple[str, Severity]:
    """What is wrong, with `{who}` for the roles, and how bad; empty where nothing is."""
    texts = [text for _, text in clauses(policy)]
    reaches = [demands(text, names) for text in texts]
    if any(reach.gated for reach in reaches):
        return "", Severity.INFO
    owned = bool(reaches) and all(reach.columns - {"bucket_id"} for reach in reaches)
    if not all(always_reads(text, "bucket_id", names) for text in texts):
        if owned:
            own = all(owner_columns(text, names) for text in texts)
            return (
                "names no bucket: it holds in every bucket, also in those made later",
                Severity.INFO if own and policy.command is not Command.INSERT else Severity.LOW,
            )
        return "names no bucket and no owner: {who} pass it for the files of every bucket", Severity.HIGH
    changes = {Command.UPDATE, Command.DELETE} & set(commands_of(policy))
    if changes and not owned:
        does = " or ".join(verb for command, verb in _CHANGES.items() if command in changes)
        return f"names the bucket but no owner: {{who}} may {does} all files in it", Severity.HIGH
    if policy.command is Command.INSERT and not owned and "anon" in passers(objects, policy):
        return "lets visitors who are not signed in upload to the bucket", Severity.MEDIUM
    return "", Severity.INFO

"""A policy believes user_metadata, which users write themselves."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.expressions import mentions
from checklists.sql.questions.access import clauses
from checklists.sql.questions.guards import called_in, reads_user_metadata
from checklists.sql.quoting import ident, relation
from checklists.sql.schema import Facet, Function, Policy

CHECK = Check(
    items=("permissive-policies",),
    rule="user-metadata-in-policy",
    severity=Severity.BLOCKER,
    reads=(Facet.POLICIES, Facet.FUNCTIONS),
    peers=("splinter:0015_rls_references_user_metadata",),
    provable=True,
)
_WORDS = frozenset({"user_metadata", "raw_user_meta_data"})


def find(project: Project) -> Iterator[Said]:
    """Every policy that reads the metadata, itself or in a function of the repo that it calls."""
    readers = reads_user_metadata(project.schema)
    for policy in project.schema.policies():
        yield Examined("policies")
        texts = [text for _, text in clauses(policy)]
        called = {each for text in texts for each in called_in(text)} & readers
        if any(mentions(text, _WORDS) for text in texts):
            yield _flag(policy, None)
        elif called:
            helper = min(called)
            yield _flag(policy, next(f for f in project.schema.functions.values() if f.qualified == helper))


def _flag(policy: Policy, helper: Function | None) -> Flag:
    through = f" through {helper.signature}" if helper is not None else ""
    return Flag(
        object=policy.object,
        location=policy.location,
        message=f'Policy "{policy.name}" on {policy.table} decides by user_metadata{through}; every user '
        "may write their own with auth.updateUser(), and so give themselves what it grants.",
        remedy=f"alter policy {ident(policy.name)} on {relation(policy.table)} …\n"
        "with (auth.jwt() -> 'app_metadata'), which only the server writes, or with a roles table.",
        related=(helper.location,) if helper is not None else (),
    )

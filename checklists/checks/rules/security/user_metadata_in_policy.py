"""A policy believes user_metadata, which users write themselves."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.access import clauses
from checklists.sql.expressions import Names, calls, mentions
from checklists.sql.quoting import ident, relation
from checklists.sql.schema import Facet, Function, Policy, Schema

CHECK = Check(
    items=("permissive-policies",),
    rule="user-metadata-in-policy",
    severity=Severity.BLOCKER,
    reads=(Facet.POLICIES, Facet.FUNCTIONS),
    peers=("splinter:0015_rls_references_user_metadata",),
)
_WORDS = frozenset({"user_metadata", "raw_user_meta_data"})
_DEEPEST = 4


def find(project: Project) -> Iterator[Said]:
    """Every policy that reads the metadata, itself or in a function of the repo that it calls."""
    for table in project.schema.tables.values():
        names = Names.of(project.schema, table)
        for policy in table.policies:
            yield Examined("policies")
            texts = [text for _, text in clauses(policy)]
            if any(mentions(text, _WORDS) for text in texts):
                yield _flag(policy, None)
                continue
            helper = next(
                (f for text in texts for f in _helpers(project.schema, text, names, _DEEPEST)), None
            )
            if helper is not None:
                yield _flag(policy, helper)


def _helpers(schema: Schema, text: str, names: Names, depth: int) -> Iterator[Function]:
    """The repo's functions that the expression calls and that read the metadata."""
    called = {call.name if "." in call.name else f"public.{call.name}" for call in calls(text)}
    for function in schema.functions.values():
        if function.qualified not in called:
            continue
        if any(word in function.body for word in _WORDS):
            yield function
        elif depth:
            inner = (other for other in names.functions if f"{other}(" in function.body)
            yield from (f for other in inner for f in _helpers(schema, f"{other}()", names, depth - 1))


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

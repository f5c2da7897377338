"""A policy asks who the caller is again for every row."""

from collections.abc import Iterable, Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.expressions import Call, bare_calls, never_alone
from checklists.sql.questions.access import clauses
from checklists.sql.questions.once import asked_once
from checklists.sql.quoting import ident, listed, relation
from checklists.sql.schema import Facet, Policy

CHECK = Check(
    items=("policies-cheap",),
    rule="rls-initplan",
    severity=Severity.MEDIUM,
    reads=(Facet.RLS, Facet.POLICIES),
    peers=("splinter:0003_auth_rls_initplan",),
)


def find(project: Project) -> Iterator[Said]:
    """Every policy with a session call that stands outside of a scalar sub-select."""
    for table in project.schema.tables.values():
        for policy in table.policies if table.rls_enabled else ():
            yield Examined("policies")
            bare = {clause: bare_calls(text) for clause, text in clauses(policy)}
            mixed = tuple(call for _, text in clauses(policy) for call in never_alone(text))
            if any(bare.values()):
                yield _flag(policy, bare)
            elif mixed and _peers(policy) is None:
                yield _reported_by_its_text(policy, mixed)


def _flag(policy: Policy, bare: dict[str, tuple[Call, ...]]) -> Flag:
    names = _names(call for found in bare.values() for call in found)
    only_checks = not bare.get("USING")
    when = "row that is written" if only_checks else "row that a query looks at"
    return Flag(
        object=policy.object,
        location=policy.location,
        message=f'Policy "{policy.name}" on {policy.table} calls {names} again for each {when}. '
        "In a sub-select of its own Postgres calls it once a statement.",
        remedy=_rewritten(policy),
        severity=Severity.LOW if only_checks else None,
        peers=_peers(policy),
    )


def _reported_by_its_text(policy: Policy, mixed: tuple[Call, ...]) -> Flag:
    names = _names(mixed)
    return Flag(
        object=policy.object,
        location=policy.location,
        message=f'Policy "{policy.name}" on {policy.table} calls {names} once a statement, as it should. '
        f"Supabase's linter reports it all the same: it looks for `select {names}` and nothing in between.",
        remedy=f"Nothing is to be gained. To have the linter quiet, write `(select {names}) …` instead of "
        f"`(select {names} …)`.",
        severity=Severity.INFO,
    )


def _names(calls: Iterable[Call]) -> str:
    return listed(tuple(dict.fromkeys(f"{call.name}()" for call in calls)))


def _peers(policy: Policy) -> tuple[str, ...] | None:
    """The linter leaves the storage schema out."""
    return () if policy.table.startswith("storage.") else None


def _rewritten(policy: Policy) -> str:
    wrapped = ((word.lower(), asked_once(text)) for word, text in clauses(policy))
    parts = (f"  {word} ({text})" for word, text in wrapped)
    return "\n".join((f"alter policy {ident(policy.name)} on {relation(policy.table)}", *parts)) + ";"

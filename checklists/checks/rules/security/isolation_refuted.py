"""Somebody was seen to read or change what is not theirs, on the migrations' own database."""

from collections.abc import Iterable, Iterator, Set

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.shown import headline, holes, rank
from checklists.live.model import Claim, ClaimStatus
from checklists.model import Confidence, Location, Severity
from checklists.sql.expressions.session import session_values
from checklists.sql.questions.guards import called_in
from checklists.sql.schema import Command, Facet

CHECK = Check(
    items=("policies-tested",),
    rule="rls-policy-tested",
    severity=Severity.HIGH,
    reads=(Facet.TABLES, Facet.RLS, Facet.POLICIES, Facet.GRANTS),
    claims=True,
)
_NOT_RUN = "nobody has tried the tables as each role; `counterseal prove` does, with the extra `live`"


def find(project: Project) -> Iterator[Said]:
    """One finding for each table and cause of a hole, told by whoever has the least rights to it."""
    if project.proof is None:
        if any(table.policies or table.rls_enabled for table in project.schema.exposed_tables()):
            yield Unsure("proof:isolation", _NOT_RUN)
        return
    for part in project.proof.unread:
        if not part.startswith("plans"):  # how fast it is says nothing of who may
            yield Unsure("proof:isolation", f"a part of the proof did not run: {part}")
    claims = project.proof.claims
    yield Examined("claims", len(claims))
    for hole in holes(claims):
        yield _flag(project, hole)
    for first in _untested(claims):
        yield Unsure(f"table:{first.table}", f"{first.command.value} could not be tried: {first.because}")


def _untested(claims: Iterable[Claim]) -> Iterator[Claim]:
    """The first claim of each table and command of which nothing worse is told."""
    told = {(claim.table, claim.command) for hole in holes(claims) for claim in hole}
    for claim in claims:
        if claim.status is ClaimStatus.UNTESTED and (claim.table, claim.command) not in told:
            told.add((claim.table, claim.command))
            yield claim


def _flag(project: Project, claims: list[Claim]) -> Flag:
    first = min(claims, key=lambda claim: rank(claim.actor))
    policies = sorted({name for claim in claims for cause in claim.causes for name in cause.policies})
    doubt = f" Provisional: {first.provisional[0]}." if first.provisional else ""
    return Flag(
        object=f"table:{first.table}",
        location=_place(project, first.table, policies, {c.words for each in claims for c in each.causes}),
        message=f"{headline(claims)}: {first.because}.{doubt}",
        remedy=f"-- This shows it; it must be refused, or touch no row:\n{first.sql}",
        severity=_severity(project, first, claims),
        confidence=Confidence.MEDIUM if first.provisional else None,
    )


def _severity(project: Project, first: Claim, claims: list[Claim]) -> Severity | None:
    """What a visitor can do is worst; that a visitor meets an error where nothing is meant for visitors is
    least.
    """
    if first.actor != "anon":
        return None
    if first.status is ClaimStatus.REFUTED:
        return Severity.BLOCKER
    alone = all(claim.actor == "anon" for claim in claims)
    return Severity.LOW if alone and not any(_meant_for_visitors(project, each) for each in claims) else None


def _meant_for_visitors(project: Project, claim: Claim) -> bool:
    """Whether a policy lets visitors through by what a row says, whoever asks."""
    table = project.schema.tables.get(claim.table)
    if table is None:
        return True
    commands = [each for each in Command if each.value.lower() == claim.command.value]
    texts = [p.using or p.check or "" for each in commands for p in table.permissive(each, "anon")]
    known = {function.qualified.lower() for function in project.schema.functions.values()}
    return any(not session_values(text) and not called_in(text) & known for text in texts)


def _place(project: Project, name: str, policies: list[str], words: Set[str]) -> Location:
    """Where the policy or constraint stands that causes it, or the table, view or function; what the platform
    made stands in no file, and is the first migration's.
    """
    schema = project.schema
    for policy in schema.policies():
        if policy.object in policies:
            return policy.location
    for function in schema.functions.values():
        if any(each.startswith(f"{function.object} ") for each in words):
            return function.location
    for table in schema.user_tables():
        for constraint in table.constraints:
            if f"constraint:{table.qualified}/{constraint.name}" in words:
                return constraint.location
    for found in (schema.tables.get(name), schema.views.get(name), schema.functions.get(name)):
        if found is not None and found.location.path in project.snapshot.files:
            return found.location
    return Location(next(iter(project.layout.migrations), "supabase"), 1, 1)

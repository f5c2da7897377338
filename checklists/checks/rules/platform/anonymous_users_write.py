"""Users who signed in anonymously may write like any other."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said, Unsure
from checklists.checks.project import Project
from checklists.counting import counted
from checklists.model import Location, Severity
from checklists.repo.config import table as settings
from checklists.sql.questions.access import WRITES, clauses
from checklists.sql.schema import Facet, Policy, Schema, Table, holds

CHECK = Check(
    items=("policy-roles-stated",),
    rule="anonymous-sign-in-aware",
    severity=Severity.MEDIUM,
    also=(Input.SCHEMA, Input.FILES),
)
ROLE = "authenticated"
_CLAIM = "is_anonymous"


def find(project: Project) -> Iterator[Said]:
    """One finding where the setting is on and policies for writing do not ask for the claim."""
    if settings(project.config, "auth").get("enable_anonymous_sign_ins") is not True:
        return
    for gap in project.schema.gaps_in(Facet.RLS, Facet.POLICIES, Facet.GRANTS):
        yield Unsure(gap.object, gap.because, gap.location)
    writing = list(_writing(project.schema))
    if writing:
        yield Examined("policies for writing", len(writing))
    unaware = [policy for table, policy in writing if not _asks(table, policy)]
    if unaware:
        yield _flag(project, unaware)


def _writing(schema: Schema) -> Iterator[tuple[Table, Policy]]:
    """The permissive policies by which signed-in users write."""
    for table in schema.tables.values():
        for policy in table.policies if table.rls_enabled else ():
            commands = [c for c in WRITES if policy.governs(c) and holds(table.grants, ROLE, c.value)]
            if policy.permissive and policy.applies_to(ROLE) and commands:
                yield table, policy


def _asks(table: Table, policy: Policy) -> bool:
    """Whether it, or a restrictive policy beside it, looks at the claim."""
    beside = [p for p in table.policies if not p.permissive and p.applies_to(ROLE)]
    return any(_CLAIM in text for each in (policy, *beside) for _, text in clauses(each))


def _flag(project: Project, unaware: list[Policy]) -> Flag:
    path = project.layout.config or ""
    lines = (project.snapshot.text(path) or "").splitlines()
    line = next((n for n, text in enumerate(lines, 1) if text.lstrip().startswith("enable_anonymous")), 1)
    return Flag(
        object="config:auth.enable_anonymous_sign_ins",
        location=Location(path, line, line),
        message=f"Anonymous sign-ins are on, and {counted(len(unaware), 'policies')} for writing let "
        "everybody "
        f"through who is {ROLE}: who signs in without a name is, too.",
        remedy='create policy "Not for anonymous users" on … as restrictive for insert to authenticated\n'
        "  with check ((select (auth.jwt() ->> 'is_anonymous')::boolean) is false);\n"
        "on the tables where that matters.",
        related=tuple(policy.location for policy in unaware),
    )

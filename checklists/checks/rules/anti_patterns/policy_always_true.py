"""A policy lets everyone write every row, because its expression is always true."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.expressions import Names
from checklists.sql.questions.access import (
    WRITES,
    callers,
    commands_of,
    is_narrowed,
    owner_of,
    person_columns,
)
from checklists.sql.questions.accounts import account_tables
from checklists.sql.questions.exposure import people
from checklists.sql.questions.openness import Openness, openness, write_clauses
from checklists.sql.questions.readable import Finds, finds
from checklists.sql.questions.spoiling import granted_columns, is_slight, only_figures
from checklists.sql.quoting import ident, listed, relation
from checklists.sql.schema import API_ROLES, Command, ConstraintKind, Facet, Policy, Schema, Table

CHECK = Check(
    items=("permissive-policies", "ownership-kept"),
    rule="policy-always-true",
    severity=Severity.BLOCKER,
    reads=(Facet.TABLES, Facet.RLS, Facet.POLICIES),
    peers=("splinter:0024_rls_policy_always_true",),
    provable=True,
)
_FOR_SERVICE = re.compile(
    r"service[ _-]?(?:role|account|key)"
    r"|(?<![a-z])(?:service|system|server|backend|internal|cron|webhook)(?![a-z])",
    re.IGNORECASE,
)
# What anybody may send in: a false row spoils a count, or fills a list that somebody reads.
_INTAKE = re.compile(
    r"analytics|telemetry|tracking|page_?views?|visits?$|clicks?$|impressions?$|web_vitals"
    r"|contact_?(?:us|form|message|request|submission|inquir)|inquir|enquir|leads?$|lead_(?:form|submission|capture)"
    r"|newsletter|subscribers?$|wait_?list",
    re.IGNORECASE,
)
# Supabase loads pg_safeupdate for API sessions: it refuses an UPDATE or DELETE without WHERE.
_FILTERED = "an update or delete with a filter finds no other, and Supabase refuses one without"
_SHOWN = {
    Finds.ALL: ", as if there were no policy.",
    Finds.SOME: " that they may read, as if there were no policy.",
    Finds.OWN: f" that its SELECT policies show them, and those tie rows to the caller ({_FILTERED}).",
    Finds.NONE: f" that they may read. No SELECT policy shows them one now ({_FILTERED}); a new one may.",
}
_REACHED = {
    Finds.ALL: Severity.BLOCKER,
    Finds.SOME: Severity.BLOCKER,
    Finds.OWN: Severity.HIGH,
    Finds.NONE: Severity.MEDIUM,
}
_VERBS = {Command.INSERT: "insert", Command.UPDATE: "change", Command.DELETE: "delete"}


def find(project: Project) -> Iterator[Said]:
    """Every permissive write policy that an API role passes whatever the row."""
    for table in project.schema.user_tables():
        for policy in table.policies if table.rls_enabled else ():
            written = list(write_clauses(policy))
            if not policy.permissive or not written or not any(policy.applies_to(role) for role in API_ROLES):
                continue
            yield Examined("policies")
            met = {clause: openness(text, table, policy) for clause, text in written}
            if policy.using is None and policy.command in (Command.UPDATE, Command.DELETE):
                yield _without_using(table, policy)
            elif Openness.EVERYONE in met.values():
                yield _flag(
                    project.schema, table, policy, tuple(c for c in met if met[c] is Openness.EVERYONE)
                )
            elif policy.using is None and policy.command is not Command.INSERT:
                yield _without_using(table, policy)
            elif Openness.UNREADABLE in met.values():
                yield Unsure(policy.object, "its expression is too long or deep to be read", policy.location)


def _flag(schema: Schema, table: Table, policy: Policy, clauses: tuple[str, ...]) -> Flag:
    roles = callers(table, policy, *WRITES)
    shown = Finds.ALL
    if "USING" in clauses:
        found = {role: finds(schema, table, role) for role in roles}
        shown = max(found.values(), key=list(Finds).index, default=Finds.ALL)
        # Who finds nothing by a filter is not told of, unless nobody does.
        roles = tuple(role for role in roles if shown is Finds.NONE or found[role] is not Finds.NONE)
    who = people(roles) if roles else "no API role for now, for want of a grant,"
    commands = (Command.INSERT,) if _only_inserts(policy) else commands_of(policy)
    verbs = [_VERBS[c] for c in commands if c in _VERBS]
    does = " and ".join(filter(None, (", ".join(verbs[:-1]), verbs[-1])))
    every = "rows of any content in" if _only_inserts(policy) else "any row of"
    if clauses == ("WITH CHECK",) and policy.using is not None:
        does, every = "turn the rows that USING admits into", "any row of"
    if granted := granted_columns(table, policy, roles):
        does, every = "change", f"{listed(granted)} of any row of"
    return Flag(
        object=policy.object,
        location=policy.location,
        message=f'Policy "{policy.name}" is always true in its {" and ".join(clauses)}: {who} may {does} '
        f"{every} {table.qualified}{_SHOWN[shown]}",
        remedy=_remedy(table, policy, clauses, owner_of(schema, table)),
        severity=_severity(schema, table, policy, roles, clauses, shown),
    )


def _only_inserts(policy: Policy) -> bool:
    """One for all commands that has no USING finds no row to change or delete, and lets new ones in."""
    return policy.command is Command.INSERT or policy.using is None


def _without_using(table: Table, policy: Policy) -> Flag:
    """Peers take a missing USING for true; Postgres takes it for false."""
    return Flag(
        object=policy.object,
        location=policy.location,
        message=f'Policy "{policy.name}" on {table.qualified} has no USING, so it finds no row to write: it '
        "looks like a permission and has no effect, until someone adds `using (true)` to make it work.",
        remedy=f"alter policy {ident(policy.name)} on {relation(table.qualified)} using (…);\n"
        "with the condition that finds the caller's rows.",
        severity=Severity.INFO,
    )


def _severity(
    schema: Schema,
    table: Table,
    policy: Policy,
    roles: tuple[str, ...],
    clauses: tuple[str, ...],
    shown: Finds,
) -> Severity:
    """New rows alone are grave where each belongs to somebody or something, or was for the server to make."""
    if not roles:
        return Severity.INFO
    if all(is_narrowed(table, policy, role) for role in roles):
        return Severity.LOW
    if is_slight(schema, table, granted_columns(table, policy, roles)):
        return Severity.MEDIUM
    if "USING" in clauses:
        return Severity.MEDIUM if only_figures(table, policy) else _REACHED[shown]
    if not _only_inserts(policy) or _FOR_SERVICE.search(policy.name):
        return Severity.HIGH
    if _INTAKE.search(table.name) and not _owned(schema, table):
        return Severity.MEDIUM
    if _belongs(schema, table):
        return Severity.HIGH
    refers = any(table.of_kind(ConstraintKind.FOREIGN_KEY))
    return Severity.MEDIUM if "anon" in roles or refers else Severity.LOW


def _owned(schema: Schema, table: Table) -> bool:
    """Whether every row has somebody whose it is: by its policies, or by a key to an account."""
    accounts = account_tables(schema)
    keys = (key for key in table.of_kind(ConstraintKind.FOREIGN_KEY) if key.references in accounts)
    persons = person_columns(table, Names.of(schema, table)) | {c for key in keys for c in key.columns}
    return any(column.not_null and column.name in persons for column in table.columns)


def _belongs(schema: Schema, table: Table) -> bool:
    """Whether policies know whose a row is by a column, or each row hangs on one of another table."""
    own = {column for key in table.of_kind(ConstraintKind.PRIMARY_KEY) for column in key.columns[:1]}
    keys = {column for key in table.of_kind(ConstraintKind.FOREIGN_KEY) for column in key.columns}
    hung = any(column.not_null and column.name in keys - own for column in table.columns)
    return hung or bool(person_columns(table, Names.of(schema, table)))


def _remedy(table: Table, policy: Policy, clauses: tuple[str, ...], owner: str) -> str:
    name, on = ident(policy.name), relation(table.qualified)
    if _FOR_SERVICE.search(policy.name):
        return (
            f"drop policy {name} on {on};\n"
            "The service role passes RLS without a policy; this one is for everybody else."
        )
    written = "\n  ".join(f"{clause.lower()} ({ident(owner)} = (select auth.uid()))" for clause in clauses)
    return (
        f"alter policy {name} on {on} to authenticated\n"
        f"  {written};\n"
        "with the column that holds the row's owner."
    )

"""A policy asks who the caller is again for every row."""

from collections.abc import Iterable, Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.expressions import Call, Names, bare_calls, never_alone, row_calls, sought_columns
from checklists.sql.questions.access import clauses, commands_of
from checklists.sql.questions.accounts import account_tables
from checklists.sql.questions.conventions import key_of
from checklists.sql.questions.indexing import leads_any
from checklists.sql.questions.once import asked_once
from checklists.sql.questions.recursion import refused
from checklists.sql.quoting import ident, listed, relation
from checklists.sql.schema import API_ROLES, Facet, Policy, Schema, Table

CHECK = Check(
    items=("policies-cheap",),
    rule="rls-initplan",
    severity=Severity.MEDIUM,
    reads=(Facet.RLS, Facet.POLICIES),
    peers=("splinter:0003_auth_rls_initplan",),
)


def find(project: Project) -> Iterator[Said]:
    """Every policy with a session call that Postgres makes for each row, or that the linter takes for one."""
    for table in project.schema.tables.values():
        names = Names.of(project.schema, table)
        for policy in table.policies if table.rls_enabled else ():
            yield Examined("policies")
            made = {clause: row_calls(text, names) for clause, text in clauses(policy)}
            reported = tuple(call for _, text in clauses(policy) for call in never_alone(text))
            if any(made.values()):
                yield _flag(project.schema, table, policy, made)
            elif reported and _peers(policy) is None:
                yield _reported_by_its_text(policy, reported)


def _flag(schema: Schema, table: Table, policy: Policy, made: dict[str, tuple[Call, ...]]) -> Flag:
    names = _names(call for found in made.values() for call in found)
    severity, when = _when(schema, table, policy, only_checks=not made.get("USING"))
    return Flag(
        object=policy.object,
        location=policy.location,
        message=f'Policy "{policy.name}" on {policy.table} calls {names} again for each {when}. '
        "In a sub-select of its own Postgres calls it once a statement.",
        remedy=_rewritten(policy),
        severity=severity,
        peers=_peers(policy),
    )


def _when(schema: Schema, table: Table, policy: Policy, *, only_checks: bool) -> tuple[Severity | None, str]:
    if only_checks:
        return Severity.INFO, "row that is written, which is mostly one"
    row = "row that a query looks at"
    if table.qualified in refused(schema):
        return Severity.INFO, f"{row} (today each query of the table fails: see `policy_recursion`)"
    sought = sought_columns(policy.using or "", Names.of(schema, table))
    column = next((c for c in sorted(sought) if leads_any(table, c)), None)
    if column is not None and not any(_beside(table, policy)):
        return Severity.LOW, f"{row}, unless Postgres finds the rows by the index on {column}"
    if sought & {*key_of(table)} and table.qualified in account_tables(schema):
        return Severity.LOW, f"{row}; of a row for each user that is mostly one, found by its key"
    return None, row


def _beside(table: Table, policy: Policy) -> Iterator[Policy]:
    """The policies that Postgres ORs with this one: an index then has to serve all of them."""
    for command in commands_of(policy):
        for role in (role for role in API_ROLES if policy.applies_to(role)):
            yield from (each for each in table.permissive(command, role) if each is not policy)


def _reported_by_its_text(policy: Policy, reported: tuple[Call, ...]) -> Flag:
    names = _names(reported)
    bare = any(bare_calls(text) for _, text in clauses(policy))
    where = (
        "in a sub-select that does not read the row: Postgres runs that once a statement"
        if bare
        else "once a statement, as it should"
    )
    instead = (
        f"`(select {names})` instead of `{names}`."
        if bare
        else f"`(select {names}) …` instead of `(select {names} …)`."
    )
    return Flag(
        object=policy.object,
        location=policy.location,
        message=f'Policy "{policy.name}" on {policy.table} calls {names} {where}. '
        f"Supabase's linter reports it all the same: it looks for `select {names}` and nothing in between.",
        remedy=f"Little is to be gained. To have the linter quiet, write {instead}",
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

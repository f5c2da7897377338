"""A column with a secret or a personal number can be read by everybody."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Confidence, Severity
from checklists.sql.questions.exposure import may_read_column, people, roles_holding
from checklists.sql.questions.indexing import is_foreign_key
from checklists.sql.questions.openness import Openness, openness
from checklists.sql.quoting import listed, relation
from checklists.sql.schema import Column, Command, Facet, Table, TableKind

CHECK = Check(
    items=("rls-enabled", "permissive-policies"),
    rule="rls-enabled",
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Facet.TABLES, Facet.RLS, Facet.POLICIES, Facet.GRANTS),
    peers=("splinter:0023_sensitive_columns_exposed",),
    provable=True,
)
# splinter's list (lints/0023), and what its exact match leaves out: names that end in one of these.
_SECRET = re.compile(
    r"^session_id$|(?:^|_)(?:password|passwd|pwd|passphrase|secret|private_key|api_?key|auth_key|token|jwt|auth_code|otp"
    r"|(?:recovery|backup|verification|2fa)_code|two_factor|session_key|ssn|social_security(?:_number)?"
    r"|drivers?_license|license_number|passport_(?:number|id)|national_id|tax_id|credit_card|card_number|cv[vcn]"
    r"|bank_account|account_number|routing_number|iban|swift_code|bic|(?:health|medical)_record|patient_id"
    r"|(?:insurance|health|medical)_(?:number|insurance)|treatment|mac_address|macaddr|imei|device_uuid"
    r"|(?:pgp|gpg|ssh|license|activation|secret)_key|certificate|facial_recognition)(?:_hash|_encrypted)?$"
)
# What is called like a secret and is none.
_HARMLESS = re.compile(
    r"(?:push|device|design|next|page|continuation|csrf)_token|.*_(?:count|tokens|used|at|url)$"
)


def find(project: Project) -> Iterator[Said]:
    """Every served table whose sensitive columns an API role may read of every row."""
    for table in project.schema.exposed_tables():
        if table.kind is TableKind.FOREIGN:
            continue
        told = {
            c.name for c in table.columns if f"{table.qualified}.{c.name}" in project.facts.sensitive_columns
        }
        named = [c.name for c in table.columns if c.name in told or _sounds_so(table, c)]
        if not named:
            continue
        yield Examined("tables")
        roles = _readers(table)
        shown = tuple(n for n in named if any(may_read_column(table, role, n) for role in roles))
        if shown:
            yield _flag(table, shown, roles, declared=bool(told & {*shown}))


def _sounds_so(table: Table, column: Column) -> bool:
    """By its name; a key of another table tells which row, and nothing of it, a truth value that there is
    one.
    """
    if _SECRET.search(column.name) is None or _HARMLESS.fullmatch(column.name) is not None:
        return False
    return column.type != "boolean" and not (table.rls_enabled and is_foreign_key(table, column.name))


def _readers(table: Table) -> tuple[str, ...]:
    """The API roles that can read every row."""
    roles = roles_holding(table.grants, "SELECT")
    if not table.rls_enabled:
        return roles
    return tuple(role for role in roles if any(_is_open(table, role)))


def _is_open(table: Table, role: str) -> Iterator[bool]:
    for policy in table.permissive(Command.SELECT, role):
        text = policy.using or "true"
        found = openness(text, table, policy)
        yield found is Openness.EVERYONE and not table.restrictive(Command.SELECT, role)


def _flag(table: Table, shown: tuple[str, ...], roles: tuple[str, ...], *, declared: bool) -> Flag:
    who = people(roles)
    how = "a policy shows them every row" if table.rls_enabled else "it has no Row Level Security"
    return Flag(
        object=table.object,
        location=table.location,
        message=f"{who[0].upper()}{who[1:]} can read {listed(shown)} of every row of {table.qualified}: "
        f"{how}.",
        remedy=f"Take {relation(table.qualified)} from {', '.join(roles)} and grant the columns that "
        "everybody may "
        "see; or keep these in a table of their own.",
        severity=Severity.MEDIUM if not declared and shown == ("session_id",) else None,
        confidence=Confidence.HIGH if declared else None,
        peers=() if table.rls_enabled else None,
    )

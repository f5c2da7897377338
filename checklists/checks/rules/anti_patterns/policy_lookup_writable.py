"""Users can write the table that policies ask about their rights."""

import re
from collections.abc import Iterator
from dataclasses import replace

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Location, Severity
from checklists.sql.expressions import Names
from checklists.sql.questions.access import clauses
from checklists.sql.questions.accounts import account_tables
from checklists.sql.questions.lookups import Lookup, lookups
from checklists.sql.questions.recursion import refused
from checklists.sql.questions.selfservice import Loophole, loophole
from checklists.sql.quoting import listed, relation
from checklists.sql.schema import ConstraintKind, Facet, Policy, Schema, Table

CHECK = Check(
    items=("permissive-policies", "lookup-tables-protected"),
    rule="policy-lookup-protected",
    severity=Severity.BLOCKER,
    reads=(Facet.TABLES, Facet.RLS, Facet.POLICIES, Facet.FUNCTIONS, Facet.GRANTS, Facet.TRIGGERS),
    provable=True,
)

_RIGHTS = re.compile(
    r"role|admin|owner|member|permission|privilege|access|grant|staff|moderator|assistant|collaborator|participant"
    r"|team|org|tenant|workspace|compan|account|facility|chapter|branch|department|household|school|club"
    r"|clearance|level|tier|plan$|approved|verified|premium|banned|suspended|manager|employee|assign|follow|friend|invit|share|guest|^is_",
    re.IGNORECASE,
)
_WEIGH = "No name says that a role or membership is at stake: weigh what that opens."

_FOLLOWED = "Whoever wants to may follow, by this table: what is for followers is for every user."
_FOLLOW = re.compile(r"follow", re.IGNORECASE)
# A row that somebody has to agree to before it counts.
_AGREED = re.compile(r"stat(?:us|e)|approv|accept|confirm|pending|request|allow|block|role", re.IGNORECASE)


def find(project: Project) -> Iterator[Said]:
    """Every table that decides about rights and in which a plain user may write what decides."""
    users: dict[str, list[tuple[Lookup, Policy]]] = {}
    for lookup, policy in _lookups(project.schema):
        users.setdefault(lookup.relation, []).append((lookup, policy))
    for name, found in users.items():
        table = project.schema.tables.get(name)
        if table is None:
            continue
        yield Examined("tables")
        flags = list(_flags(project.schema, table, found))
        if flags:
            yield min(flags, key=lambda flag: (flag.severity or CHECK.severity).rank)


def _flags(schema: Schema, table: Table, found: list[tuple[Lookup, Policy]]) -> Iterator[Flag]:
    places = tuple(policy.location for _, policy in found)
    for lookup, policy in found:
        hole = loophole(schema, table, lookup)
        if hole is not None:
            flag = _flag(table.qualified, policy, hole, places)
            if _is_following(schema, table, hole):
                yield replace(flag, message=f"{flag.message} {_FOLLOWED}", severity=Severity.LOW)
            elif not _decides(table.name, hole):
                yield replace(flag, message=f"{flag.message} {_WEIGH}", severity=Severity.MEDIUM)
            else:
                yield _unreached(flag) if {table.qualified, policy.table} <= refused(schema) else flag


def _is_following(schema: Schema, table: Table, hole: Loophole) -> bool:
    """Whether users follow users by it, and nobody is asked: no column says that the other agreed."""
    people = account_tables(schema)
    keys = {c for k in table.of_kind(ConstraintKind.FOREIGN_KEY) if k.references in people for c in k.columns}
    asked = any(_AGREED.search(column.name) for column in table.columns)
    return _FOLLOW.search(table.name) is not None and not asked and keys >= {*hole.columns}


def _decides(table: str, hole: Loophole) -> bool:
    """Whether names say that the table or column is about who a user is, or what they belong to."""
    return _RIGHTS.search(table) is not None or any(_RIGHTS.search(column) for column in hole.columns)


def _unreached(flag: Flag) -> Flag:
    told = "Today each query of these tables fails (see `policy_recursion`); mending that opens it."
    return replace(flag, message=f"{flag.message} {told}", severity=Severity.HIGH)


def _lookups(schema: Schema) -> Iterator[tuple[Lookup, Policy]]:
    for table in schema.tables.values():
        names = Names.of(schema, table)
        for policy in table.policies:
            for _, text in clauses(policy):
                yield from ((lookup, policy) for lookup in lookups(schema, text, names))


def _flag(name: str, policy: Policy, hole: Loophole, related: tuple[Location, ...]) -> Flag:
    return Flag(
        object=f"table:{name}",
        location=hole.location,
        message=f'Policy "{policy.name}" on {policy.table} asks {name} what a user may do, and {hole.how}: '
        f"a user can write {listed(hole.columns)} in a row of their own and give themselves the right.",
        remedy=f"revoke insert, update, delete on {relation(name)} from anon, authenticated;\n"
        f"and let the server, or a function that checks who asks, write it; or name {listed(hole.columns)} "
        "in the WITH CHECK of its policies.",
        related=related,
    )

"""CREATE POLICY and ALTER POLICY."""

from dataclasses import replace
from typing import Any

from checklists.sql.analysis import standing
from checklists.sql.folding.names import need_table, role_names
from checklists.sql.folding.registry import handles
from checklists.sql.folding.settled import settled
from checklists.sql.folding.state import Database, Refused
from checklists.sql.parse import sql_of
from checklists.sql.schema import Command, Facet, Policy, Table
from checklists.sql.statements import Statement


@handles("create_policy_stmt", touches=(Facet.POLICIES,))
def create_policy(db: Database, node: Any, at: Statement) -> None:
    """CREATE POLICY."""
    table = need_table(db, node.table, Facet.POLICIES)
    made = Policy(
        table.qualified,
        node.policy_name,
        Command(node.cmd_name.upper()),
        role_names(node.roles) or ("public",),
        node.permissive,
        sql_of(settled(db, node.qual)) if node.HasField("qual") else None,
        sql_of(settled(db, node.with_check)) if node.HasField("with_check") else None,
        at.location,
        stated=_is_stated(node.roles),
    )
    old = find_policy(table, made.name)
    if old is not None and standing.is_unmade(db, old.object):
        table = replace(table, policies=tuple(each for each in table.policies if each is not old))
    elif old is not None:
        same = replace(old, location=made.location) == made
        message = f"{table.qualified} has a policy {made.name!r} already"
        raise Refused("42710", message, made.object, Facet.POLICIES, uncertain=not same)
    db.tables[table.qualified] = replace(table, policies=(*table.policies, made))
    standing.judge(db, made.object, standing.of_policy(db, table, node.qual, node.with_check), at)


@handles("alter_policy_stmt", touches=(Facet.POLICIES,))
def alter_policy(db: Database, node: Any, at: Statement) -> None:
    """ALTER POLICY: what is not written stays."""
    table = need_table(db, node.table, Facet.POLICIES)
    old = need_policy(table, node.policy_name)
    refused = standing.of_policy(db, table, node.qual, node.with_check)
    if refused is not None and not refused.uncertain:
        refused.facets = frozenset({Facet.POLICIES})
        raise refused
    made = replace(
        old,
        roles=role_names(node.roles) or old.roles,
        using=sql_of(settled(db, node.qual)) if node.HasField("qual") else old.using,
        check=sql_of(settled(db, node.with_check)) if node.HasField("with_check") else old.check,
        location=at.location,
        stated=_is_stated(node.roles) or old.stated,
    )
    db.tables[table.qualified] = with_policy(table, old, made)


def _is_stated(roles: Any) -> bool:
    """Whether TO is written: the grammar puts PUBLIC where it is not, at no place of the text."""
    return any(each.role_spec.location >= 0 for each in roles)


def find_policy(table: Table, name: str) -> Policy | None:
    """The table's policy of that name."""
    return next((policy for policy in table.policies if policy.name == name), None)


def need_policy(table: Table, name: str) -> Policy:
    """The table's policy of that name.

    Raises:
        Refused: There is none.
    """
    found = find_policy(table, name)
    if found is None:
        message = f"{table.qualified} has no policy {name!r}"
        raise Refused("42704", message, f"policy:{table.qualified}/{name}", Facet.POLICIES)
    return found


def with_policy(table: Table, old: Policy, new: Policy) -> Table:
    """The table with one policy exchanged."""
    return replace(table, policies=tuple(new if each is old else each for each in table.policies))

"""Whose a row is: the columns that name its user, the tables that stand for people and for organisations."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from checklists.live.rows.people import A
from checklists.live.rows.relations import AUTH_USERS, Attribute, Check, Link, Relation
from checklists.sql.expressions import Names, owner_columns
from checklists.sql.questions.access import clauses
from checklists.sql.questions.lookups import lookups
from checklists.sql.schema import Policy, Schema

_OWNER = re.compile(
    r"(user|owner|author|creator|profile|auth|auth_user|member|customer|uploader|sender)_?(id|uuid)"
    r"|(created|owned|uploaded|submitted|invited|updated)_by|owner|uid"
)
_PEOPLE = re.compile(r"user|profile|account|person|people|member|customer|player|contact")
_MEMBERSHIP = re.compile(r"member|staff|role|team|seat|collaborat|participant|_users$|user_|employee|access")
_TENANT = re.compile(
    r"org|team|tenant|workspace|account|compan|brand|venue|restaurant|communit|club|group|business|shop|store"
    r"|clinic|school|hospital|agenc|project|family|household"
)
_ID_TYPES = ("uuid", "text", "varchar")


@dataclass(frozen=True, slots=True)
class Belonging:
    """`owners` are the columns of each table that hold a user's id; `links` its keys, guessed ones included.

    `people` are the tables with one row a user, `tenants` those that memberships lead to, `organisations`
    the memberships of what sounds like a customer's organisation, `looked_up` the
    tables that policies search for the caller, each with the columns that decide what its row gives.
    """

    owners: Mapping[str, tuple[str, ...]] = field(hash=False)
    links: Mapping[str, tuple[Link, ...]] = field(hash=False)
    people: frozenset[str]
    memberships: frozenset[str]
    tenants: frozenset[str]
    organisations: frozenset[str]
    looked_up: Mapping[str, frozenset[str]] = field(hash=False)

    def personal(self) -> frozenset[str]:
        """Tables whose rows are somebody's: they name a user, or lead to a table that does."""
        found = {table for table, columns in self.owners.items() if columns} | self.tenants
        while more := {
            table
            for table, links in self.links.items()
            if table not in found and any(link.table in found for link in links)
        }:
            found |= more
        return frozenset(found)

    def needs(self, relations: Mapping[str, Relation]) -> Mapping[str, frozenset[str]]:
        """The tables without a row of which a table can have none, through all keys that must be given."""
        direct = {
            name: {
                link.table
                for link in self.links[name]
                if any((a := relation.attribute(c)) is not None and a.required for c in link.columns)
            }
            for name, relation in relations.items()
        }
        return {name: _reached(direct, name) for name in direct}

    def person_columns(self, table: str) -> tuple[str, ...]:
        """Columns that say whose the row is, directly or through the table that stands for the user."""
        through = [link.columns[0] for link in self.links[table] if link.table in self.people]
        return tuple(dict.fromkeys((*self.owners[table], *through)))

    def parents(self, table: str) -> tuple[Link, ...]:
        """Keys to tables of somebody's rows that do not themselves say whose this row is."""
        personal = self.personal()
        mine = set(self.person_columns(table))
        return tuple(e for e in self.links[table] if e.table in personal and not mine.intersection(e.columns))


def _reached(direct: Mapping[str, set[str]], start: str) -> frozenset[str]:
    found: set[str] = set()
    queue = [start]
    while queue:
        more = direct.get(queue.pop(), set()) - found
        found |= more
        queue += more
    return frozenset(found)


def belonging(schema: Schema, relations: Mapping[str, Relation]) -> Belonging:
    """What the keys, the policies and, last, the names of columns say."""
    policies = [policy for policy in schema.policies() if policy.table in relations]
    owners = {name: _owners(schema, relation, policies) for name, relation in relations.items()}
    links = {
        name: (*relation.links, *_guessed(relation, relations, owners[name]))
        for name, relation in relations.items()
    }
    links = {name: tuple(e for e in each if e.table in relations) for name, each in links.items()}
    people = frozenset(name for name, relation in relations.items() if _is_person(relation, owners[name])) | {
        AUTH_USERS
    }
    looked_up = _looked_up(schema, policies)
    pairs = [
        (name, link.table)
        for name, relation in relations.items()
        if name not in people and (owners[name] or any(e.table in people for e in links[name]))
        for link in links[name]
        if _joins(relation, link, people, links[name], owners[name], looked_up)
    ]
    return Belonging(
        owners,
        links,
        people,
        frozenset(name for name, _ in pairs),
        frozenset(tenant for _, tenant in pairs),
        frozenset(name for name, tenant in pairs if _TENANT.search(tenant.partition(".")[2])),
        looked_up,
    )


def _owners(schema: Schema, relation: Relation, policies: list[Policy]) -> tuple[str, ...]:
    linked = {link.columns[0] for link in relation.links if link.table == AUTH_USERS}
    keyed = {column for link in relation.links for column in link.columns} - linked
    mine = [policy for policy in policies if policy.table == relation.name]
    names = Names.of(schema, schema.tables[relation.name]) if relation.name in schema.tables else None
    compared = {
        column
        for policy in mine
        for _, text in clauses(policy)
        if names is not None
        for column in owner_columns(text, names)
    }
    named = {
        each.name
        for each in relation.attributes
        if each.base in _ID_TYPES and each.name not in keyed and _OWNER.fullmatch(each.name.lower())
        if each.base == "uuid" or not any(_spells(check, each.name) for check in relation.checks)
    }
    chosen = linked | (compared - keyed) | named
    if relation.name == AUTH_USERS:
        chosen = {"id"}
    return tuple(name for name in relation.names if name in chosen and _holds_id(relation.attribute(name)))


def _spells(check: Check, column: str) -> bool:
    """Whether the CHECK spells a text otherwise than an account's id, or lists what it may be."""
    if check.columns != (column,):
        return False
    pattern = re.search(r"~\*? '([^']+)'", check.expression)
    if pattern is None:
        return "= ANY" in check.expression
    try:
        return re.search(pattern[1], A.id) is None
    except re.error:
        return False


def _holds_id(attribute: Attribute | None) -> bool:
    return attribute is not None and not attribute.is_array and attribute.base in _ID_TYPES


def _is_person(relation: Relation, owners: tuple[str, ...]) -> bool:
    if len(relation.primary) == 1 and relation.primary[0] in owners:
        return True
    name = relation.name.partition(".")[2]
    return bool(_PEOPLE.search(name)) and any((owner,) in relation.uniques for owner in owners)


def _guessed(
    relation: Relation, relations: Mapping[str, Relation], owners: tuple[str, ...]
) -> Iterator[Link]:
    """`tender_id` without a foreign key, beside a table `tenders` whose key has the same type."""
    schema = relation.name.partition(".")[0]
    keyed = {column for link in relation.links for column in link.columns}
    for each in relation.attributes:
        stem = each.name.removesuffix("_id")
        if stem == each.name or each.name in keyed or each.name in owners or each.is_array:
            continue
        for plural in (stem + "s", stem, stem + "es", stem.removesuffix("y") + "ies"):
            target = relations.get(f"{schema}.{plural}")
            if target is None or len(target.primary) != 1 or target is relation:
                continue
            key = target.attribute(target.primary[0])
            if key is not None and key.type == each.type:
                yield Link((each.name,), target.name, target.primary, declared=False)
            break


def _looked_up(schema: Schema, policies: list[Policy]) -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for policy in policies:
        names = Names.of(schema, schema.tables[policy.table])
        for _, text in clauses(policy):
            for each in lookups(schema, text, names):
                found[each.relation] = found.get(each.relation, frozenset()) | each.granting
    return found


def _joins(
    relation: Relation,
    link: Link,
    people: frozenset[str],
    links: tuple[Link, ...],
    owners: tuple[str, ...],
    looked_up: Mapping[str, frozenset[str]],
) -> bool:
    """Whether a table says who belongs to `link.table`: a pair of a user and it, that policies ask."""
    if link.table in people or link.table == relation.name or len(link.columns) != 1:
        return False
    users = {*owners, *(e.columns[0] for e in links if e.table in people)}
    paired = any(
        set(unique) <= users | set(link.columns) and link.columns[0] in unique
        for unique in relation.uniques
        if len(unique) > 1
    )
    name = relation.name.partition(".")[2]
    says = bool(_MEMBERSHIP.search(name) or relation.attribute("role"))
    tenant = bool(_TENANT.search(link.table.partition(".")[2]))
    if relation.name in looked_up:
        return (paired or says) and (tenant or paired)
    return tenant and ((paired and says) or "member" in name)

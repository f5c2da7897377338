"""GRANT and REVOKE on tables, sequences, functions, schemas and types; default privileges; membership."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from checklists.sql.folding import privileges
from checklists.sql.folding.names import (
    find_relation,
    missing,
    named,
    role_name,
    role_names,
    split_name,
    strings,
)
from checklists.sql.folding.privileges import Change
from checklists.sql.folding.registry import handles
from checklists.sql.folding.routines import need_routine
from checklists.sql.folding.state import OWNER, Database, Refused
from checklists.sql.folding.typenames import find_type
from checklists.sql.parse import pb
from checklists.sql.schema import ColumnRevoke, Facet
from checklists.sql.statements import Statement

_ROUTINES = frozenset({pb.OBJECT_FUNCTION, pb.OBJECT_PROCEDURE, pb.OBJECT_ROUTINE})
# pg_default_acl.defaclobjtype
_KINDS = {
    pb.OBJECT_TABLE: "r",
    pb.OBJECT_SEQUENCE: "S",
    pb.OBJECT_FUNCTION: "f",
    pb.OBJECT_ROUTINE: "f",
    pb.OBJECT_PROCEDURE: "f",
    pb.OBJECT_TYPE: "T",
    pb.OBJECT_SCHEMA: "n",
}


@handles("grant_stmt", touches=(Facet.GRANTS,))
def grant(db: Database, node: Any, at: Statement) -> None:
    """GRANT and REVOKE; a name that is not known costs itself alone."""
    kind = _KINDS.get(node.objtype)
    if kind is None:
        return
    change = Change(node.is_grant, role_names(node.grantees), tuple(_privileges(node, kind)))
    if node.targtype == pb.ACL_TARGET_ALL_IN_SCHEMA:
        _all_in(db, kind, set(strings(node.objects)), change)
        return
    for each in node.objects:
        try:
            if kind == "r":
                db.column_revokes += tuple(_without_effect(db, each, change, at))
            _one(db, node.objtype, kind, each, change)
        except Refused as refused:
            refused.facets = frozenset({Facet.GRANTS})
            if refused.uncertain:
                db.gap(refused.object, refused.message, at.location, refused.facets)


def _privileges(node: Any, kind: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    if not node.privileges:
        yield from ((each, ()) for each in privileges.ALL[kind])
    for each in node.privileges:
        columns = strings(each.access_priv.cols)
        name = each.access_priv.priv_name.upper()
        if name:
            yield name, columns
        else:
            yield from ((one, columns) for one in privileges.ON_COLUMNS)


def _one(db: Database, objtype: int, kind: str, node: Any, change: Change) -> None:
    if objtype in _ROUTINES:
        function = need_routine(db, node.object_with_args)
        db.functions[function.signature] = replace(function, grants=change.apply(function.grants))
    elif kind == "n":
        name = node.string.sval
        if name not in db.schemas:
            raise Refused("3F000", f"no migration creates the schema {name}", f"schema:{name}")
        db.schema_grants[name] = change.apply(db.schema_grants.get(name, ()))
    elif kind == "T":
        found = find_type(db, *split_name(strings(node.list.items)))
        if found is not None:
            db.type_grants[found] = change.apply(db.type_grants.get(found, ()))
    else:
        found = find_relation(db, *named(node.range_var))
        if found is None:
            raise missing(db, "table", *named(node.range_var))
        _relation(db, found, change)


def _without_effect(db: Database, node: Any, change: Change, at: Statement) -> Iterator[ColumnRevoke]:
    """The columns that it revokes from roles that hold the privilege on the whole table, and so keep it."""
    table = db.tables.get(find_relation(db, *named(node.range_var)) or "")
    if change.give or table is None:
        return
    whole = {(grant.role, grant.privilege) for grant in table.grants if not grant.columns}
    for role in change.roles:
        for privilege, columns in change.privileges:
            if columns and (role, privilege) in whole:
                yield ColumnRevoke(table.qualified, role, privilege, columns, at.location)


def _relation(db: Database, qualified: str, change: Change) -> None:
    if qualified in db.tables:
        table = db.tables[qualified]
        db.tables[qualified] = replace(table, grants=change.apply(table.grants))
    elif qualified in db.views:
        view = db.views[qualified]
        db.views[qualified] = replace(view, grants=change.apply(view.grants))
    else:
        sequence = db.sequences[qualified]
        db.sequences[qualified] = replace(sequence, grants=change.apply(sequence.grants))


def _all_in(db: Database, kind: str, schemas: set[str], change: Change) -> None:
    if kind == "f":
        for function in [f for f in db.functions.values() if f.schema in schemas]:
            db.functions[function.signature] = replace(function, grants=change.apply(function.grants))
        return
    relations: Iterable[Any] = (
        [*db.tables.values(), *db.views.values()] if kind == "r" else db.sequences.values()
    )
    for each in [f"{r.schema}.{r.name}" for r in relations if r.schema in schemas]:
        _relation(db, each, change)


@handles("alter_default_privileges_stmt", touches=(Facet.GRANTS,))
def alter_defaults(db: Database, node: Any, _at: Statement) -> None:
    """ALTER DEFAULT PRIVILEGES, of the role that runs migrations; other roles create nothing here."""
    roles: tuple[str, ...] = (OWNER,)
    schemas: tuple[str, ...] = ("",)
    for each in node.options:
        items = each.def_elem.arg.list.items
        if each.def_elem.defname == "roles":
            roles = tuple(role_name(item.role_spec) for item in items)
        elif each.def_elem.defname == "schemas":
            schemas = strings(items)
    kind = _KINDS.get(node.action.objtype)
    if OWNER not in roles or kind is None:
        return
    change = Change(
        node.action.is_grant, role_names(node.action.grantees), tuple(_privileges(node.action, kind))
    )
    for schema in schemas:
        db.default_grants[schema, kind] = change.apply(db.default_grants.get((schema, kind), ()))


@handles("grant_role_stmt")
def grant_role(db: Database, node: Any, _at: Statement) -> None:
    """GRANT role TO role."""
    members = role_names(node.grantee_roles)
    pairs = {(each.access_priv.priv_name, member) for each in node.granted_roles for member in members}
    db.memberships = db.memberships | pairs if node.is_grant else db.memberships - pairs

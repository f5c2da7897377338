"""DROP of every kind of object."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from checklists.sql.folding.dependents import drop_function, drop_table, drop_type, drop_view
from checklists.sql.folding.names import find_relation, missing, split_name, strings
from checklists.sql.folding.policies import need_policy
from checklists.sql.folding.registry import handles
from checklists.sql.folding.routines import need_routine
from checklists.sql.folding.state import Database, Refused
from checklists.sql.folding.typenames import find_type
from checklists.sql.parse import pb
from checklists.sql.schema import Facet, Index, Table
from checklists.sql.statements import Statement

Drop = Callable[[Database, Any, bool], None]
_DROPS: dict[int, Drop] = {}

_FACETS = {
    pb.OBJECT_POLICY: Facet.POLICIES,
    pb.OBJECT_TRIGGER: Facet.TRIGGERS,
    pb.OBJECT_FUNCTION: Facet.FUNCTIONS,
    pb.OBJECT_PROCEDURE: Facet.FUNCTIONS,
    pb.OBJECT_ROUTINE: Facet.FUNCTIONS,
    pb.OBJECT_INDEX: Facet.INDEXES,
    pb.OBJECT_VIEW: Facet.VIEWS,
    pb.OBJECT_MATVIEW: Facet.VIEWS,
    pb.OBJECT_TYPE: Facet.TYPES,
    pb.OBJECT_DOMAIN: Facet.TYPES,
    pb.OBJECT_EXTENSION: Facet.EXTENSIONS,
    pb.OBJECT_PUBLICATION: Facet.PUBLICATIONS,
}
# No object of these: the name was not found.
_ABSENT = frozenset({"42P01", "42704", "42883", "3F000"})


def _drops(*kinds: int) -> Callable[[Drop], Drop]:
    def register(drop: Drop) -> Drop:
        _DROPS.update(dict.fromkeys(kinds, drop))
        return drop

    return register


@handles("drop_stmt", touches=(Facet.TABLES, Facet.POLICIES, Facet.VIEWS, Facet.FUNCTIONS))
def drop(db: Database, node: Any, _at: Statement) -> None:
    """DROP … [IF EXISTS] … [CASCADE]. An object that no migration made is gone either way: no gap."""
    cascade = node.behavior == pb.DROP_CASCADE
    if node.remove_type == pb.OBJECT_TABLE:
        _tables(db, node, cascade=cascade)
        return
    one = _DROPS.get(node.remove_type)
    if one is None:
        return
    for each in node.objects:
        try:
            one(db, each, cascade)
        except Refused as refused:
            if refused.state not in _ABSENT or not node.missing_ok:
                facet = _FACETS.get(node.remove_type)
                refused.facets = frozenset({facet} if facet else ())
                refused.uncertain = refused.uncertain and refused.state not in _ABSENT
                raise


def _names(node: Any) -> tuple[str, ...]:
    return strings(node.list.items)


def _tables(db: Database, node: Any, *, cascade: bool) -> None:
    found = []
    for each in node.objects:
        schema, name = split_name(_names(each))
        qualified = find_relation(db, schema, name)
        if qualified in db.tables:
            found.append(qualified)
        elif not node.missing_ok:
            refused = missing(db, "table", schema, name)
            refused.uncertain = False
            raise refused
    together = frozenset(found)
    for qualified in found:
        if qualified in db.tables:
            drop_table(db, qualified, cascade=cascade, together=together)


def _of_table(db: Database, parts: Sequence[str]) -> Table:
    schema, name = split_name(parts[:-1])
    found = find_relation(db, schema, name)
    if found not in db.tables:
        raise missing(db, "table", schema, name)
    return db.tables[found]


@_drops(pb.OBJECT_POLICY)
def _policy(db: Database, node: Any, _cascade: bool) -> None:  # noqa: FBT001 - the shape of a Drop
    parts = _names(node)
    table = _of_table(db, parts)
    gone = need_policy(table, parts[-1])
    db.tables[table.qualified] = replace(table, policies=tuple(p for p in table.policies if p is not gone))


@_drops(pb.OBJECT_TRIGGER)
def _trigger(db: Database, node: Any, _cascade: bool) -> None:  # noqa: FBT001
    parts = _names(node)
    if find_relation(db, *split_name(parts[:-1])) in db.views:
        return
    table = _of_table(db, parts)
    kept = tuple(each for each in table.triggers if each.name != parts[-1])
    if len(kept) == len(table.triggers):
        raise Refused(
            "42704", f"{table.qualified} has no trigger {parts[-1]}", f"trigger:{table.qualified}/{parts[-1]}"
        )
    db.tables[table.qualified] = replace(table, triggers=kept)


@_drops(pb.OBJECT_FUNCTION, pb.OBJECT_PROCEDURE, pb.OBJECT_ROUTINE)
def _function(db: Database, node: Any, cascade: bool) -> None:  # noqa: FBT001
    drop_function(db, need_routine(db, node.object_with_args).signature, cascade=cascade)


@_drops(pb.OBJECT_VIEW, pb.OBJECT_MATVIEW)
def _view(db: Database, node: Any, cascade: bool) -> None:  # noqa: FBT001
    schema, name = split_name(_names(node))
    found = find_relation(db, schema, name)
    if found not in db.views:
        raise missing(db, "view", schema, name)
    drop_view(db, found, cascade=cascade)


@_drops(pb.OBJECT_INDEX)
def _index(db: Database, node: Any, _cascade: bool) -> None:  # noqa: FBT001
    schema, name = split_name(_names(node))
    for wanted in (schema,) if schema else db.search_path:
        for table in db.tables.values():
            gone = next((each for each in table.indexes if each.name == name), None)
            if table.schema == wanted and gone is not None:
                _need_loose(table, gone)
                kept = tuple(each for each in table.indexes if each is not gone)
                db.tables[table.qualified] = replace(table, indexes=kept)
                return
        for view in db.views.values():
            if view.schema == wanted and any(each.name == name for each in view.indexes):
                kept = tuple(each for each in view.indexes if each.name != name)
                db.views[view.qualified] = replace(view, indexes=kept)
                return
    raise missing(db, "index", schema, name)


def _need_loose(table: Table, index: Index) -> None:
    """An index that backs a constraint goes with the constraint alone, CASCADE or not."""
    if index.constraint:
        message = (
            f"cannot drop index {index.name}: the constraint of its name on {table.qualified} requires it"
        )
        raise Refused("2BP01", message, f"index:{table.schema}.{index.name}", Facet.INDEXES, uncertain=False)


@_drops(pb.OBJECT_TYPE, pb.OBJECT_DOMAIN)
def _type(db: Database, node: Any, cascade: bool) -> None:  # noqa: FBT001
    schema, name = split_name(strings(node.type_name.names))
    found = find_type(db, schema, name)
    if found not in db.types:
        raise missing(db, "type", schema, name)
    drop_type(db, found, cascade=cascade)


@_drops(pb.OBJECT_SEQUENCE)
def _sequence(db: Database, node: Any, _cascade: bool) -> None:  # noqa: FBT001
    schema, name = split_name(_names(node))
    found = find_relation(db, schema, name)
    if found not in db.sequences:
        raise missing(db, "sequence", schema, name)
    del db.sequences[found]


@_drops(pb.OBJECT_EXTENSION)
def _extension(db: Database, node: Any, cascade: bool) -> None:  # noqa: FBT001
    name = node.string.sval
    if name not in db.extensions:
        raise missing(db, "extension", "", name)
    del db.extensions[name]
    if cascade:
        because = f"what of the repo hung on the extension {name}, and went with it, is not known"
        facets = frozenset({Facet.TABLES, Facet.INDEXES, Facet.FUNCTIONS, Facet.VIEWS})
        db.gap(f"extension:{name}", because, None, facets)


@_drops(pb.OBJECT_PUBLICATION)
def _publication(db: Database, node: Any, _cascade: bool) -> None:  # noqa: FBT001
    name = node.string.sval
    if name not in db.publications:
        raise missing(db, "publication", "", name)
    del db.publications[name]


@_drops(pb.OBJECT_EVENT_TRIGGER)
def _event_trigger(db: Database, node: Any, _cascade: bool) -> None:  # noqa: FBT001
    db.event_triggers.pop(node.string.sval, None)


@_drops(pb.OBJECT_FOREIGN_TABLE)
def _foreign_table(db: Database, node: Any, cascade: bool) -> None:  # noqa: FBT001
    schema, name = split_name(_names(node))
    found = find_relation(db, schema, name)
    if found not in db.tables:
        raise missing(db, "table", schema, name)
    drop_table(db, found, cascade=cascade)


@_drops(pb.OBJECT_SCHEMA)
def _schema(db: Database, node: Any, cascade: bool) -> None:  # noqa: FBT001
    name = node.string.sval
    if name not in db.schemas:
        raise Refused("3F000", f"no migration creates the schema {name}", f"schema:{name}")
    holds: list[Any] = [*db.tables.values(), *db.views.values(), *db.functions.values(), *db.types.values()]
    if not cascade and any(each.schema == name for each in holds):
        raise Refused("2BP01", f"the schema {name} is not empty", f"schema:{name}", uncertain=False)
    _empty(db, name)
    db.schemas -= {name}
    db.schema_grants.pop(name, None)


def _empty(db: Database, schema: str) -> None:
    """Drops all that lies in a schema; each drop may take others along."""
    one: list[tuple[Any, Callable[..., None]]] = [
        (db.tables, drop_table),
        (db.views, drop_view),
        (db.functions, drop_function),
        (db.types, drop_type),
    ]
    for mapping, drop_one in one:
        for key in [key for key, each in mapping.items() if each.schema == schema]:
            if key in mapping:
                drop_one(db, key, cascade=True)
    loose: tuple[Any, ...] = (db.sequences, db.extensions)
    for mapping in loose:
        for key in [key for key, each in mapping.items() if each.schema == schema]:
            del mapping[key]

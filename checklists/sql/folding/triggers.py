"""CREATE TRIGGER and event triggers."""

from dataclasses import replace
from typing import Any

from checklists.sql.folding.names import need_relation, split_name, strings
from checklists.sql.folding.registry import handles
from checklists.sql.folding.routines import find_routine
from checklists.sql.folding.state import Database, EventTrigger, Refused
from checklists.sql.parse import sql_of
from checklists.sql.schema import Facet, Table, Trigger
from checklists.sql.statements import Statement

# Bits of pg_trigger.tgtype (pg_trigger.h).
_TIMINGS = {1 << 1: "BEFORE", 1 << 6: "INSTEAD OF"}
_EVENTS = {1 << 2: "INSERT", 1 << 4: "UPDATE", 1 << 3: "DELETE", 1 << 5: "TRUNCATE"}


@handles("create_trig_stmt", touches=(Facet.TRIGGERS,))
def create_trigger(db: Database, node: Any, at: Statement) -> None:
    """CREATE TRIGGER, also on a view (which the schema keeps no triggers of)."""
    relation = need_relation(db, node.relation, Facet.TRIGGERS)
    if not isinstance(relation, Table):
        return
    made = Trigger(
        relation.qualified,
        node.trigname,
        find_routine(db, *split_name(strings(node.funcname))),
        _TIMINGS.get(node.timing, "AFTER"),
        tuple(word for bit, word in _EVENTS.items() if node.events & bit),
        node.row,
        at.location,
        arguments=strings(node.args),
        when=sql_of(node.when_clause) if node.HasField("when_clause") else None,
    )
    _put(db, relation, made, or_replace=node.replace)
    if made.per_row:
        for child in [table for table in db.tables.values() if table.partition_of == relation.qualified]:
            _put(db, child, replace(made, table=child.qualified), or_replace=True)


def _put(db: Database, table: Table, made: Trigger, *, or_replace: bool) -> None:
    old = next((each for each in table.triggers if each.name == made.name), None)
    if old is not None and not or_replace:
        same = replace(old, location=made.location) == made
        message = f"{table.qualified} has a trigger {made.name} already"
        of = f"trigger:{table.qualified}/{made.name}"
        raise Refused("42710", message, of, Facet.TRIGGERS, uncertain=not same)
    kept = tuple(each for each in table.triggers if each is not old)
    db.tables[table.qualified] = replace(table, triggers=(*kept, made))


@handles("create_event_trig_stmt", touches=(Facet.TRIGGERS, Facet.RLS))
def create_event_trigger(db: Database, node: Any, _at: Statement) -> None:
    """CREATE EVENT TRIGGER."""
    tags = tuple(
        tag
        for each in node.whenclause
        if each.def_elem.defname == "tag"
        for tag in strings(each.def_elem.arg.list.items)
    )
    function = find_routine(db, *split_name(strings(node.funcname)))
    if node.trigname in db.event_triggers:
        message = f"the event trigger {node.trigname} exists already"
        raise Refused("42710", message, f"trigger:{node.trigname}", Facet.TRIGGERS, uncertain=False)
    db.event_triggers[node.trigname] = EventTrigger(node.trigname, node.eventname, function, tags)


@handles("alter_event_trig_stmt", touches=(Facet.TRIGGERS, Facet.RLS))
def alter_event_trigger(db: Database, node: Any, _at: Statement) -> None:
    """ALTER EVENT TRIGGER … ENABLE or DISABLE."""
    old = db.event_triggers.get(node.trigname)
    if old is not None:
        db.event_triggers[node.trigname] = replace(old, enabled=node.tgenabled != "D")

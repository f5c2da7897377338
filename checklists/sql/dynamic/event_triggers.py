"""Event triggers: functions that run after every CREATE TABLE, and may switch row security on unseen."""

from typing import Any

from checklists.sql.dynamic import interpreter
from checklists.sql.dynamic.frame import Frame
from checklists.sql.dynamic.sources import COMMANDS
from checklists.sql.dynamic.trees import function_tree
from checklists.sql.dynamic.values import Oid, Undecided, Value, text
from checklists.sql.folding.registry import AFTERWARDS
from checklists.sql.folding.state import Database, EventTrigger, Refused
from checklists.sql.parse import SyntaxFault, pb
from checklists.sql.schema import Facet
from checklists.sql.statements import Statement

_MOST_STEPS = 2_000


def _created(db: Database, at: Statement) -> tuple[str, str] | None:
    """(command tag, qualified name) of a table that a statement has just made."""
    node = at.node
    match node:
        case pb.CreateStmt():
            tag, relation = "CREATE TABLE", node.relation
        case pb.CreateTableAsStmt() if node.objtype != pb.OBJECT_MATVIEW:
            tag, relation = "CREATE TABLE AS", node.into.rel
        case pb.SelectStmt() if node.HasField("into_clause"):
            tag, relation = "SELECT INTO", node.into_clause.rel
        case _:
            return None
    schemas = (relation.schemaname,) if relation.schemaname else db.search_path
    made = (f"{schema}.{relation.relname}" for schema in schemas)
    found = next(
        (name for name in made if name in db.tables and db.tables[name].location == at.location), None
    )
    return None if found is None else (tag, found)


def fire(db: Database, at: Statement) -> None:
    """Runs what listens to the end of a CREATE TABLE, in the order of names, as Postgres does."""
    made = _created(db, at) if db.event_triggers else None
    if made is None:
        return
    for _, trigger in sorted(db.event_triggers.items()):
        if (
            trigger.enabled
            and trigger.event == "ddl_command_end"
            and (not trigger.tags or made[0] in trigger.tags)
        ):
            _run(db, trigger, made, at)


def _run(db: Database, trigger: EventTrigger, made: tuple[str, str], at: Statement) -> None:
    tag, table = made
    schema = table.partition(".")[0]
    oid = Oid("class", table)
    command = {
        "objid": oid,
        "command_tag": tag,
        "object_type": "table",
        "schema_name": schema,
        "object_identity": text(Oid("proc", table)),
        "in_extension": False,
    }
    variables: dict[str, Value] = {COMMANDS: [command], "tg_tag": tag, "tg_event": trigger.event}
    here = at.location
    frame = Frame(db, here.path, here.line, here.end_line, variables, _no_call, [_MOST_STEPS], flat=True)
    try:
        function = next(iter(db.functions.overloads(trigger.function)), None)
        if function is None:
            _unsure(db, trigger, table, "no migration creates its function", at)
        else:
            interpreter.execute(frame, function_tree(function))
    except (Refused, SyntaxFault) as fault:
        _unsure(db, trigger, table, fault.message, at)


def _no_call(name: tuple[str, str], _arguments: list[Value], _named: dict[str, Value]) -> Any:
    raise Undecided(f"the result of {name[1]}() is not known")


def _unsure(db: Database, trigger: EventTrigger, table: str, reason: str, at: Statement) -> None:
    because = f"the event trigger {trigger.name} ran here, and what it did cannot be decided: {reason}"
    db.gap(f"table:{table}", because, at.location, frozenset({Facet.RLS, Facet.GRANTS, Facet.POLICIES}))


AFTERWARDS.append(fire)

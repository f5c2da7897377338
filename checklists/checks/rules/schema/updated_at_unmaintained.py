"""A column says when a row was last changed, and nothing keeps it."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.gathered import gathered
from checklists.checks.subjects.steering import written
from checklists.checks.subjects.usage import queries_of, spellings
from checklists.model import Confidence, Location, Severity
from checklists.sql.questions.bodywrites import body_writes
from checklists.sql.questions.conventions import updated_column
from checklists.sql.quoting import ident, relation
from checklists.sql.schema import Column, Command, Facet, Schema, Table, TableKind, Trigger
from checklists.ts.index import Query

CHECK = Check(
    items=("updated-at-maintained",),
    rule="updated-at-trigger",
    severity=Severity.MEDIUM,
    reads=(Facet.TABLES, Facet.TRIGGERS, Facet.FUNCTIONS),
    also=(Input.SOURCES,),
)
_MODDATETIME = "moddatetime"
_UNUSED = "nothing in sight changes rows"


def find(project: Project) -> Iterator[Said]:
    """Every such column that no BEFORE UPDATE trigger sets."""
    said = list(_said(project))
    unused = [each for each in said if isinstance(each, Flag) and _UNUSED in each.message]
    yield from (each for each in said if each not in unused)
    yield from gathered(unused, "columns", f"are kept by no trigger, and {_UNUSED}")


def _said(project: Project) -> Iterator[Said]:
    for table in project.schema.user_tables():
        column = updated_column(table)
        if column is None or column.generated or table.kind is TableKind.FOREIGN:
            continue
        yield Examined("tables")
        yield from _judged(project, table, column)


def _judged(project: Project, table: Table, column: Column) -> Iterator[Said]:
    setting = [trigger for trigger in table.triggers if _sets(project.schema, trigger, column)]
    good = [t for t in setting if t.enabled and t.timing == "BEFORE" and t.per_row and "UPDATE" in t.events]
    if good:
        missing = next((t for t in good if _is_missing(project.schema, t)), None)
        if missing is not None:
            yield _unknown_function(table, missing)
        return
    if setting:
        yield _idle(table, column, setting[0])
        return
    opaque = next((t for t in table.triggers if _is_opaque(project.schema, t)), None)
    if opaque is not None:
        because = f"whether {opaque.function}() sets {column.name} cannot be read: no migration defines it"
        yield Unsure(table.object, because, opaque.location)
        return
    yield from _left_to_writers(project, table, column)


def _sets(schema: Schema, trigger: Trigger, column: Column) -> bool:
    """Whether the trigger's function writes this column of the new row, whenever it runs."""
    if trigger.function.rpartition(".")[2] == _MODDATETIME:
        return column.name in trigger.arguments
    assigns = re.compile(rf'\bnew\s*\.\s*"?{re.escape(column.name)}"?\s*:?=', re.IGNORECASE)
    bodies = (f.body for f in schema.functions.values() if f.qualified == trigger.function)
    return any(assigns.search(body) for body in bodies)


def _is_missing(schema: Schema, trigger: Trigger) -> bool:
    """Whether no migration creates the extension that brings the function, where the trigger looks for it."""
    where, _, name = trigger.function.rpartition(".")
    extension = schema.extensions.get(_MODDATETIME)
    if name != _MODDATETIME:
        return False
    return extension is None or extension.schema not in ((where,) if where else ("public", "extensions"))


def _is_opaque(schema: Schema, trigger: Trigger) -> bool:
    known = any(f.qualified == trigger.function for f in schema.functions.values())
    speaks = re.search(r"updat|modif|touch|stamp", trigger.function, re.IGNORECASE)
    return (
        not known
        and "UPDATE" in trigger.events
        and speaks is not None
        and _MODDATETIME not in trigger.function
    )


def _unknown_function(table: Table, trigger: Trigger) -> Flag:
    return Flag(
        object=f"trigger:{table.qualified}/{trigger.name}",
        location=trigger.location,
        message=f"The trigger {trigger.name} of {table.qualified} runs {trigger.function}(), which comes "
        "with the extension moddatetime, and no migration creates it there: a new database refuses this "
        "statement.",
        remedy="create extension if not exists moddatetime schema extensions;\n"
        "before it, and: execute function extensions.moddatetime(…)",
    )


def _idle(table: Table, column: Column, trigger: Trigger) -> Flag:
    why = (
        "is switched off"
        if not trigger.enabled
        else f"runs {trigger.timing} {' OR '.join(trigger.events)}"
        + (" for each row" if trigger.per_row else " once a statement")
    )
    return Flag(
        object=f"column:{table.qualified}.{column.name}",
        location=trigger.location,
        message=f"The trigger {trigger.name} sets {table.qualified}.{column.name}, but {why}: an update "
        "leaves the old time in place.",
        remedy=_remedy(table, column),
        confidence=Confidence.HIGH,
    )


def _left_to_writers(project: Project, table: Table, column: Column) -> Iterator[Flag]:
    """No trigger: what the updates of the repo write decides how bad that is."""
    forgetting: list[Location] = []
    doubtful = setting = 0
    for query in queries_of(project, table):
        if query.operation not in ("update", "upsert") or "ignoreDuplicates: true" in query.text:
            continue
        sent = query.text if query.api == "drizzle" else _payload(project, query)
        if any(name in sent for name in spellings(column.name)) or _is_automatic(project, query.api):
            setting += 1
        elif sent.lstrip().startswith(("{", "[")) and "..." not in sent:
            forgetting.append(query.location)
        else:
            doubtful += 1
    for write in body_writes(project.schema).get(table.qualified, ()):
        if write.command is Command.UPDATE:
            if column.name in write.text:
                setting += 1
            else:
                forgetting.append(write.by.location)
    if forgetting or doubtful or not setting:
        yield _flag(table, column, forgetting, doubtful)


def _payload(project: Project, query: Query) -> str:
    """The text of what is written: of the variable's value, and what is put into it, where a variable is."""
    function = project.sources.functions.get(query.function)
    if function is None or not query.payload.isidentifier():
        return query.payload
    if re.search(rf"\b{query.payload}\[[^'\"\]]", function.text):
        return query.payload  # which columns it gets is worked out
    put = re.findall(rf"\b{query.payload}(?:\.\w+|\[['\"]\w+['\"]\])\s*=[^=]", function.text)
    return "\n".join((written(function, query.payload), *put)).strip() or query.payload


def _is_automatic(project: Project, api: str) -> bool:
    """Whether the schema that Drizzle writes by sets such columns itself."""
    return api == "drizzle" and any("$onUpdate" in module.text for module in project.sources.modules.values())


def _flag(table: Table, column: Column, forgetting: list[Location], doubtful: int) -> Flag:
    places = tuple(dict.fromkeys(forgetting))
    if places:
        told, severity = f"{places[0]} changes rows without it, and they keep the old time.", Severity.MEDIUM
    elif doubtful:
        told = "whether all that changes rows sends it cannot be seen from the code."
        severity = Severity.LOW
    else:
        told, severity = f"{_UNUSED}; who does must think of it.", Severity.LOW
    return Flag(
        object=f"column:{table.qualified}.{column.name}",
        location=column.location or table.location,
        message=f"No trigger keeps {table.qualified}.{column.name}: {told}",
        remedy=_remedy(table, column),
        severity=severity,
        confidence=Confidence.MEDIUM if doubtful and not places else None,
        related=places,
    )


def _remedy(table: Table, column: Column) -> str:
    return (
        "create extension if not exists moddatetime schema extensions;\n"
        f"create trigger set_{ident(column.name)} before update on {relation(table.qualified)}\n"
        f"  for each row execute function extensions.moddatetime({ident(column.name)});"
    )

"""Section 4: each Server Action, route and edge function: who is let in, what checks its input, what it says.

Only what was verified counts as verified, and only what the code shows is told.
"""

from collections.abc import Iterable, Iterator

from checklists.checks.project import Project
from checklists.record.escape import beginning, cell, clipped
from checklists.record.model import Record
from checklists.record.sections.items import answers
from checklists.record.sections.room import Room, named, sentence, table
from checklists.ts.index import CallerState, Endpoint, Function, Validation

_ITEMS = (
    "input-validated", "actions-authenticated", "errors-masked", "rate-limits", "cors-configured",
)  # fmt: skip
_CALLERS = {
    CallerState.SESSION: "session read, not verified",
    CallerState.UNVERIFIED: "**anybody**: no caller check seen",
    CallerState.RLS_ONLY: "anybody; row security decides",
    CallerState.CREDENTIALS: "anybody: it is how callers become known",
    CallerState.HARMLESS: "anybody: no data was seen that it reaches",
}
_READING = """- *Input* names schemas and their keys (`?` may be missing). *Answers* are statuses, *computed*
  where the code works one out, or what is returned. *Errors show* whose own text reaches the caller."""
_FIELDS = 8
_MASKED = "nothing internal"
_OUT_OF_SIGHT = "not known: it answers with errors of the database, and how it gets there was not followed"


def api(record: Record, project: Project | None, room: Room) -> Iterator[str]:
    """A table of the endpoints, then the items that ask about them."""
    if project is None:
        yield "- Endpoints are not told here: the page was made from the record alone."
    elif not project.sources.endpoints:
        yield "- No Server Action, route handler or edge function was found."
    else:
        ordered = sorted(project.sources.endpoints, key=lambda each: (each.kind.value, each.name))
        rows = [_row(project, each, room) for each in ordered]
        yield from table("endpoint|who may call|input|answers|errors show", rows, room, "endpoints")
        yield from _READING.splitlines()
    yield from answers(record, _ITEMS)


def _row(project: Project, endpoint: Endpoint, room: Room) -> tuple[str, ...]:
    name = f"{endpoint.kind.value} {named(endpoint.name, room)}"
    reach = project.sources.reach(endpoint.function) if endpoint.function else ()
    if not reach:
        return name, f"not read: {sentence(endpoint.because, room)}", "", "", ""
    own = reach[0]
    said, errors = _caller(project, endpoint, room), _leaking(reach)
    if "database" in errors and said == _CALLERS[CallerState.HARMLESS]:
        said = _OUT_OF_SIGHT
    shown = f"**text of {_list(errors)}**" if errors else _MASKED
    return name, said, _input(reach, room), _replies(own), shown


def _caller(project: Project, endpoint: Endpoint, room: Room) -> str:
    caller = project.sources.callers.get(endpoint.object)
    if caller is None:
        return "not known"
    if caller.state is CallerState.VERIFIED:
        bases = ", ".join(caller.bases)
        return f"verified by {named(bases, room)}" if bases else "verified"
    return _CALLERS.get(caller.state) or f"not known: {sentence(caller.because, room)}"


def _input(reach: tuple[Function, ...], room: Room) -> str:
    """The schemas that parse it, with their keys; what goes past them is a flow that nothing looked at."""
    parsed = {each.schema: each for function in reach for each in function.validations if each.checked}
    said = [_schema(each, room) for each in parsed.values()]
    loose = sorted({flow.source for function in reach[:1] for flow in function.flows if not flow.checked})
    if loose:
        said.append(f"**unparsed**: {', '.join(loose)}")
    takes = any(function.flows for function in reach) or bool(reach[0].parameters)
    return "; ".join(said) or ("no schema seen" if takes else "none")


def _schema(each: Validation, room: Room) -> str:
    # A schema that is written in place would fill the table; its keys say the same.
    name = named(each.schema, room) if each.schema.isidentifier() else each.library
    if not each.fields:
        return name
    keys = [f"{key.name}{'?' * key.optional}" for key in each.fields]
    more = f" and {len(keys) - _FIELDS} more" if len(keys) > _FIELDS else ""
    return f"{name} {cell(clipped(', '.join(keys[:_FIELDS]), room.text))}{more}"


def _replies(own: Function) -> str:
    """Statuses where there are any; else what is returned, as the code has it."""
    statuses = sorted({reply.status for reply in own.replies if reply.status is not None})
    passed_on = any(reply.status is None and "status" in reply.text for reply in own.replies)
    if statuses:
        return _list([*map(str, statuses), *["computed"] * passed_on])
    texts = dict.fromkeys(" ".join(reply.text.split()) for reply in own.replies if reply.text)
    return ", ".join(cell(beginning(text, 60)) for text in list(texts)[:3]) or "nothing seen"


def _leaking(reach: tuple[Function, ...]) -> list[str]:
    """Whose own errors reach the caller."""
    return sorted({reply.source or "unknown" for each in reach for reply in each.replies if reply.leak})


def _list(words: Iterable[str]) -> str:
    return ", ".join(words)

"""Writes of whole objects whose keys the caller chooses."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.administrators import is_administrative, only_administrators
from checklists.checks.subjects.endpoints import function_of, place, short
from checklists.checks.subjects.places import snippet
from checklists.checks.subjects.reached import is_reached
from checklists.checks.subjects.usage import table_of
from checklists.model import Confidence, Severity
from checklists.sql.schema import Command
from checklists.ts.index import Endpoint, Flow, Function, Key, Query, Validation

CHECK = Check(
    items=("input-validated", "writes-listed"),
    rule="mass-assignment",
    severity=Severity.HIGH,
    sources=True,
    peers=("react-doctor:supabase-client-owned-authz-field",),
    also=(Input.SCHEMA,),
)
_WRITES = frozenset({"insert", "update", "upsert"})
_OWNERS = frozenset(
    {"created_by", "user_id", "owner_id", "org_id", "organization_id", "tenant_id", "account_id"}
)
# Columns that say whose a row is, or what its holder may do.
_STEERS = re.compile(
    r"^(?:user|owner|author|creator|account|org|organi[sz]ation|tenant|team|workspace|company|member|customer"
    r"|profile)_?[iI]d$|_by$|role|admin|permission|scope"
)
_COMMANDS = {
    "insert": (Command.INSERT,),
    "update": (Command.UPDATE,),
    "upsert": (Command.INSERT, Command.UPDATE),
}
_SPREAD_LAST = re.compile(r"\b(\w+)\s*:\s*[^,{}]*,[^{}]*\.\.\.\s*([\w.]+)")


def find(project: Project) -> Iterator[Said]:
    """Every endpoint that writes rows."""
    for endpoint in project.sources.endpoints:
        function = function_of(project, endpoint)
        if function is None or not any(
            e.operation in _WRITES for e in project.sources.callers[endpoint.object].effects
        ):
            continue
        yield Examined("endpoints that write rows")
        whole = next((flow for flow in function.flows if _is_whole(flow)), None)
        if whole is not None:
            yield _flag(project, endpoint, function, whole)
        else:
            yield from _overridden(endpoint, function)


def _is_whole(flow: Flow) -> bool:
    return (
        flow.spread
        and flow.use == "payload"
        and flow.operation in _WRITES
        and flow.checked in ("", "asserted")
    )


def _flag(project: Project, endpoint: Endpoint, function: Function, flow: Flow) -> Flag:
    own = flow.location.path == place(project, endpoint).path
    asserted = " A schema accepted it, but the raw object is what is written." if flow.checked else ""
    return Flag(
        endpoint.object,
        flow.location if own else place(project, endpoint),
        f"`{short(endpoint)}` writes all of {flow.source}, with whatever keys the caller adds (an owner, "
        "a role, a "
        f"status): `{snippet(flow.text)}`.{asserted}",
        "Write the `data` of a plain `z.object`, which drops unknown keys, or name the columns; put the "
        "owner last.",
        severity=_severity(project, endpoint, function, flow),
        confidence=Confidence.MEDIUM if flow.checked or not own else None,
        within=(endpoint.object,),
        related=() if own else (flow.location,),
    )


def _severity(project: Project, endpoint: Endpoint, function: Function, flow: Flow) -> Severity | None:
    """Less where only administrators get that far, or nothing that a browser loads can call it; least where
    administrators write a row that has no owner and no role to steal.
    """
    query = next((each for each in function.queries if _writes_at(each, flow)), None)
    table = table_of(project, query) if query is not None else None
    known = is_administrative(endpoint, function, flow.location.line if query is not None else None)
    if query is not None and table is not None and query.key is Key.USER:
        known |= all(only_administrators(table, command) for command in _COMMANDS[query.operation])
    if known and table is not None and not any(_STEERS.search(each.name) for each in table.columns):
        return Severity.LOW
    return Severity.MEDIUM if known or not is_reached(project, endpoint) else None


def _writes_at(query: Query, flow: Flow) -> bool:
    place = query.location
    held = place.path == flow.location.path and place.line <= flow.location.line <= place.end_line
    return held and query.operation in _WRITES


def _overridden(endpoint: Endpoint, function: Function) -> Iterator[Flag]:
    """`{ created_by: user.id, ...parsed.data }` where the schema has `created_by` too: the spread wins."""
    for query in function.queries:
        for validation in function.validations if query.operation in _WRITES else ():
            key = _key_overridden(query, validation)
            if key is not None:
                yield Flag(
                    endpoint.object,
                    query.location,
                    f"`{short(endpoint)}` sets `{key}` and then spreads input that may hold `{key}` too: "
                    "the caller's "
                    "value wins.",
                    f"Spread first and set `{key}` last, or leave it out of the schema.",
                    within=(endpoint.object,),
                )


def _key_overridden(query: Query, validation: Validation) -> str | None:
    names = {field.name for field in validation.fields or ()}
    for key, spread in _SPREAD_LAST.findall(query.payload):
        if spread.partition(".")[0] == validation.result and key in names & _OWNERS:
            return str(key)
    return None

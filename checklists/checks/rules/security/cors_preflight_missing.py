"""Edge functions for browsers that do not answer OPTIONS, or only to callers that they know."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.cors import HANDLED, OPTIONS, Browsed, browsed, code
from checklists.model import Location, Severity

CHECK = Check(
    items=("cors-configured",), rule="edge-fn-cors", severity=Severity.MEDIUM, sources=True, edge=True
)


def find(project: Project) -> Iterator[Said]:
    """Every edge function that browsers call."""
    for each in browsed(project):
        yield Examined("edge functions that browsers call")
        text = code(each.text)
        if HANDLED.search(text):
            continue
        name = each.endpoint.name
        if not OPTIONS.search(text):
            message = (
                f"`{name}` has no branch for OPTIONS: a browser's preflight gets the answer of a real "
                "request."
            )
            yield _flag(each, each.function.location, message)
            continue
        place = _after_guard(each)
        if place is not None:
            message = (
                f"`{name}` answers OPTIONS only after it has verified the caller; a preflight carries no "
                "token."
            )
            yield _flag(each, place, message)


def _flag(each: Browsed, place: Location, message: str) -> Flag:
    return Flag(
        each.endpoint.object,
        place,
        message,
        "Answer OPTIONS first: `if (req.method === 'OPTIONS') return new Response('ok', { headers: "
        "corsHeaders })`.",
        within=(each.endpoint.object,),
    )


def _after_guard(each: Browsed) -> Location | None:
    found = OPTIONS.search(code(each.function.text))
    if found is None:
        return None
    line = each.function.location.line + each.function.text.count("\n", 0, found.start())
    before = any(
        g.gates and g.how != "wrapper" and g.covers[0] <= line <= g.covers[1] for g in each.function.guards
    )
    return Location(each.function.location.path, line, line) if before else None

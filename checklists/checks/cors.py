"""What checks of CORS share: which edge functions browsers call, and the code that answers them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checklists.checks.endpoints import function_of
from checklists.checks.project import Project
from checklists.model import Location
from checklists.ts.index import Endpoint, EndpointKind, Function, Module

CORS = re.compile(r"\bcors\w*|Access-Control-Allow", re.IGNORECASE)
OPTIONS = re.compile(r"['\"`]OPTIONS['\"`]")
# Libraries that answer OPTIONS and set the headers themselves.
HANDLED = re.compile(
    r"\.use\([^)]*\bcors\w*\(|\bwithSupabase\(|\b(?:handle|with|apply)Cors\w*\(|\boakCors\(|createHono\(",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Browsed:
    """An edge function that browsers call, with its module and all code that it runs."""

    endpoint: Endpoint
    function: Function
    module: Module
    text: str


def browsed(project: Project) -> Iterator[Browsed]:
    """Edge functions that speak of CORS, or that client code invokes by name."""
    invoked = _invoked(project)
    for endpoint in project.sources.of_kind(EndpointKind.EDGE):
        function = function_of(project, endpoint)
        module = project.sources.modules.get(endpoint.location.path)
        if function is None or module is None:
            continue
        reached = project.sources.reach(function.id)
        text = "\n".join((module.text, *(each.text for each in reached if each.location.path != module.path)))
        if CORS.search(text) or endpoint.name in invoked:
            yield Browsed(endpoint, function, module, text)


def _invoked(project: Project) -> frozenset[str]:
    """Names of functions that code in the browser's bundle invokes."""
    found: set[str] = set()
    for query in project.sources.queries():
        if query.api == "functions" and query.location.path in project.sources.reachable_from_client:
            found |= set(re.findall(r"\.invoke(?:<[^>]*>)?\(\s*['\"`]([\w-]+)['\"`]", query.text))
    return frozenset(found)


def line_of(module: Module, offset: int) -> Location:
    """The line of an offset in a module's text."""
    line = module.text.count("\n", 0, offset) + 1
    return Location(module.path, line, line)


def code(text: str) -> str:
    """The text with comments blanked, so that offsets stay."""
    return _COMMENTS.sub(lambda found: found[1] or re.sub(r"[^\n]", " ", found[0]), text)


_COMMENTS = re.compile(r"('(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\")|//[^\n]*|/\*.*?\*/", re.DOTALL)

"""What checks of CORS share: which edge functions browsers call, and the code that answers them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from checklists.checks.project import Project
from checklists.model import Location
from checklists.ts.index import Endpoint, EndpointKind, Function, Module, SourceIndex

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


def browsed(project: Project) -> tuple[Browsed, ...]:
    """Edge functions that speak of CORS, or that client code invokes by name."""
    return _browsed(project.sources)


@lru_cache(maxsize=1)
def _browsed(sources: SourceIndex) -> tuple[Browsed, ...]:
    return tuple(_answering(sources))


def _answering(sources: SourceIndex) -> Iterator[Browsed]:
    invoked = _invoked(sources)
    for endpoint in sources.of_kind(EndpointKind.EDGE):
        function = sources.functions.get(endpoint.function) if endpoint.function else None
        module = sources.modules.get(endpoint.location.path)
        if function is None or module is None:
            continue
        reached = sources.reach(function.id)
        text = "\n".join((module.text, *(each.text for each in reached if each.location.path != module.path)))
        if endpoint.name in invoked or _speaks_of_cors(text):
            yield Browsed(endpoint, function, module, text)


def _speaks_of_cors(text: str) -> bool:
    lower = text.lower()  # a plain search first: most code says nothing of it
    return ("cors" in lower or "access-control-allow" in lower) and CORS.search(text) is not None


def is_for_servers(project: Project, endpoint: Endpoint) -> bool:
    """Whether its name says that another server calls it, and no code in a browser does."""
    return _SERVERS.search(endpoint.name) is not None and endpoint.name not in _invoked(project.sources)


_SERVERS = re.compile(r"(?:^|[-_])(?:webhooks?|hook|cron|callback|ipn)(?:[-_]|$)", re.IGNORECASE)


def _invoked(sources: SourceIndex) -> frozenset[str]:
    """Names of functions that code in the browser's bundle invokes."""
    found: set[str] = set()
    for query in sources.queries():
        if query.api == "functions" and query.location.path in sources.reachable_from_client:
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

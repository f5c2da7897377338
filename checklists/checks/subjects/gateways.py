"""Whether Next's middleware asks for a session before an address: what it says by path, read off its text."""

import re
from collections.abc import Iterator
from functools import lru_cache

from checklists.checks.project import Project
from checklists.ts.index import Endpoint, EndpointKind, Module, SourceIndex

_FILE = re.compile(r"^((?:.*/)?)(?:middleware|proxy)\.[cm]?[jt]s$")
_HELPER = re.compile(r"middleware|session|proxy", re.IGNORECASE)
_ASKS = re.compile(r"\bget(?:User|Claims|Session|Token)\(|\bauth\(\)|\bverifySession\(")
# Of a condition: a character, or what parentheses hold.
_PART = r"(?:[^(){}]|\([^()]*(?:\([^()]*\)[^()]*)*\))"
# `if (!user …`, `if (error || !user)`: what a missing session comes to.
_MISSING = re.compile(
    rf"\bif\s*\(({_PART}{{0,400}}?!\s*(?:data\??\.)?(?:user|session|claims|token)\b{_PART}{{0,400}})\)[\s\S]{{0,300}}?"
    r"(?:\bredirect\(|\bstatus\s*:\s*40[13]|Unauthorized)"
)
_NEGATED = re.compile(r"!\s*[\w.]*(?:startsWith|includes|match|test)\(|!\s*(?:is)?[pP]ublic")
_LIST = re.compile(r"\b(?:const|let|var)\s+(\w+)[^=;\n]*=\s*\[([^\]]*)\]")
_OPEN = re.compile(r"public|open|skip|exclu|allow|bypass|guest|ignore", re.IGNORECASE)
_SHUT = re.compile(r"protect|private|secure|requir|guard|walled", re.IGNORECASE)
_ADDRESS = re.compile(r"['\"`](/[\w./-]*)['\"`]")
_MATCHER = re.compile(r"\bmatcher\s*:\s*(\[[^\]]*\]|['\"`][^'\"`]*['\"`])")


def asking(project: Project, endpoint: Endpoint) -> str | None:
    """The path of a middleware that turns away who has no session, at this route's address too as far as its
    lists of paths tell; None where it does not, or there is none.

    Next runs the one file beside `app` or `pages`, and no other
    (https://nextjs.org/docs/app/api-reference/file-conventions/proxy).
    """
    path = endpoint.name.partition("#")[0]
    if endpoint.kind is not EndpointKind.ROUTE or "/api/" not in path:
        return None
    address = re.sub(r"/route\.\w+$|\.\w+$", "", path[path.index("/api/") :])
    address = re.sub(r"/\([^/]*\)", "", address)
    for root, name, text in _gateways(project.sources):
        if re.match(rf"{re.escape(root)}(?:app|pages)/", path) and _asks_at(text, address):
            return name
    return None


@lru_cache(maxsize=4)
def _gateways(sources: SourceIndex) -> tuple[tuple[str, str, str], ...]:
    """(folder, path, text with that of the helpers that it imports) of each that asks anybody."""
    return tuple(_found(sources))


def _found(sources: SourceIndex) -> Iterator[tuple[str, str, str]]:
    for module in sources.modules.values():
        root = _FILE.match(module.path)
        if root is not None:
            text = "\n".join((module.text, *_helpers(sources, module)))
            if _ASKS.search(text):
                yield root[1], module.path, text


def _helpers(sources: SourceIndex, module: Module) -> Iterator[str]:
    targets = (each.target for each in module.imports if each.target and _HELPER.search(each.target))
    return (sources.modules[target].text for target in targets if target in sources.modules)


def _asks_at(text: str, address: str) -> bool:
    refusals = [found[1] for found in _MISSING.finditer(text)]
    matcher = _MATCHER.search(text)
    if not refusals or (matcher is not None and not _matches(matcher[1], address)):
        return False
    lists = [(name, _ADDRESS.findall(held)) for name, held in _LIST.findall(text)]
    if any(_OPEN.search(name) and _begins(held, address) for name, held in lists):
        return False
    shut = [held for name, held in lists if _SHUT.search(name)]
    if shut:
        return any(_begins(held, address) for held in shut)
    return any(_NEGATED.search(each) for each in refusals) and not _begins(_ADDRESS.findall(text), address)


def _matches(matcher: str, address: str) -> bool:
    """Whether the matcher may be met: not where it leaves out `api`, or lists other addresses."""
    if re.search(r"\(\?![^)]*\bapi\b", matcher):
        return False
    plain = [each.partition(":")[0].rstrip("/*") for each in re.findall(r"['\"`](/[^'\"`(]*)['\"`]", matcher)]
    return "(" in matcher or _begins([each or "/" for each in plain], address)


def _begins(prefixes: list[str], address: str) -> bool:
    return any(
        prefix != "/" and (address == prefix.rstrip("/") or address.startswith(f"{prefix.rstrip('/')}/"))
        for prefix in prefixes
    )

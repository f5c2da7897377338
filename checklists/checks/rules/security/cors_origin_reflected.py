"""Edge functions that let any site act with the visitor's credentials."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.cors import Browsed, browsed, code, line_of
from checklists.model import Location, Severity
from checklists.ts.index import Module

CHECK = Check(
    items=("cors-configured",), rule="edge-fn-cors", severity=Severity.HIGH, sources=True, edge=True
)
_ALLOW = re.compile(
    r"Access-Control-Allow-Origin['\"`]?\s*\]?\s*[:,=]\s*(?:(['\"`])(?P<literal>[^'\"`]*)\1|(?P<value>[^,;\n]+))",
    re.IGNORECASE,
)
_CREDENTIALS = re.compile(
    r"Access-Control-Allow-Credentials['\"`]?\s*\]?\s*[:,=]\s*['\"`]?true", re.IGNORECASE
)
_ORIGIN = re.compile(r"headers\.get\(\s*['\"`]origin['\"`]\s*\)", re.IGNORECASE)
_LISTED = re.compile(
    r"\.(?:includes|has|find|some|test|endsWith|indexOf)\(|allow(?:ed|List)|\bin\s+\w*[aA]llow|===\s*origin|origin\s*===",
    re.IGNORECASE,
)


def find(project: Project) -> Iterator[Said]:
    """Every edge function that browsers call and that names an allowed origin."""
    for each in browsed(project):
        found = next(_origins(project, each), None)
        if found is None:
            continue
        yield Examined("edge functions that allow origins")
        yield from _judge(each, *found)


def _origins(project: Project, each: Browsed) -> Iterator[tuple[Module, re.Match[str]]]:
    """The header, in the function's own file or in a file that it imports."""
    paths = [each.module.path, *(imported.target for imported in each.module.imports if imported.target)]
    for path in paths:
        module = project.sources.modules.get(path)
        if module is not None:
            for found in _ALLOW.finditer(code(module.text)):
                yield module, found


def _judge(each: Browsed, module: Module, found: re.Match[str]) -> Iterator[Said]:
    text = code(module.text)
    place = line_of(module, found.start())
    credentials = bool(_CREDENTIALS.search(text))
    if found["literal"] == "*":
        if credentials:
            yield _flag(
                each,
                place,
                "allows every origin together with credentials, which browsers refuse",
                Severity.MEDIUM,
            )
        else:
            because = (
                "it allows every origin (`*`): fine for bearer tokens without cookies, not for what is "
                "internal"
            )
            yield Unsure(each.endpoint.object, because, place)
    elif found["value"] and credentials and _reflects(text, found["value"]) and not _LISTED.search(text):
        yield _flag(
            each,
            place,
            "answers every origin with itself and allows credentials: any site can act as its visitor",
            None,
        )


def _reflects(text: str, value: str) -> bool:
    """Whether the value is the request's own Origin header."""
    if _ORIGIN.search(value):
        return True
    name = re.match(r"\s*([A-Za-z_$][\w$]*)", value)
    return bool(
        name and re.search(rf"\b{re.escape(name[1])}\s*=\s*[^;\n]*{_ORIGIN.pattern}", text, re.IGNORECASE)
    )


def _flag(each: Browsed, place: Location, what: str, severity: Severity | None) -> Flag:
    return Flag(
        each.endpoint.object,
        place,
        f"`{each.endpoint.name}` {what}.",
        "Look the origin up in a list, answer with it only where it is there, and send `Vary: Origin`.",
        severity=severity,
        within=(each.endpoint.object,),
    )

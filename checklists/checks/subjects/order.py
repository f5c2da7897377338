"""Where a migration makes what an earlier statement asks for already."""

import re

from checklists.checks.project import Project
from checklists.model import Location
from checklists.sql.schema import Refusal

_ABSENT = frozenset({"42P01", "42704"})


def made_later(project: Project, refusal: Refusal) -> Location | None:
    """The first statement behind the refused one that makes the table, view or type it misses; None where
    there is none, or something else is amiss.
    """
    kind, _, name = refusal.object.partition(":")
    schema = project.schema
    known = {"table": (schema.tables, schema.views), "type": (schema.types,)}.get(kind, ())
    if refusal.state not in _ABSENT or not any(name in mapping for mapping in known):
        return None
    order = list(project.layout.migrations)
    here = refusal.location
    behind = order[order.index(here.path) :] if here.path in order else ()
    for path in behind:
        for line in _lines(project.snapshot.text(path) or "", name):
            if path != here.path or line > here.line:
                return Location(path, line, line)
    return None


def _lines(text: str, name: str) -> list[int]:
    schema, last = map(re.escape, name.split(".", 1))
    made = re.compile(
        r"^[ \t]*create\s[\w\s]*?(?:table|view|type)\s+(?:if\s+not\s+exists\s+)?"
        rf'(?:"?{schema}"?\.)?"?{last}\b',
        re.IGNORECASE | re.MULTILINE,
    )
    return [text.count("\n", 0, found.start()) + 1 for found in made.finditer(text)]

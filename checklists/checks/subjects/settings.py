"""Settings of supabase/config.toml: their values, and the lines on which they stand."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from checklists.checks.project import Project
from checklists.model import Location
from checklists.repo.config import table

_TABLE = re.compile(r"\s*\[+\s*([^\]]+?)\s*\]+")
_KEY = re.compile(r"\s*([\w.\"-]+)\s*=")
_PUSHES = re.compile(r"supabase\s+config\s+push|supabase\s+link[^\n]*&&[^\n]*config\s+push")


def setting(project: Project, *names: str) -> Any:
    """The value at `names`, None where the file does not say."""
    return table(project.config, *names[:-1]).get(names[-1])


def below(values: Mapping[str, Any], *names: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every setting below `names`, however deep, with its full name."""
    for key, value in table(values, *names).items():
        if isinstance(value, Mapping):
            yield from below(values, *names, key)
        else:
            yield (*names, key), value


def place(project: Project, *names: str) -> Location:
    """Where the setting stands, or the heading of its table, or the file's first line."""
    path = project.layout.config or "supabase/config.toml"
    wanted, best, current = ".".join(names), 1, ""
    for number, line in enumerate((project.snapshot.text(path) or "").splitlines(), 1):
        if heading := _TABLE.match(line):
            current = heading[1].replace('"', "")
            if current == ".".join(names[:-1]):
                best = number
        elif (key := _KEY.match(line)) and f"{current}.{key[1]}".strip(".").replace('"', "") == wanted:
            return Location(path, number, number)
    return Location(path, best, best)


def is_pushed(project: Project) -> bool:
    """Whether the repo says that the file is the hosted project's: remotes, or a workflow that pushes."""
    if table(project.config, "remotes"):
        return True
    files = project.snapshot.files
    return any(
        _PUSHES.search(file.text) for path, file in files.items() if path.startswith(".github/workflows/")
    )

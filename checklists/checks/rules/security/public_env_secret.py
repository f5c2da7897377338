"""A variable that bundlers publish carries a secret, by its name or by its committed value."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.secret_names import is_public, is_secret
from checklists.checks.subjects.secret_values import secrets_in
from checklists.model import Location, Severity

CHECK = Check(
    items=("no-client-secrets", "service-role-in-client"),
    rule="public-env-secret",
    severity=Severity.BLOCKER,
    sources=True,
    also=(Input.FILES,),
)

_ENV_FILE = re.compile(r"(?:^|/)\.env(?:\.[\w.-]+)?$")
_ENV_LINE = re.compile(r"""^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*=[ \t]*["']?([^\n"']*)["']?""", re.MULTILINE)
_NEXT_CONFIG = re.compile(r"(?:^|/)next\.config\.(?:js|mjs|cjs|ts|mts)$")
_INLINED = re.compile(r"^[ \t]*env\s*:\s*\{([^}]*)\}", re.MULTILINE)
_NAMED = re.compile(r"process\.env\.(\w+)")
_SWITCH = frozenset({"0", "1", "false", "no", "off", "on", "true", "yes"})


@dataclass(frozen=True, slots=True)
class _Use:
    name: str
    location: Location
    value: str | None = None


def find(project: Project) -> Iterator[Said]:
    """Every public variable that is read or set, once for each name."""
    seen: dict[str, _Use] = {}
    for use in _uses(project):
        if is_public(use.name) and (use.name not in seen or (use.value and not seen[use.name].value)):
            seen[use.name] = use
    yield Examined("public variables", len(seen))
    read = {each.name for module in project.sources.modules.values() for each in module.env}
    for use in seen.values():
        held = next(iter(secrets_in(use.value or "")), None)
        if held is not None:
            yield _flag(use, f"is set to {held.what} ({held.shown})")
        elif is_secret(use.name) and (use.value or "").lower() not in _SWITCH:
            yield _flag(use, "is named for a secret", read=use.name in read)
    yield from _inlined(project)


def _uses(project: Project) -> Iterator[_Use]:
    for module in project.sources.modules.values():
        yield from (_Use(read.name, read.location) for read in module.env)
    for path, file in project.snapshot.files.items():
        if _ENV_FILE.search(path) and not file.fault:
            for found in _ENV_LINE.finditer(file.text):
                line = file.text.count("\n", 0, found.start(1)) + 1
                yield _Use(found[1], Location(path, line, line), found[2].strip())


def _inlined(project: Project) -> Iterator[Said]:
    """`env: {}` in next.config puts values into the bundle whatever their names."""
    for path, file in project.snapshot.files.items():
        if not _NEXT_CONFIG.search(path) or file.fault:
            continue
        for block in _INLINED.finditer(file.text):
            for found in _NAMED.finditer(block[1]):
                if is_secret(found[1]) and not is_public(found[1]):
                    line = file.text.count("\n", 0, block.start(1) + found.start()) + 1
                    yield _flag(_Use(found[1], Location(path, line, line)), f"is inlined by {path} (`env`)")


def _flag(use: _Use, how: str, *, read: bool = True) -> Flag:
    """Only what code reads is built in; a variable that merely stands in a file waits to be used."""
    built = "its value is built" if read else "no code reads it yet; as soon as one does, its value is built"
    return Flag(
        object=f"env:{use.name}",
        location=use.location,
        message=f"{use.name} {how}: {built} into the JavaScript that every visitor downloads.",
        remedy="Rename the variable so that it is not public, read it on the server only, and replace the "
        "secret: "
        "it has been public since it was first deployed.",
        severity=None if read else Severity.MEDIUM,
    )

"""An edge function imports remote code without a version, or the server that Deno has built in."""

import re
from collections.abc import Iterator
from posixpath import dirname

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.model import Location, Severity
from checklists.ts.index import Import, Module
from checklists.ts.jsonc import read_object

CHECK = Check(
    items=("edge-imports-pinned",),
    rule="edge-fn-pinned-imports",
    severity=Severity.LOW,
    sources=True,
    edge=True,
    also=(Input.FILES,),
)
_REMOTE = re.compile(r"^(?:https?://|npm:|jsr:)")
_LEGACY = re.compile(r"^https://deno\.land/std(?:@[\w.]+)?/http/server\.ts$")
_VERSION = re.compile(r"(?<=[\w/])@v?([\^~]?)(\d+)(\.\d+)?(\.\d+)?")
_MAPS = ("deno.json", "deno.jsonc", "import_map.json")


def find(project: Project) -> Iterator[Said]:
    """Every edge function, with what it and the modules that it reaches import from elsewhere."""
    for name, entry in project.layout.edge_functions:
        seen = [found for module in _reached(project, entry) for found in _remote(project, module)]
        yield Examined("edge functions", 1 if entry in project.sources.modules else 0)
        yield from _flags(project, name, entry, seen)


def _flags(project: Project, name: str, entry: str, seen: list[tuple[str, Import, Module]]) -> Iterator[Flag]:
    locked = _is_locked(project, entry)
    legacy = next(
        (
            (each, module)
            for specifier, each, module in seen
            if _LEGACY.match(specifier) and any(there == "serve" for _, there in each.names)
        ),
        None,
    )
    floating = {
        specifier: (each, module)
        for specifier, each, module in seen
        if not locked and _is_floating(specifier) and not _LEGACY.match(specifier)
    }
    if floating:
        each, module = next(iter(floating.values()))
        names = ", ".join(f"`{specifier}`" for specifier in list(floating)[:3])
        yield Flag(
            f"edge:{name}",
            Location(module.path, each.line, each.line),
            f"`{name}` imports {names} without a whole version, and no deno.lock holds one: the next "
            "deployment "
            "may run code that nobody has seen.",
            "Write the whole version (`npm:@supabase/supabase-js@2.49.4`), or commit deno.lock.",
            within=(f"edge:{name}",),
        )
    if legacy is not None:
        each, module = legacy
        yield Flag(
            f"edge:{name}",
            Location(module.path, each.line, each.line),
            f"`{name}` imports `serve` of deno.land/std, which has long been replaced by the built-in "
            "`Deno.serve`.",
            "Call `Deno.serve(handler)` and drop the import.",
            severity=Severity.INFO,
            within=(f"edge:{name}",),
        )


def _reached(project: Project, entry: str) -> Iterator[Module]:
    """The entry file and all that it imports of the repo, nearest first."""
    queue, seen = [entry], set()
    while queue:
        path = queue.pop(0)
        module = project.sources.modules.get(path)
        if module is None or path in seen:
            continue
        seen.add(path)
        yield module
        queue += [each.target for each in module.imports if each.target and not each.type_only]


def _remote(project: Project, module: Module) -> Iterator[tuple[str, Import, Module]]:
    """Imports from elsewhere, bare names as the import maps above them have them."""
    for each in module.imports:
        if each.target is not None or each.type_only or each.specifier.endswith(".d.ts"):
            continue
        specifier = each.specifier
        if not _REMOTE.match(specifier) and not specifier.startswith((".", "/", "node:")):
            specifier = _mapped(project, dirname(module.path), specifier)
        if _REMOTE.match(specifier):
            yield specifier, each, module


def _mapped(project: Project, folder: str, specifier: str) -> str:
    while folder:
        for name in _MAPS:
            table = read_object(project.snapshot.text(f"{folder}/{name}") or "").get("imports")
            for key, target in table.items() if isinstance(table, dict) else ():
                if isinstance(target, str) and (
                    key == specifier or (key[-1:] == "/" and specifier.startswith(key))
                ):
                    return target + specifier[len(key) :]
        folder = dirname(folder)
    return specifier


def _is_locked(project: Project, entry: str) -> bool:
    folder = dirname(entry)
    while True:
        if (f"{folder}/deno.lock" if folder else "deno.lock") in project.snapshot.paths:
            return True
        if not folder:
            return False
        folder = dirname(folder)


def _is_floating(specifier: str) -> bool:
    """Whether another version may be meant tomorrow; a range of npm's counts as one."""
    if specifier.startswith(("npm:", "jsr:")) or re.match(
        r"https?://(?:esm\.sh|deno\.land|cdn\.skypack\.dev|unpkg\.com|cdn\.jsdelivr\.net)/", specifier
    ):
        found = _VERSION.search(specifier.partition(":")[2])
        return found is None or bool(found[1]) or not (found[3] and found[4])
    return False

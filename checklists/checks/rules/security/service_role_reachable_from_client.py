"""A module that reads the service role key can end up in the browser's bundle."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.apps import dependencies
from checklists.checks.subjects.places import import_chain
from checklists.checks.subjects.secret_names import is_elevated, is_public
from checklists.model import Confidence, Severity
from checklists.ts.index import EnvRead, Module

CHECK = Check(
    items=("service-role-contained", "service-role-in-client"),
    rule="service-role-reachable-from-client",
    severity=Severity.HIGH,
    sources=True,
    also=(Input.FILES,),
)

# They put in what has a public prefix, and nothing else unless a setting says so.
_BY_PREFIX = frozenset({"astro", "expo", "next", "nuxt", "react-scripts", "vite"})
_SETTINGS = re.compile(
    r"(?:^|/)(?:next|vite|nuxt|astro|webpack|rollup|craco|config-overrides)(?:\.config)?\.[cm]?[jt]s$"
)
# `<Form token={process.env.SUPABASE_SERVICE_ROLE_KEY!} />`: what a client component is handed is sent along.
_AS_PROP = r"""\w\s*=\s*\{\s*process\.env(?:\.|\[['"])NAME(?:['"]\])?\s*!?\s*\}"""


def find(project: Project) -> Iterator[Said]:
    """Every module that reads an elevated key, where a client root reaches it or the key goes to a tag."""
    for module in project.sources.modules.values():
        reads = [read for read in module.env if is_elevated(read.name)]
        if not reads:
            continue
        yield Examined("modules that read an elevated key")
        handed = next((read for read in reads if _is_prop(module, read)), None)
        if handed is not None:
            yield _handed(module, handed)
        elif module.path in project.sources.reachable_from_client:
            yield _reachable(project, module, reads[0])


def _is_prop(module: Module, read: EnvRead) -> bool:
    if not module.path.endswith((".tsx", ".jsx")):
        return False
    line = module.text.split("\n")[read.location.line - 1]
    return re.search(_AS_PROP.replace("NAME", re.escape(read.name)), line) is not None


def _handed(module: Module, read: EnvRead) -> Flag:
    return Flag(
        object=f"file:{module.path}",
        location=read.location,
        message=f"{module.path} gives {read.name} to a component as a property: properties of client "
        "components are "
        "sent to the browser, and with this one every row of the database.",
        remedy="Use the key in a server function only, and hand the component what it needs to show.",
        severity=Severity.BLOCKER,
    )


def _reachable(project: Project, module: Module, read: EnvRead) -> Flag:
    sources = project.sources
    chain = sources.client_paths[module.path]
    itself = (
        "is itself a client module"
        if len(chain) == 1
        else f"is imported: {import_chain(sources, module.path)}"
    )
    severity, consequence = _consequence(project, chain, read)
    late = any(
        each.dynamic for path in chain for each in sources.modules[path].imports if each.target in chain
    )
    return Flag(
        object=f"file:{module.path}",
        location=read.location,
        message=f"{module.path} reads {read.name} and {itself}; {consequence}",
        remedy="Put `import 'server-only'` at the top of the module and move what client modules need "
        "from it elsewhere.",
        severity=severity,
        confidence=Confidence.MEDIUM if late else None,
    )


def _consequence(project: Project, chain: tuple[str, ...], read: EnvRead) -> tuple[Severity | None, str]:
    """What comes of it: bundlers put a value in where the name is public, or where their settings name it."""
    if is_public(read.name):
        return Severity.BLOCKER, "its value is in the bundle that anyone can download."
    set_by = next(
        (path for path in project.snapshot.files if _SETTINGS.search(path) and _names(project, path, read)),
        None,
    )
    if set_by is not None:
        return (
            None,
            f"and {set_by} names it: what bundlers are told to replace is in the bundle, value and all.",
        )
    code = "its code is in the browser's bundle."
    if any(dependencies(project, path) & _BY_PREFIX for path in chain):
        left = "The build leaves the value out there (only public prefixes are put in), so it is undefined"
        return Severity.MEDIUM, f"{code} {left}: one renamed variable or a bundler setting away it is public."
    return None, f"{code} Whether the build puts the value in is up to its settings, which are not in sight."


def _names(project: Project, path: str, read: EnvRead) -> bool:
    return re.search(rf"\b{re.escape(read.name)}\b", project.snapshot.text(path) or "") is not None

"""What kind of application a file belongs to, by the package.json nearest to it."""

import re
from posixpath import dirname

from checklists.checks.project import Project
from checklists.ts.jsonc import read_object

# Without a server of their own: what they ship is what the visitor's browser or telephone runs.
_IN_BROWSERS = frozenset(
    {"@angular/core", "@capacitor/core", "expo", "preact", "react-native", "vite", "vue"}
)
_ON_SERVERS = frozenset(
    {
        "@remix-run/node",
        "@sveltejs/kit",
        "@tanstack/react-start",
        "astro",
        "next",
        "nuxt",
        "react-router-serve",
    }
)
_GROUPS = ("dependencies", "devDependencies", "peerDependencies")


def runs_in_browser(project: Project, path: str) -> bool:
    """Whether the file's package builds a program for browsers or telephones and renders on no server."""
    names = dependencies(project, path)
    return bool(names & _IN_BROWSERS) and not names & _ON_SERVERS


def dependencies(project: Project, path: str) -> frozenset[str]:
    """The packages that the nearest package.json above a file names; none where there is none.

    One that names none is passed over: in a workspace with one list of them (Nx) the root has it.
    """
    return frozenset(_named(project, path))


def requirement(project: Project, path: str, package: str) -> str:
    """The version of a package that the nearest package.json above a file asks for, empty where it does not.

    One from a catalog of pnpm is looked up in pnpm-workspace.yaml.
    """
    asked = _named(project, path).get(package, "")
    if not asked.startswith("catalog:"):
        return asked
    text = project.snapshot.text("pnpm-workspace.yaml") or ""
    found = re.search(rf"""^\s+['"]?{re.escape(package)}['"]?\s*:\s*['"]?([^\s'"#]+)""", text, re.MULTILINE)
    return found[1] if found else ""


def _named(project: Project, path: str) -> dict[str, str]:
    folder = dirname(path)
    while True:
        text = project.snapshot.text(f"{folder}/package.json" if folder else "package.json")
        if text is not None:
            data = read_object(text)
            groups = (data.get(group) for group in _GROUPS)
            named = {
                name: str(version)
                for group in groups
                if isinstance(group, dict)
                for name, version in group.items()
            }
            if named:
                return named
        if not folder:
            return {}
        folder = dirname(folder)

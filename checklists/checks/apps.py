"""What kind of application a file belongs to, by the package.json nearest to it."""

from posixpath import dirname

from checklists.checks.project import Project
from checklists.ts.jsonc import read_object

# Without a server of their own: what they ship is what the visitor's browser or telephone runs.
_IN_BROWSERS = frozenset({"@angular/core", "expo", "preact", "react-native", "vite", "vue"})
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
    """The packages that the nearest package.json above a file names; none where there is none."""
    folder = dirname(path)
    while True:
        text = project.snapshot.text(f"{folder}/package.json" if folder else "package.json")
        if text is not None:
            data = read_object(text)
            groups = (data.get(group) for group in _GROUPS)
            return frozenset(name for group in groups if isinstance(group, dict) for name in group)
        if not folder:
            return frozenset()
        folder = dirname(folder)

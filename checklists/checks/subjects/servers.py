"""Server code that answers callers and that no check of endpoints reads: frameworks other than Next.js."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from checklists.checks.check import Unsure
from checklists.checks.project import Project
from checklists.model import Location
from checklists.ts.index import EndpointKind, Module, SourceIndex

_VERBS = frozenset({"ALL", "DELETE", "GET", "PATCH", "POST", "PUT"})
_VERSION = re.compile(r"(?<=\w)@[\^~]?\d[\w.]*")
_TESTS = re.compile(r"(?:^|/)(?:tests?|e2e|spec|examples?)/|\.(?:test|spec)\.\w+$")


@dataclass(frozen=True, slots=True)
class _Framework:
    """How its server code is told from other code; `actions` where it stands for server actions as well."""

    name: str
    holds: Callable[[Module], bool]
    actions: bool = False


def _imports(packages: str, names: str = "") -> Callable[[Module], bool]:
    """Modules that import one of these values (any value by default) from one of these packages."""
    package, name = re.compile(rf"(?:(?:npm|jsr):@?)?(?:{packages})"), re.compile(names or ".*")

    @lru_cache(maxsize=8192)
    def is_meant(specifier: str) -> bool:
        return package.fullmatch(_VERSION.sub("", specifier)) is not None

    def holds(module: Module) -> bool:
        return any(
            not each.type_only
            and is_meant(each.specifier)
            and any(name.fullmatch(imported) for _, imported in each.names)
            for each in module.imports
        )

    return holds


def _exports(path: str, names: frozenset[str]) -> Callable[[Module], bool]:
    """Modules under such a path that export one of these names."""
    place = re.compile(path)
    return lambda module: bool(place.search(module.path)) and any(name in names for name, _ in module.exports)


def _calls(name: str, path: str) -> Callable[[Module], bool]:
    """Modules under such a path that call a function which needs no import."""
    place = re.compile(path)
    return lambda module: bool(place.search(module.path)) and f"{name}(" in module.text


_FRAMEWORKS = (
    _Framework("Hono", _imports(r"hono(?:/tiny|/quick)?|@?hono/(?:hono|zod-openapi)", "Hono|OpenAPIHono")),
    _Framework("Express", _imports(r"express", "default|Router|\\*")),
    _Framework("Fastify", _imports(r"fastify", "default|fastify")),
    _Framework("Koa", _imports(r"koa|@koa/router|koa-router", "default")),
    _Framework("NestJS", _imports(r"@nestjs/common", "Controller")),
    _Framework("Elysia", _imports(r"elysia", "Elysia")),
    _Framework("tRPC", _imports(r"@trpc/server", "initTRPC")),
    _Framework("oRPC", _imports(r"@orpc/server", "os|implement")),
    _Framework("GraphQL", _imports(r"graphql-yoga|@apollo/server", "createYoga|ApolloServer")),
    _Framework("Nitro", _calls("defineEventHandler", r"(?:^|/)server/(?:api|routes)/.+\.[jt]s$")),
    _Framework("Astro", _exports(r"(?:^|/)src/pages/.+\.[jt]s$", _VERBS)),
    _Framework("SvelteKit", _exports(r"(?:^|/)\+server\.[jt]s$", _VERBS | {"fallback"})),
    _Framework(
        "SvelteKit",
        _exports(r"(?:^|/)\+(?:page|layout)\.server\.[jt]s$", frozenset({"actions", "load"})),
        actions=True,
    ),
    _Framework(
        "Remix", _exports(r"(?:^|/)app/routes/.+\.[jt]sx?$", frozenset({"action", "loader"})), actions=True
    ),
    _Framework(
        "TanStack Start", _imports(r"@tanstack/(?:react-|solid-)?start", "createServerFn"), actions=True
    ),
)


def unread_servers(project: Project, kind: EndpointKind) -> Iterator[Unsure]:
    """One gap for each framework whose endpoints no check reads; server actions where it has their like.

    Args:
        project: What is looked at.
        kind: ROUTE for everything that answers requests, ACTION for what stands for server actions.
    """
    found: dict[str, list[str]] = {}
    folders = _function_folders(project)
    for module, frameworks in _serving(project.sources):
        if not module.path.startswith(folders):
            named = (each.name for each in frameworks if kind is EndpointKind.ROUTE or each.actions)
            for name in islice(named, 1):
                found.setdefault(name, []).append(module.path)
    for name, paths in found.items():
        first = min(paths, key=lambda path: (path.count("/"), path))
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        yield Unsure(
            f"file:{first}",
            f"{name} answers callers here ({first}{more}); its endpoints are not among those that are read",
            Location(first, 1, 1),
        )


@lru_cache(maxsize=1)
def _serving(sources: SourceIndex) -> tuple[tuple[Module, tuple[_Framework, ...]], ...]:
    """The modules, tests left out, that hold server code of a framework, with every framework that it is."""
    held = (
        (module, tuple(each for each in _FRAMEWORKS if each.holds(module)))
        for module in sources.modules.values()
        if not _TESTS.search(module.path)
    )
    return tuple((module, frameworks) for module, frameworks in held if frameworks)


def _function_folders(project: Project) -> tuple[str, ...]:
    """The folders that hold a folder for each edge function.

    Edge functions are read whatever they are written with, and so is what they are put together from.
    """
    entries = [entry for _, entry in project.layout.edge_functions if entry.count("/") > 1]
    return tuple({f"{entry.rsplit('/', 2)[0]}/" for entry in entries})

"""Whether anything that a browser loads can call a server action of the repo."""

from functools import lru_cache

from checklists.checks.project import Project
from checklists.checks.subjects.bystanders import is_script, is_test
from checklists.ts.index import Endpoint, EndpointKind, Module, SourceIndex

_PAGES = (".tsx", ".jsx", ".vue", ".svelte", ".astro", ".mdx")


def is_reached(project: Project, endpoint: Endpoint) -> bool:
    """Whether a page, a component or a module of the browser's imports the action; in doubt it does.

    The id of an action that only server code imports, or nothing, is in no bundle: nobody outside is told it.
    """
    path, _, name = endpoint.name.partition("#")
    module = project.sources.modules.get(path)
    if endpoint.kind is not EndpointKind.ACTION or module is None or "use server" not in module.directives:
        return True
    names = _imported(project.sources).get(path, frozenset())
    return bool({name, "*"} & names)


@lru_cache(maxsize=4)
def _imported(sources: SourceIndex) -> dict[str, frozenset[str]]:
    """By module, the names that such importers take; `*` where one takes all, or hands them on."""
    found: dict[str, set[str]] = {}
    for module in sources.modules.values():
        if is_test(module.path) or is_script(module.path):
            continue
        for each in module.imports:
            if each.target is None or each.type_only:
                continue
            if each.reexport or each.dynamic:
                found.setdefault(each.target, set()).add("*")
            elif _is_front(sources, module):
                found.setdefault(each.target, set()).update(name for _, name in each.names)
    return {path: frozenset(names) for path, names in found.items()}


def _is_front(sources: SourceIndex, module: Module) -> bool:
    return module.path.endswith(_PAGES) or module.path in sources.reachable_from_client

"""What the browser's bundle can hold: modules that client roots import, directly or not."""

from collections import deque
from collections.abc import Mapping

from checklists.ts.index import Import
from checklists.ts.scope import ModuleScope
from checklists.ts.scripts import is_component

_STOPS = frozenset({"server-only"})


def client_paths(modules: Mapping[str, ModuleScope]) -> dict[str, tuple[str, ...]]:
    """Every path that a client root reaches, with the shortest chain of imports from such a root.

    Roots are `'use client'` modules and components of Vue and Svelte. Imports of types alone are erased,
    whether or not they say `type`. A `'use server'` module is a border: the browser gets references, not
    code. A module that imports `server-only` fails the build where a client module reaches it, so it is a
    border too.
    """
    roots = sorted(
        path for path, module in modules.items() if "use client" in module.directives or is_component(path)
    )
    found: dict[str, tuple[str, ...]] = {root: (root,) for root in roots}
    queue = deque(roots)
    while queue:
        path = queue.popleft()
        for each in modules[path].imports:
            target = each.target
            if each.type_only or target is None or target in found or target not in modules:
                continue
            if not is_border(modules[target]) and not _is_erased(each, modules[target]):
                found[target] = (*found[path], target)
                queue.append(target)
    return found


def _is_erased(source: Import, target: ModuleScope) -> bool:
    """Whether every name that is imported stands for an interface or an alias of a type."""
    exports = [target.exports.get(name) for _, name in source.names]
    return bool(exports) and all(each is not None and each.type_only for each in exports)


def is_border(module: ModuleScope) -> bool:
    """Whether the module stays on the server, whoever imports it."""
    return "use server" in module.directives or is_server_only(module)


def is_server_only(module: ModuleScope) -> bool:
    """Whether the module says itself that no client module may import it."""
    return any(each.specifier in _STOPS for each in module.imports)

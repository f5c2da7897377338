"""Functions that nothing in the repo names: what is wrong in them happens to nobody yet."""

import re
from collections.abc import Iterator
from functools import lru_cache

from checklists.ts.index import Function, Module, SourceIndex

# What frameworks look up by name, and no module of the repo imports.
_FRAMEWORK = frozenset(
    {
        "default", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "action", "actions",
        "clientLoader", "generateMetadata", "generateStaticParams", "getInitialProps", "getServerSideProps",
        "getStaticPaths", "getStaticProps", "handle", "handler", "load", "loader", "main", "middleware",
        "module", "onRequest", "proxy", "register", "serve", "setup",
    }
)  # fmt: skip


@lru_cache(maxsize=4)
def unused(sources: SourceIndex) -> frozenset[str]:
    """The ids of exported functions that no module imports, calls or mentions; classes are left out."""
    called = {call.target for function in sources.functions.values() for call in function.calls}
    imported = {name for module in sources.modules.values() for name in _imported(module)} | _FRAMEWORK
    whole = {target for module in sources.modules.values() for target in _taken_whole(module)}
    return frozenset(
        each.id
        for each in sources.functions.values()
        if each.exported
        and each.id not in called
        and each.id not in sources.within
        and each.name.isidentifier()
        and each.location.path not in whole
        and (module := sources.modules.get(each.location.path)) is not None
        and imported.isdisjoint(name for name, local in module.exports if local == each.name)
        and _is_mentioned_once(module, each)
    )


def _imported(module: Module) -> Iterator[str]:
    for source in module.imports:
        yield from (name for _, name in source.names)


def _taken_whole(module: Module) -> Iterator[str | None]:
    """Modules whose exports may all be used: `import * as api`, `import("./api")`, `require("./api")`."""
    for source in module.imports:
        if source.dynamic or any(name == "*" for _, name in source.names) or not source.names:
            yield source.target if not source.reexport else None


def _is_mentioned_once(module: Module, function: Function) -> bool:
    """Whether its own module says its name where it is defined, and nowhere else."""
    if module.path.endswith((".vue", ".svelte")):
        return False
    return len(re.findall(rf"(?<![\w$]){re.escape(function.name)}(?![\w$])", module.text)) == 1

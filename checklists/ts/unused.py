"""Functions that nothing in the repo names: what is wrong in them happens to nobody yet."""

import re
from collections.abc import Iterator
from functools import lru_cache

from checklists.ts.index import Function, Module, SourceIndex

# What frameworks look up by name, and no module of the repo imports.
_FRAMEWORK = frozenset(
    {
        "default", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "action", "actions", "alarm",
        "clientLoader", "fetch", "generateMetadata", "generateStaticParams", "getInitialProps",
        "getServerSideProps",
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


@lru_cache(maxsize=4096)
def is_uncalled_method(sources: SourceIndex, function: str) -> bool:
    """Whether it is a method of a class, and no module asks any object for one of its name.

    What a class inherits from may call its methods, so one that extends another is left out.
    """
    path, _, name = function.partition("#")
    owner, _, method = name.partition(".")
    module = sources.modules.get(path)
    if module is None or not method.isidentifier() or method == "constructor":
        return False
    if (
        method in _FRAMEWORK
        or re.search(rf"\bclass\s+{re.escape(owner)}\b(?!\s+extends)", module.text) is None
    ):
        return False
    word = re.escape(method)
    asked = re.compile(rf"\.\s*{word}\b|['\"`]{word}['\"`]|[{{,]\s*{word}\s*(?=[,}}:])(?=[^;()]*\}}\s*=)")
    return not any(method in each.text and asked.search(each.text) for each in sources.modules.values())


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
    name, text = function.name, module.text
    return text.count(name) == 1 or len(re.findall(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text)) == 1

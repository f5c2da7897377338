"""The workspace packages of a repo: what `@acme/db/server` means by its package.json's name and exports."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from posixpath import dirname, join, normpath
from typing import Any

from checklists.repo import Snapshot
from checklists.ts.jsonc import read_object, strings

_SOURCES = ("src", "")
_BUILT = ("dist/", "build/", "lib/", "out/")


@dataclass(frozen=True, slots=True)
class Package:
    """One package.json; `exports` maps subpaths (`.`, `./server`, `./hooks/*`) to their targets."""

    folder: str
    exports: Mapping[str, tuple[str, ...]]
    main: tuple[str, ...] = ()
    imports: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_packages(snapshot: Snapshot) -> dict[str, Package]:
    """Every named package of the repo, by name; those nearer to the root win."""
    found: dict[str, Package] = {}
    manifests = (path for path in snapshot.files if path.rpartition("/")[2] == "package.json")
    for path in sorted(manifests, key=lambda path: (path.count("/"), path)):
        data = read_object(snapshot.text(path))
        name = data.get("name")
        if isinstance(name, str) and name:
            found.setdefault(name, _package(dirname(path), data))
    return found


def _package(folder: str, data: dict[str, Any]) -> Package:
    exports = data.get("exports")
    if isinstance(exports, dict) and not any(key.startswith(".") for key in exports):
        exports = {".": exports}
    if isinstance(exports, str):
        exports = {".": exports}
    mains = (data.get(key) for key in ("source", "module", "main", "types"))
    main = tuple(value for value in mains if isinstance(value, str))
    return Package(folder, _targets(exports), main, _targets(data.get("imports")))


def _targets(value: object) -> dict[str, tuple[str, ...]]:
    return {key: tuple(strings(targets)) for key, targets in value.items()} if isinstance(value, dict) else {}


def candidates(packages: Mapping[str, Package], specifier: str) -> Iterator[str]:
    """Repo paths, without certainty of an extension, that a package specifier may mean, likeliest first."""
    parts = specifier.split("/")
    for length in (2, 1) if specifier.startswith("@") else (1,):
        package = packages.get("/".join(parts[:length]))
        if package is not None:
            yield from _of_package(package, "/".join(parts[length:]))
            return


def _of_package(package: Package, subpath: str) -> Iterator[str]:
    targets = matched(package.exports, f"./{subpath}" if subpath else ".")
    for target in (*targets, *(() if subpath else package.main)):
        yield normpath(join(package.folder, target))
        yield from (
            normpath(join(package.folder, "src", plain.removeprefix(folder)))
            for folder in _BUILT
            if (plain := target.removeprefix("./")).startswith(folder)
        )
    for source in _SOURCES:
        yield normpath(join(package.folder, source, subpath or "index"))


def matched(table: Mapping[str, tuple[str, ...]], name: str) -> Iterator[str]:
    """The targets of the entry that fits, `*` filled in; exact entries first, then the longest pattern."""
    if name in table:
        yield from table[name]
        return
    for pattern in sorted((key for key in table if "*" in key), key=len, reverse=True):
        before, _, after = pattern.partition("*")
        if name.startswith(before) and name.endswith(after) and len(name) >= len(before) + len(after):
            middle = name[len(before) : len(name) - len(after)]
            yield from (target.replace("*", middle) for target in table[pattern])
            return

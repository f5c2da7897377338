"""Which file an import means: relative paths, tsconfig aliases, workspace packages, Deno import maps."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from posixpath import dirname, join, normpath
from typing import Any

from checklists.repo import Snapshot
from checklists.ts.jsonc import read_object, strings
from checklists.ts.packages import Package, candidates, matched, read_packages

_EXTENSIONS = (".ts", ".tsx", ".js", ".jsx", ".mts", ".mjs", ".cts", ".cjs")
_WRITTEN_AS = {".js": (".ts", ".tsx"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}
_TSCONFIGS = ("tsconfig.json", "jsconfig.json", "tsconfig.base.json", "tsconfig.app.json")
_IMPORT_MAPS = ("deno.json", "deno.jsonc", "import_map.json")
_SETTINGS = frozenset({*_TSCONFIGS, *_IMPORT_MAPS, "package.json"})
_MAX_EXTENDS = 8


@dataclass(frozen=True, slots=True)
class _Aliases:
    """`table` maps patterns to repo paths; `base` is where bare specifiers are looked up."""

    table: dict[str, tuple[str, ...]] = field(default_factory=dict)
    base: str | None = None


class Resolver:
    """Answers for one snapshot; `modules` are the paths that an import can mean."""

    def __init__(self, snapshot: Snapshot, modules: frozenset[str]) -> None:
        self._snapshot, self._modules = snapshot, modules
        self._packages = read_packages(snapshot)
        self._named = {package.folder: package for package in self._packages.values()}
        self._in_folder = lru_cache(maxsize=None)(self._look)
        self._settings = {
            dirname(path) for path in snapshot.files if path.rpartition("/")[2] in _SETTINGS
        }  # only these folders change what a specifier means
        self._home = lru_cache(maxsize=None)(self._nearest)
        self._aliases = lru_cache(maxsize=None)(self._read_aliases)

    def __call__(self, path: str, specifier: str) -> str | None:
        """The repo path of a module, None for a package or a file that is not among the modules."""
        folder = dirname(path)
        return self._in_folder(folder if specifier.startswith(".") else self._home(folder), specifier)

    def _nearest(self, folder: str) -> str:
        """The folder at or above that holds settings: all below it read a bare specifier alike."""
        return next((above for above in _upwards(folder) if above in self._settings), "")

    def _look(self, folder: str, specifier: str) -> str | None:
        for candidate in self._candidates(folder, specifier):
            found = self._file(candidate)
            if found is not None:
                return found
        return None

    def _candidates(self, folder: str, specifier: str) -> Iterator[str]:
        if specifier.startswith("."):
            yield normpath(join(folder, specifier))
            return
        if specifier.startswith(("npm:", "jsr:", "http:", "https:", "node:")):
            return
        for above in _upwards(folder):
            aliases = self._aliases(above)
            yield from matched(aliases.table, specifier)
            package = self._named.get(above)
            if package is not None and specifier.startswith("#"):
                yield from (normpath(join(above, target)) for target in matched(package.imports, specifier))
            if aliases.base is not None:
                yield normpath(join(aliases.base, specifier))
        yield from candidates(self._packages, specifier)
        if specifier.startswith(("@/", "~/")):  # the usual alias, in repos whose tsconfig is not at hand
            for above in _upwards(folder):
                yield from (normpath(join(above, source, specifier[2:])) for source in ("src", "", "app"))

    def _file(self, candidate: str) -> str | None:
        modules = self._modules
        if candidate in modules:
            return candidate
        stem, dot, extension = candidate.rpartition(".")
        for other in _WRITTEN_AS.get(dot + extension, ()):
            if stem + other in modules:
                return stem + other
        for other in _EXTENSIONS:
            if candidate + other in modules:
                return candidate + other
        for other in _EXTENSIONS:
            index = join(candidate, "index" + other) if candidate != "." else "index" + other
            if index in modules:
                return index
        return None

    def _read_aliases(self, folder: str) -> _Aliases:
        table: dict[str, tuple[str, ...]] = {}
        base = None
        for name in _IMPORT_MAPS:
            table |= self._import_map(join(folder, name))
        for name in _TSCONFIGS:
            found = self._tsconfig(join(folder, name))
            base = base or found.base
            table = found.table | table
        return _Aliases(table, base)

    def _import_map(self, path: str, depth: int = 0) -> dict[str, tuple[str, ...]]:
        data = read_object(self._snapshot.text(path))
        table: dict[str, tuple[str, ...]] = {}
        entries = data.get("imports")
        for key, target in entries.items() if isinstance(entries, dict) else ():
            if isinstance(target, str) and target.startswith((".", "/")):
                place = normpath(join(dirname(path), target.lstrip("/")))
                whole = key.endswith("/")
                table[f"{key}*" if whole else key] = (f"{place}/*" if whole else place,)
        other = data.get("importMap")
        if isinstance(other, str) and depth < 1:
            table = self._import_map(normpath(join(dirname(path), other)), depth + 1) | table
        return table

    def _tsconfig(self, path: str, depth: int = 0) -> _Aliases:
        data = read_object(self._snapshot.text(path))
        if not data or depth > _MAX_EXTENDS:
            return _Aliases()
        inherited = _Aliases()
        for parent in reversed(strings(data.get("extends")) + _references(data)):
            found = self._tsconfig(self._extended(path, parent), depth + 1)
            inherited = _Aliases(inherited.table | found.table, found.base or inherited.base)
        options = data.get("compilerOptions")
        options = options if isinstance(options, dict) else {}
        base, paths = options.get("baseUrl"), options.get("paths")
        folder = normpath(join(dirname(path), base)) if isinstance(base, str) else dirname(path)
        own = _alias_table(folder, paths) if isinstance(paths, dict) else {}
        return _Aliases(inherited.table | own, folder if isinstance(base, str) else inherited.base)

    def _extended(self, path: str, parent: str) -> str:
        if parent.startswith("."):
            place = normpath(join(dirname(path), parent))
            if place.endswith(".json"):
                return place
            return f"{place}.json" if f"{place}.json" in self._snapshot.files else f"{place}/tsconfig.json"
        name, _, rest = parent.rpartition("/")
        package: Package | None = self._packages.get(name)
        return join(package.folder, rest) if package else ""


def _references(data: dict[str, Any]) -> list[str]:
    """Projects that share the folder (Vite's tsconfig.app.json) hold the aliases; others are their own."""
    listed = data.get("references")
    if not isinstance(listed, list):
        return []
    paths = [str(each.get("path", "")) for each in listed if isinstance(each, dict)]
    return [path for path in paths if path.startswith("./") and path.endswith(".json")]


def _alias_table(folder: str, paths: dict[str, object]) -> dict[str, tuple[str, ...]]:
    return {
        pattern: tuple(normpath(join(folder, target)) for target in strings(targets))
        for pattern, targets in paths.items()
    }


def _upwards(folder: str) -> Iterator[str]:
    yield folder
    while folder:
        folder = dirname(folder)
        yield folder

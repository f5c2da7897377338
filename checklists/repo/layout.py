"""Where migrations, edge functions, configuration and sources lie in a snapshot."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from posixpath import normpath

from checklists.errors import RepositoryError
from checklists.repo.config import Config, read_config, table, texts
from checklists.repo.migrations import (
    Migrations,
    plain_migrations,
    supabase_migrations,
    undoes,
    with_both_ways,
)
from checklists.repo.selection import SQL_SUFFIXES
from checklists.repo.snapshot import Snapshot
from checklists.repo.sources import own_sources
from checklists.repo.supabase_dirs import (
    ENTRY_FILES,
    backend_dirs,
    choose_supabase_dir,
    folder_named,
    no_migrations,
    supabase_dirs,
    unmigrated_dirs,
)

_TESTS = re.compile(r"(?:^|/)(?:tests?|__tests__|specs?|smoke)/|(?:^|[/._-])(?:test|spec|smoke)s?[._-][^/]*$")


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths within the snapshot, all relative to the repository root with `/` separators.

    `supabase_dir` is None for a plain Postgres repo named with `--migrations`. `migrations` is in the order
    in which they are applied. `skipped` lists files in the migrations folder that Supabase's CLI would not
    run, with the reason. `schemas` are declarative schema files (`[db.migrations] schema_paths`), from which
    migrations are made and which are not applied themselves. `sources` holds TypeScript and JavaScript
    outside of tests, stories, generated and vendored files. `choices` are all Supabase folders where there
    are several.
    """

    supabase_dir: str | None
    migrations: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...] = ()
    config: str | None = None
    seeds: tuple[str, ...] = ()
    roles: str | None = None
    sql_tests: tuple[str, ...] = ()
    edge_functions: tuple[tuple[str, str], ...] = ()
    sources: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    schemas: tuple[str, ...] = ()

    @property
    def passed_over(self) -> tuple[str, ...]:
        """SQL files beside the migrations that the CLI skips for their name, in the order of names.

        A repo may apply them by a script of its own. Those that undo a migration are left out, and so is
        what lies in folders of its own.
        """
        folder = self.migrations[0].rpartition("/")[0] if self.migrations else ""
        beside = (path for path, _ in self.skipped if path.rpartition("/")[0] == folder)
        return tuple(path for path in sorted(beside) if not undoes(path.rpartition("/")[2]))

    @property
    def candidates(self) -> tuple[str, ...]:
        """The migrations with what is passed over, in the order of names."""
        beside = self.passed_over
        return tuple(sorted((*self.migrations, *beside))) if beside else self.migrations


def find_layout(snapshot: Snapshot, supabase_dir: str | None = None, migrations: str | None = None) -> Layout:
    """Find the backend of a repo.

    Args:
        snapshot: The revision.
        supabase_dir: The Supabase folder, where the repo has several.
        migrations: The folder of a plain Postgres repo's migrations.

    Raises:
        RepositoryError: There are no migrations where they are looked for, or several places to choose from.
    """
    if migrations is not None:
        return _plain_layout(snapshot, migrations, supabase_dir)
    folder, choices = choose_supabase_dir(snapshot, supabase_dir)
    found = supabase_migrations(snapshot, f"{folder}/migrations")
    if not found.applied and (found.skipped or folder not in unmigrated_dirs(snapshot)):
        raise no_migrations(snapshot, f"{folder}/migrations")
    return _layout(snapshot, folder, found, choices)


def _plain_layout(snapshot: Snapshot, given: str, supabase_dir: str | None) -> Layout:
    """The given folder's migrations; a Supabase folder beside them brings its settings and functions."""
    folder = folder_named(snapshot, given, "--migrations")
    known = supabase_dirs(snapshot)
    parent = folder.rpartition("/")[0]
    if parent in known and folder.endswith("/migrations") and supabase_dir is None:
        return _layout(snapshot, parent, supabase_migrations(snapshot, folder), known)
    found = plain_migrations(snapshot, folder)
    if not found.applied:
        raise no_migrations(snapshot, folder)
    if both := with_both_ways(snapshot, found.applied):
        raise RepositoryError(
            f"{both} holds its way back in the same file, which would be read as if it were applied.",
            "Split the ways into files of their own, or review a dump: pg_dump --schema-only.",
        )
    if supabase_dir is not None:
        return _layout(snapshot, folder_named(snapshot, supabase_dir, "--supabase-dir"), found, known)
    beside = known or backend_dirs(snapshot)
    return _layout(snapshot, beside[0] if len(beside) == 1 else None, found, known)


def _layout(snapshot: Snapshot, folder: str | None, found: Migrations, choices: tuple[str, ...]) -> Layout:
    layout = Layout(
        folder,
        tuple(path for path in found.applied if path in snapshot.files),
        skipped=found.skipped,
        sources=own_sources(snapshot),
        choices=choices if len(choices) > 1 else (),
    )
    if folder is None:
        return layout
    config = _existing(snapshot, f"{folder}/config.toml")
    settings = read_config(snapshot, config)
    return replace(
        layout,
        config=config,
        seeds=_seeds(snapshot, folder, settings),
        roles=_existing(snapshot, f"{folder}/roles.sql"),
        sql_tests=_sql_tests(snapshot, folder, choices),
        edge_functions=_edge_functions(snapshot, folder, settings),
        schemas=_matching(
            snapshot, folder, texts(table(settings.values, "db", "migrations"), "schema_paths") or ()
        ),
    )


def _seeds(snapshot: Snapshot, folder: str, settings: Config) -> tuple[str, ...]:
    seed = table(settings.values, "db", "seed")
    if seed.get("enabled") is False:
        return ()
    patterns = texts(seed, "sql_paths")
    return _matching(snapshot, folder, ("./seed.sql",) if patterns is None else patterns)


def _matching(snapshot: Snapshot, folder: str, patterns: Iterable[str]) -> tuple[str, ...]:
    """Files that patterns relative to the Supabase folder name, in their order; a folder means its SQL."""
    found: dict[str, None] = {}
    for pattern in patterns:
        place = normpath(f"{folder}/{pattern}")
        glob = re.escape(place).replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
        named = re.compile(rf"^(?:{glob}|{glob}/[^/]*\.sql)$")
        found |= dict.fromkeys(sorted(path for path in snapshot.files if named.match(path)))
    return tuple(found)


def _edge_functions(snapshot: Snapshot, folder: str, settings: Config) -> tuple[tuple[str, str], ...]:
    """Name and entry file of each function: what config.toml names, or the index file of its folder."""
    start = f"{folder}/functions/"
    below = (path.removeprefix(start) for path in snapshot.paths if path.startswith(start))
    names = {path.partition("/")[0] for path in below if "/" in path and not path.startswith("_")}
    found: dict[str, str] = {}
    for name in sorted(names | set(table(settings.values, "functions"))):
        named = table(settings.values, "functions", name).get("entrypoint")
        entries = [normpath(f"{folder}/{named}")] if isinstance(named, str) else []
        entries += [f"{start}{name}/{entry}" for entry in ENTRY_FILES]
        if entry := next((entry for entry in entries if entry in snapshot.paths), None):
            found[name] = entry
    return tuple(found.items())


def _sql_tests(snapshot: Snapshot, folder: str, choices: tuple[str, ...]) -> tuple[str, ...]:
    """What `supabase test db` runs, and scripts elsewhere whose path says test, which a repo runs by psql."""
    others = tuple(f"{each}/" for each in choices if each != folder)
    sql = (path for path in snapshot.paths if path.endswith(tuple(SQL_SUFFIXES)))
    found = (
        path
        for path in sql
        if path.startswith(f"{folder}/tests/")
        or (_TESTS.search(path) and "/migrations/" not in path and not path.startswith(others))
    )
    return tuple(sorted(found))


def _existing(snapshot: Snapshot, path: str) -> str | None:
    return path if path in snapshot.paths else None

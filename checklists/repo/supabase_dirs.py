"""Finds the Supabase folder of a repo, or says what there is to choose from."""

import re
from collections import Counter
from pathlib import Path, PurePosixPath
from posixpath import normpath

from checklists.errors import RepositoryError
from checklists.repo.snapshot import Snapshot

ENTRY_FILES = ("index.ts", "index.tsx", "index.js", "index.mjs")

_IN_MIGRATIONS = re.compile(r"^((?:.*/)?supabase)/migrations/[^/]+\.sql$")
_SERVED = re.compile(r"^((?:.*/)?supabase)/functions/[^/_][^/]*/([^/]+)$")
_ANY_MIGRATION = re.compile(r"^(?:(.*)/)?[VvU]?[0-9][0-9.]*_[^/]*(?:\.sql|/migration\.sql)$")
# Folders whose Supabase project shows or tests something: taken only where they hold the only one.
_ASIDE = frozenset(
    {"example", "examples", "sample", "samples", "template", "templates", "test", "tests", "e2e", "fixtures",
     "__tests__", "docs", "node_modules", "vendor"}
)  # fmt: skip
# A project with this many times the migrations of any other is the one that is meant.
_OUTWEIGHS = 10
_SHOWN = 8


def supabase_dirs(snapshot: Snapshot) -> tuple[str, ...]:
    """Every folder named `supabase` that holds migrations, sorted."""
    return tuple(sorted({found[1] for path in snapshot.paths if (found := _IN_MIGRATIONS.match(path))}))


def configured_dirs(snapshot: Snapshot) -> tuple[str, ...]:
    """Every folder named `supabase` that holds a config.toml, sorted: its migrations may lie elsewhere."""
    return tuple(
        sorted(path[:-12] for path in snapshot.paths if f"/{path}".endswith("/supabase/config.toml"))
    )


def backend_dirs(snapshot: Snapshot) -> tuple[str, ...]:
    """The configured folders, sorted; in a repo without any, those that hold edge functions."""
    return configured_dirs(snapshot) or _served_dirs(snapshot)


def unmigrated_dirs(snapshot: Snapshot) -> tuple[str, ...]:
    """The folders with a config.toml or edge functions of a repo that holds no migrations at all: its
    database is kept elsewhere.
    """
    folders = {*configured_dirs(snapshot), *_served_dirs(snapshot)}
    if _folders_of_migrations(snapshot) or any(_in_the_way(snapshot, f"{f}/migrations") for f in folders):
        return ()
    return tuple(sorted(folders))


def choose_supabase_dir(snapshot: Snapshot, given: str | None) -> tuple[str, tuple[str, ...]]:
    """The one to review, and all there are: the only one, or the one that outweighs the rest.

    Raises:
        RepositoryError: There is none, or several and none was given.
    """
    known = supabase_dirs(snapshot)
    if given is not None:
        folder = folder_named(snapshot, given, "--supabase-dir")
        below = f"{folder}/supabase"
        return (below if below in (*known, *unmigrated_dirs(snapshot)) else folder), known
    chosen = _meant(known, snapshot.inside)
    chosen = _outweighing(snapshot, chosen) or chosen
    if not chosen and unmigrated_dirs(snapshot):
        chosen = _meant(backend_dirs(snapshot), snapshot.inside)
    if not chosen:
        raise no_migrations(snapshot, "supabase/migrations")
    if len(chosen) > 1:
        raise RepositoryError(
            f"This repo has {len(chosen)} Supabase projects: {_some(chosen)}.",
            f"Review one at a time: --supabase-dir {chosen[0]}",
        )
    return chosen[0], known


def folder_named(snapshot: Snapshot, given: str, option: str) -> str:
    """A folder of the snapshot as the user wrote it: from the repo's root, from the named path, or absolute.

    Raises:
        RepositoryError: The snapshot has no such folder.
    """
    place = Path(given)
    if place.is_absolute() and place.is_relative_to(snapshot.root):
        given = place.relative_to(snapshot.root).as_posix()
    for start in dict.fromkeys((snapshot.inside, "")):
        folder = normpath(f"{start}/{given}" if start else given).strip("/")
        if any(path.startswith(f"{folder}/") for path in snapshot.paths):
            return folder
    raise RepositoryError(
        f"{option} {given}: this revision has no such folder.",
        "Write it as it lies below the root of the repo.",
    )


def no_migrations(snapshot: Snapshot, folder: str) -> RepositoryError:
    """Why there is nothing to read in `folder`, with the folders that look like migrations."""
    if (wrong := _in_the_way(snapshot, folder)) is not None:
        return wrong
    hint = "Name the folder of a plain Postgres repo's migrations with --migrations DIR."
    if elsewhere := _folders_of_migrations(snapshot):
        hint = f"SQL files with numbers lie in {_some(elsewhere)}: try --migrations {elsewhere[0]}"
    return RepositoryError(f"There are no migrations in {folder}, so there is no schema to review.", hint)


def _in_the_way(snapshot: Snapshot, folder: str) -> RepositoryError | None:
    """The link or the submodule that stands where the folder should."""
    parts = PurePosixPath(folder).parts
    above = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
    if link := next((place for place in above if place in snapshot.paths), None):
        return RepositoryError(
            f"{link} is a file or a symbolic link, which is not followed: there are no migrations to read.",
            "Name the folder that it points to: --migrations DIR",
        )
    if module := next((place for place in above if place in snapshot.submodules), None):
        return RepositoryError(
            f"{module} is a submodule: its files belong to another repo.",
            f"Review that repo: counterseal {module}",
        )
    return None


def _served_dirs(snapshot: Snapshot) -> tuple[str, ...]:
    """Every folder named `supabase` that holds an edge function's entry file, sorted."""
    below = filter(None, map(_SERVED.match, snapshot.paths))
    return tuple(sorted({found[1] for found in below if found[2] in ENTRY_FILES}))


def _meant(known: tuple[str, ...], inside: str) -> list[str]:
    """Those nearest to the named path; the one of them that is no example or test, where there is one."""
    near = _nearest(known, inside)
    main = [folder for folder in near if _ASIDE.isdisjoint(PurePosixPath(folder).parts)]
    return main if len(main) == 1 else near


def _nearest(known: tuple[str, ...], inside: str) -> list[str]:
    """Those below the named path; else those below its parent, and so on up to the root."""
    place = PurePosixPath(inside)
    for folder in (place, *place.parents):
        if below := [each for each in known if PurePosixPath(each).is_relative_to(folder)]:
            return below
        if str(folder) in known:
            return [str(folder)]
    return []


def _outweighing(snapshot: Snapshot, folders: list[str]) -> list[str]:
    """The project beside which the others are leftovers, by number of migrations; none where it is close."""
    sizes = Counter(found[1] for path in snapshot.paths if (found := _IN_MIGRATIONS.match(path)))
    by_size = sorted(folders, key=lambda folder: -sizes[folder])
    clear = len(by_size) > 1 and sizes[by_size[0]] >= _OUTWEIGHS * sizes[by_size[1]]
    return by_size[:1] if clear else []


def _folders_of_migrations(snapshot: Snapshot) -> list[str]:
    found = (match[1] for path in snapshot.paths if (match := _ANY_MIGRATION.match(path)) and match[1])
    return sorted({folder for folder in found if "node_modules" not in folder})


def _some(folders: list[str]) -> str:
    more = f" and {len(folders) - _SHOWN} more" if len(folders) > _SHOWN else ""
    return ", ".join(folders[:_SHOWN]) + more

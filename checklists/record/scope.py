"""What a review covers: the folders and files of which a record names the listing."""

from collections.abc import Iterable, Iterator, Mapping

from checklists.repo.selection import is_read
from checklists.repo.source_file import readable_path

HOME = ".counterseal"
_TEAM = ("config.toml", "baseline.toml", "rules", "checklists")
"""What of `.counterseal` the review itself rests on; policy, signers and records are not reviewed."""


def scope_of_paths(paths: Iterable[str], globs: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The top-level folders and files that hold anything the review reads, or those that a policy names.

    Whole folders, not the files themselves: a source added beside them must change the digest.
    """
    reviewed = {path for path in paths if is_reviewed(path)}
    team = {"/".join(path.split("/")[:2]) for path in reviewed if path.startswith(f"{HOME}/")}
    if globs:
        return tuple(sorted({folder_of(glob) for glob in globs} | team))
    return tuple(sorted(({path.partition("/")[0] for path in reviewed} - {HOME}) | team))


def is_reviewed(path: str) -> bool:
    """Whether the review rests on the file."""
    first, _, rest = path.partition("/")
    return is_read(path) and (first != HOME or rest.partition("/")[0] in _TEAM)


def folder_of(glob: str) -> str:
    """The part of a pattern before its first wildcard: `apps/web` of `apps/web/**`; may be empty."""
    parts = glob.strip("/").split("/")
    plain = next((n for n, part in enumerate(parts) if set(part) & set("*?[")), len(parts))
    return "/".join(parts[:plain])


def backend_of(path: str) -> str | None:
    """The Supabase folder of a migration: `apps/web/supabase` of `apps/web/supabase/migrations/1.sql`."""
    folder, _, name = path.rpartition("/")
    above, _, last = folder.rpartition("/")
    known = last == "migrations" and above.rpartition("/")[2] == "supabase" and name.endswith(".sql")
    return above if known else None


def covers(scope: Iterable[str], path: str) -> bool:
    """Whether a file lies in a scope."""
    return any(path == each or path.startswith(f"{each}/") for each in scope)


def entries(listing: bytes) -> Mapping[str, str]:
    """Mode and blob of each file in what `git ls-tree -rz` prints, by its path."""
    return dict(_entries(listing))


def _entries(listing: bytes) -> Iterator[tuple[str, str]]:
    for entry in listing.split(b"\0"):
        what, tab, name = entry.partition(b"\t")
        if tab:
            mode, _, blob = what.decode().split()[:3]
            yield readable_path(name)[0], f"{mode} {blob}"

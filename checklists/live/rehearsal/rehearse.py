"""All SQL files of a repo, in the order in which Supabase's CLI runs them."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from checklists.live.model import AppliedFile, Mode, Skipped
from checklists.live.rehearsal.applying import apply
from checklists.live.rehearsal.fingerprint import digest
from checklists.live.rehearsal.round_trip import Trips
from checklists.live.rehearsal.script import script
from checklists.live.rehearsal.session import Session
from checklists.repo import Layout, Snapshot

Progress = Callable[[str, int, int], None]
"""Told which file is being applied, and how many of how many are done."""

# Studio's "default privileges for new entities" off, and [api].auto_expose_new_tables = false in the CLI.
_NOT_EXPOSED = """
alter default privileges for role postgres in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges for role postgres in schema public revoke all on functions from anon, authenticated, service_role;
alter default privileges for role postgres in schema public revoke all on sequences from anon, authenticated, service_role;
"""  # noqa: E501


def rehearse(
    session: Session, snapshot: Snapshot, paths: Sequence[str], progress: Progress, trips: Trips | None = None
) -> Iterator[AppliedFile]:
    """Runs files in the order given; one answer a file, as it is known. `trips` are made on the way.

    Raises:
        SandboxError: The server is gone.
    """
    with contextlib.closing(session.server.inspect()) as reader:
        before = digest(reader)
        for done, path in enumerate(paths):
            progress(path, done, len(paths))
            if trips is not None:
                trips.make(session, snapshot, path)
            applied = apply_file(session, snapshot, path)
            after = digest(reader)
            yield replace(applied, before=before, after=after)
            before = after
    session.reset()


def hide_new_tables(session: Session) -> None:
    """From here on, what is made in `public` is not granted to the API roles."""
    session.execute(_NOT_EXPOSED)


def ordered(layout: Layout) -> tuple[str, ...]:
    """roles.sql first, then the migrations, or where there are none the declared schema; seeds come later."""
    roles = (layout.roles,) if layout.roles else ()
    return (*roles, *(layout.migrations or layout.schemas))


def apply_file(session: Session, snapshot: Snapshot, path: str) -> AppliedFile:
    """One file; one that cannot be read fails."""
    file = snapshot.files.get(path)
    if file is None or file.fault:
        fault = f"the file {file.fault}" if file else "the file was not read"
        return AppliedFile(path, Mode.FAILED, (Skipped(1, "", fault),))
    return apply(session, path, script(path, file.text))

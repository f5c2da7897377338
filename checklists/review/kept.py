"""The proof of a revision, kept in the user's own state, so that a later look need not run it again.

Not below .git, where an archive from elsewhere could have put one: what is proven here was proven here.
"""

import json
import os
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from platformdirs import user_state_path

import checklists
from checklists.checks.project import Project
from checklists.codec import from_plain, to_plain
from checklists.live.model import Proof
from checklists.review.folder import write_atomically

_FORM = 2
"""Counted up where a proof comes to say other things of the same revision."""
_MOST = 8


@dataclass(frozen=True, slots=True)
class Kept:
    """A proof with what it is of."""

    commit: str
    migrations: tuple[str, ...]
    proof: Proof


def keep(project: Project) -> None:
    """Keep the project's proof for its commit; not a work tree's, nor where the disk does not take it."""
    file = _file(project)
    if file is None or project.proof is None:
        return
    kept = Kept(project.snapshot.subject.commit, project.layout.migrations, project.proof)
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomically(file, json.dumps(to_plain(kept)).encode())
        for old in sorted(file.parent.glob("*.json"), key=lambda each: each.stat().st_mtime)[:-_MOST]:
            old.unlink()


def recalled(project: Project) -> Project:
    """The project with the proof that was kept of it; without one where there is none that can be read."""
    file = _file(project)
    if file is None or project.proof is not None:
        return project
    try:
        kept = from_plain(Kept, json.loads(file.read_bytes()))
    except (OSError, ValueError):
        return project
    same = kept.commit == project.snapshot.subject.commit and kept.migrations == project.layout.migrations
    return project.proven(replace(kept.proof, recalled=True)) if same else project


def _file(project: Project) -> Path | None:
    """One for each commit, version and set of files; None for what no commit holds."""
    subject = project.snapshot.subject
    if subject.dirty or not subject.commit:
        return None
    home = sha256(os.fsencode(Path(project.snapshot.root).resolve())).hexdigest()[:16]
    files = (*project.layout.migrations, *project.layout.schemas, *project.layout.seeds)
    version = f"{checklists.__version__}/{_FORM}"
    key = sha256("\0".join((subject.commit, version, *files)).encode(errors="surrogateescape")).hexdigest()[
        :32
    ]
    return user_state_path("counterseal", appauthor=False) / home / "proofs" / f"{key}.json"

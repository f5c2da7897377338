"""Small projects made of literals."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from gitrepos import commit, init, write

from checklists.checks.check import Rule
from checklists.checks.discovery import rule_named
from checklists.checks.engine import report
from checklists.checks.loading import assemble, load_project
from checklists.checks.project import Project
from checklists.model import Report
from checklists.repo import Snapshot, SourceFile, Subject
from checklists.repo.layout import find_layout

FIRST_MIGRATION = "supabase/migrations/00000000000000_empty.sql"


def snapshot(files: Mapping[str, str]) -> Snapshot:
    """The files as one committed revision."""
    sources = {path: _file(path, text) for path, text in files.items()}
    return Snapshot("/repo", Subject("c" * 40, "t" * 40), sources, frozenset(sources))


def project(files: Mapping[str, str]) -> Project:
    """The files read as a repo; one without migrations gets an empty one, so that it is a Supabase repo."""
    if not any(path.endswith(".sql") and "/migrations/" in path for path in files):
        files = {**files, FIRST_MIGRATION: ""}
    seen = snapshot(files)
    return assemble(seen, find_layout(seen))


def migrations(*statements: str) -> Project:
    """Each text as one migration, in order."""
    return project(
        {f"supabase/migrations/{20240101000000 + n}_m.sql": text for n, text in enumerate(statements)}
    )


def committed(root: Path, *commits: Mapping[str, str]) -> Project:
    """A repository whose commits, a week apart, hold these files; read at the last."""
    init(root)
    for number, files in enumerate(commits):
        for gone in commits[number - 1].keys() - files.keys() if number else ():
            (root / gone).unlink()
        write(
            root, files if any("/migrations/" in path for path in files) else {**files, FIRST_MIGRATION: ""}
        )
        commit(root, at=f"2026-01-{1 + 7 * number:02}T00:00:00Z")
    return load_project(root)


def check(name: str, seen: Project) -> Report:
    """What one check says of a project."""
    rule = rule_named(name)
    assert isinstance(rule, Rule), f"there is no check {name}"
    return report(rule, seen)


def _file(path: str, text: str) -> SourceFile:
    data = text.encode()
    return SourceFile(
        path, hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest(), data, text
    )

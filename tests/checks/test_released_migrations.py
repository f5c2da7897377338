"""Migrations that were changed after they had been released."""

from pathlib import Path

import pytest
from builders import check, committed
from gitrepos import commit, git, write

from checklists.checks.loading import load_project
from checklists.model import Confidence, Finding, Severity, Status

FOLDER = "supabase/migrations"
ONE, TWO, THREE = (f"{FOLDER}/2024010{n}000000_m.sql" for n in (1, 2, 3))
TABLE = "create table public.t (id uuid primary key);"
OTHER = "create table public.t (id uuid primary key, a int);"


def _found(root: Path, name: str = "released_migration_changed") -> list[Finding]:
    return list(check(name, load_project(root)).findings)


def _branch(root: Path, *commits: dict[str, str]) -> None:
    """A branch off a default branch that has two migrations."""
    committed(root, {ONE: TABLE, TWO: "select 1;"})
    git(root, "checkout", "-q", "-b", "feature")
    for files in commits:
        write(root, files)
        commit(root)


def test_a_branch_may_edit_what_it_brings(tmp_path: Path) -> None:
    _branch(tmp_path / "repo", {THREE: "select 2;"}, {THREE: "select 3;"})
    assert _found(tmp_path / "repo") == []


def test_a_branch_may_not_edit_what_it_found(tmp_path: Path) -> None:
    _branch(tmp_path / "repo", {THREE: "select 2;"}, {ONE: OTHER})
    (finding,) = _found(tmp_path / "repo")
    assert (finding.object, finding.severity, finding.confidence) == (
        f"migration:{ONE.rpartition('/')[2]}",
        Severity.HIGH,
        Confidence.HIGH,
    )


def test_what_main_did_meanwhile_is_not_the_branchs(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    _branch(root, {THREE: "select 2;"})
    git(root, "checkout", "-q", "main")
    write(root, {ONE: OTHER, f"{FOLDER}/20240102500000_m.sql": "select 4;"})
    commit(root)
    git(root, "checkout", "-q", "feature")
    git(root, "merge", "-q", "--no-edit", "main")
    assert _found(root, "migration_inserted_before") == []
    assert [finding.severity for finding in _found(root)] == []


def test_removed_on_a_branch(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    committed(root, {ONE: TABLE, TWO: "select 1;", THREE: "select 2;"})
    git(root, "checkout", "-q", "-b", "feature")
    (root / TWO).unlink()
    commit(root)
    (finding,) = _found(root)
    assert "removes 20240102000000_m.sql" in finding.message


def test_a_squash_is_one_finding(tmp_path: Path) -> None:
    committed(
        tmp_path / "repo", {ONE: TABLE, TWO: "select 1;", THREE: "select 2;"}, {f"{FOLDER}/0_base.sql": TABLE}
    )
    (finding,) = _found(tmp_path / "repo")
    assert (finding.object, finding.severity) == (f"migrations:{FOLDER}", Severity.MEDIUM)
    assert "3 migrations" in finding.message


def test_a_day_of_grace_on_one_branch(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    committed(root, {ONE: TABLE})
    write(root, {ONE: OTHER})
    commit(root, at="2026-01-01T20:00:00Z")
    assert _found(root) == []
    write(root, {ONE: OTHER.replace("int", "text")})
    commit(root, at="2026-01-02T20:00:00Z")
    (finding,) = _found(root)
    assert (finding.severity, finding.confidence) == (Severity.HIGH, Confidence.MEDIUM)


def test_edits_of_earlier_commits_are_one_finding(tmp_path: Path) -> None:
    old = {ONE: TABLE, TWO: "select 1;"}
    new = {ONE: OTHER, TWO: "select 2;"}
    committed(tmp_path / "repo", old, new, new | {THREE: "select 3;"})
    (finding,) = _found(tmp_path / "repo")
    assert (finding.severity, len(finding.related)) == (Severity.LOW, 1)
    assert "2 migrations" in finding.message


def test_only_the_commit_under_review_is_this_change(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    edited = {ONE: OTHER, TWO: "select 1;"}
    committed(root, {ONE: TABLE, TWO: "select 1;"}, edited, edited | {"README.md": "x"})
    (finding,) = _found(root)
    assert (finding.severity, "the last on 2026-01-08" in finding.message) == (Severity.LOW, True)
    write(root, {"README.md": "y"})
    commit(root, at="2027-03-01T00:00:00Z")
    (finding,) = _found(root)
    assert finding.severity is Severity.INFO


def test_one_that_was_put_before_others_stays_so(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    late = {ONE: TABLE, TWO: "select 1;", THREE: "select 2;"}
    committed(root, {ONE: TABLE, THREE: "select 2;"}, late)
    write(root, {"README.md": "x"})
    commit(root, at="2027-03-01T00:00:00Z")
    (finding,) = _found(root, "migration_inserted_before")
    assert (finding.location.path, "came in after 20240103000000_m.sql" in finding.message) == (TWO, True)


def test_what_has_lain_there_for_weeks_is_not_new(tmp_path: Path) -> None:
    committed(tmp_path / "repo", {ONE: TABLE}, {ONE: TABLE, TWO: "select 1;"}, {ONE: TABLE, TWO: "select 1;"})
    root = tmp_path / "repo"
    write(root, {"README.md": "x"})
    commit(root, at="2026-01-20T00:00:00Z")
    assert load_project(root).history.new == {TWO}  # type: ignore[union-attr]
    write(root, {"README.md": "y"})
    commit(root, at="2026-02-20T00:00:00Z")
    assert load_project(root).history.new == frozenset()  # type: ignore[union-attr]


def test_an_edit_that_was_put_back_is_none(tmp_path: Path) -> None:
    committed(tmp_path / "repo", {ONE: TABLE}, {ONE: OTHER}, {ONE: TABLE}, {ONE: TABLE, TWO: ""})
    assert _found(tmp_path / "repo") == []


@pytest.mark.parametrize(
    "text",
    [
        f"-- why\n{TABLE}",
        TABLE.replace("(", "(\n  "),
        f"{TABLE}\n/* end */\n",
        f"\ufeff{TABLE}",
        TABLE.replace(" ", "\r\n"),
    ],
    ids=["comment", "layout", "block comment", "byte order mark", "line ends"],
)
def test_what_says_the_same_is_no_edit(text: str, tmp_path: Path) -> None:
    committed(tmp_path / "repo", {ONE: TABLE}, {ONE: text})
    assert _found(tmp_path / "repo") == []


def test_text_that_does_not_scan_is_compared_by_its_words(tmp_path: Path) -> None:
    committed(tmp_path / "repo", {ONE: "select 'open"}, {ONE: "select  'open"}, {ONE: "select 'other"})
    assert len(_found(tmp_path / "repo")) == 1


def test_a_moved_folder_begins_anew(tmp_path: Path) -> None:
    moved = {f"apps/web/{ONE}": TABLE}
    committed(tmp_path / "repo", {ONE: OTHER}, moved, moved | {"README.md": ""})
    assert _found(tmp_path / "repo") == []


def test_a_shallow_clone_says_so(tmp_path: Path) -> None:
    committed(tmp_path / "repo", {ONE: TABLE}, {ONE: OTHER})
    git(tmp_path, "clone", "-q", "--depth", "1", (tmp_path / "repo").as_uri(), "cut")
    said = check("released_migration_changed", load_project(tmp_path / "cut"))
    assert said.status is Status.UNDETERMINED


def test_an_uncommitted_edit_counts(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    committed(root, {ONE: TABLE}, {ONE: TABLE, TWO: ""})
    write(root, {ONE: OTHER})
    (finding,) = check("released_migration_changed", load_project(root, worktree=True)).findings
    assert finding.severity is Severity.HIGH

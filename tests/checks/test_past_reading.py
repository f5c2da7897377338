"""The history is read by a program of its own, and here where that cannot run."""

import subprocess
import sys
from pathlib import Path

import pytest
from gitrepos import git, repository

from checklists.checks.subjects.past_reading import MARKS, begin
from checklists.errors import RepositoryError
from checklists.repo.history import History


def _history(root: Path) -> History:
    repository(root, {".env": "KEY=sb_secret_9aZ8bY7cX6dW5eV4fU3gT2"})
    return History(str(root), git(root, "rev-parse", "HEAD"))


def test_it_is_read_by_a_program_and_the_same_is_read_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = _history(tmp_path / "repo")
    apart = begin(history).result()
    assert [file.path for file in apart.files] == [".env"]
    begin.cache_clear()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    assert begin(history).result() == apart


def test_the_program_is_run_where_no_module_of_the_repo_is_taken_for_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = _history(tmp_path / "repo")
    (tmp_path / "repo/pickle.py").write_text(f"open({str(tmp_path / 'was-run')!r}, 'w')")
    monkeypatch.chdir(tmp_path / "repo")
    asked: list[object] = []
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: asked.append(a) or run(*a, **k))
    assert begin(history).result().read == 1
    assert len(asked) == 1
    assert not (tmp_path / "was-run").exists()


def test_a_commit_that_cannot_be_read_is_an_error_when_asked(tmp_path: Path) -> None:
    history = _history(tmp_path / "repo")
    with pytest.raises(RepositoryError, match="cannot read the objects"):
        begin(History(history.root, "1" * 40)).result()


def test_no_mark_contains_another() -> None:
    words = [mark.word for mark in MARKS]
    assert not [(word, other) for word in words for other in words if word != other and other in word]

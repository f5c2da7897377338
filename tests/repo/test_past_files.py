"""What earlier commits held: every text once, and what could not be read is counted."""

import re
from pathlib import Path

import pytest
from gitrepos import commit, git, repository, write

from checklists.errors import RepositoryError
from checklists.repo import past_files as module
from checklists.repo.history import History
from checklists.repo.past_files import Past, introduced, past_files
from checklists.repo.sieve import Mark


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"secret-\w+", text))


def _past(root: Path) -> Past[str]:
    return past_files(History(str(root), git(root, "rev-parse", "HEAD")), (Mark("secret-"),), _words)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path / "repo", {"a.env": "secret-one", "b.txt": "nothing"})


def test_a_deleted_file_is_found_and_one_without_marks_is_not(root: Path) -> None:
    (root / "a.env").unlink()
    commit(root)
    seen = _past(root)
    assert [(file.path, file.found) for file in seen.files] == [("a.env", ("secret-one",))]
    assert (seen.read, seen.missing, seen.too_old, seen.too_large) == (2, 0, 0, 0)


def test_newest_first_and_introduced_by_the_oldest(root: Path) -> None:
    first = git(root, "rev-parse", "HEAD")
    write(root, {"a.env": "secret-two"})
    second = commit(root)
    write(root, {"a.env": "secret-one"})
    commit(root)
    seen = _past(root)
    assert [file.found for file in seen.files] == [("secret-one",), ("secret-two",)]
    history = History(str(root), git(root, "rev-parse", "HEAD"))
    by_blob = introduced(history, seen.files)
    assert [by_blob[file.blob].commit for file in seen.files] == [first, second]


def test_pictures_and_lock_files_are_left_out(tmp_path: Path) -> None:
    names = ("a.png", "yarn.lock", "web/node_modules/x/a.js", "logo.SVG")
    root = repository(tmp_path / "repo", dict.fromkeys(names, "secret-one"))
    assert _past(root) == Past((), 0)


def test_binary_contents_are_left_out(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", {"a.dat": b"\0\1secret-one"})
    assert _past(root).files == ()


def test_what_exceeds_a_bound_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tmp_path / "repo", {"large": "x" * 50, "one": "y" * 20, "two": "z" * 20})
    monkeypatch.setattr(module, "MAX_BYTES", 40)
    monkeypatch.setattr(module, "MAX_TOTAL", 30)
    seen = _past(root)
    assert (seen.read, seen.too_old, seen.too_large) == (1, 1, 1)


def test_what_is_found_stands_on_its_line(tmp_path: Path) -> None:
    root = repository(tmp_path / "repo", {"a.env": "1\n2\n3 secret-one\n\n5\n6\n7\n8 secret-two"})
    history = History(str(root), git(root, "rev-parse", "HEAD"))
    seen = past_files(history, (Mark("secret-"),), lambda text: tuple(enumerate(text.split("\n"), 1)))
    shown = [(line, text) for line, text in seen.files[0].found if "secret-" in text]
    assert shown == [(3, "3 secret-one"), (8, "8 secret-two")]


def test_objects_that_are_not_in_the_clone_are_counted(root: Path) -> None:
    blob = git(root, "rev-parse", "HEAD:a.env")
    (root / ".git/objects" / blob[:2] / blob[2:]).unlink()
    seen = _past(root)
    assert (seen.files, seen.missing) == ((), 1)


def test_an_unreadable_commit_is_one_clear_error(root: Path) -> None:
    commit_name = git(root, "rev-parse", "HEAD")
    (root / ".git/objects" / commit_name[:2] / commit_name[2:]).unlink()
    with pytest.raises(RepositoryError, match="cannot read the objects"):
        past_files(History(str(root), commit_name), (Mark("secret-"),), _words)

"""The history is read by a program of its own, and here where that cannot run."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from gitrepos import git, repository
from hypothesis import given
from hypothesis import strategies as st

from checklists.checks.subjects.past_reading import MARKS, _secrets, begin
from checklists.errors import RepositoryError
from checklists.repo.history import History
from checklists.repo.sieve import sifted

_DRAWN = "9aZ8bY7cX6dW5eV4fU3gT2hS1iR0jQ" * 3
PIECES = (
    *(mark.word for mark in MARKS),
    *(
        "JWT_",
        "JWT_SECRET",
        "S3",
        "_KEY",
        "SECRET",
        ":",
        " = ",
        '"',
        "x",
        "v1,",
        " ",
        "\n",
        "\n",
        "\n\n",
        "\r\n",
    ),
    *(_DRAWN[:20], _DRAWN[:24], _DRAWN[:86] + "==", "0123456789abcdef" * 4, "é"),
    "sb_secret_9aZ8bY7cX6dW5eV4fU3gT2",
    "postgres://ana:9aZ8bY7cX6@db.acme.com",
    "re_9aZ8bY7c_" + _DRAWN[:24],
)


@pytest.fixture(autouse=True)
def _threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the console: no copy of this process can be made."""
    monkeypatch.setattr("checklists.apart.can_copy", lambda: False)


def _history(root: Path) -> History:
    repository(root, {".env": "KEY=sb_secret_9aZ8bY7cX6dW5eV4fU3gT2"})
    return History(str(root), git(root, "rev-parse", "HEAD"))


def test_it_is_read_by_a_program_and_the_same_is_read_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = _history(tmp_path / "repo")
    apart = begin(history)()
    assert [file.path for file in apart.files] == [".env"]
    begin.cache_clear()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    assert begin(history)() == apart


def test_the_program_is_run_where_no_module_of_the_repo_is_taken_for_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = _history(tmp_path / "repo")
    (tmp_path / "repo/pickle.py").write_text(f"open({str(tmp_path / 'was-run')!r}, 'w')")
    monkeypatch.chdir(tmp_path / "repo")
    asked: list[object] = []
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: asked.append(a) or run(*a, **k))
    assert begin(history)().read == 1
    assert len(asked) == 1
    assert not (tmp_path / "was-run").exists()


def test_a_commit_that_cannot_be_read_is_an_error_when_asked(tmp_path: Path) -> None:
    history = _history(tmp_path / "repo")
    with pytest.raises(RepositoryError, match="cannot read the objects"):
        begin(History(history.root, "1" * 40))()


def test_no_mark_contains_another() -> None:
    words = [mark.word for mark in MARKS]
    assert not [(word, other) for word in words for other in words if word != other and other in word]


def test_no_word_hides_one_that_begins_as_it_ends() -> None:
    words = [mark.word for mark in MARKS]
    hidden = {(a, b) for a in words for b in words if any(a.endswith(b[:n]) for n in range(1, len(b)))}
    # None of these is looked for behind a letter.
    behind_a_letter = {("postgres", word) for word in words if word.startswith("s")} | {("gsk_", "k_live_")}
    assert hidden == behind_a_letter


def _seen_alike(text: str) -> list[tuple[str, int]]:
    data = text.encode()
    kept = dict(sifted(io.BytesIO(b"%040d blob %d\n%s\n" % (0, len(data), data)), MARKS))
    lines = kept.get("0" * 40, b"").decode()
    in_lines, in_text = ([(f.secret.shown, f.line) for f in _secrets(each)] for each in (lines, text))
    assert in_lines == in_text
    return in_text


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_the_lines_that_are_kept_hold_what_the_text_holds(text: str) -> None:
    _seen_alike(text)


@pytest.mark.parametrize("between", ["=", "\n\n:\n \n", '"\r\n=\r\n"'])
def test_a_value_below_its_name_is_kept(between: str) -> None:
    ((_, line),) = _seen_alike(f"one\n\ntwo\nJWT_SECRET{between}{_DRAWN[:86]}==\n")
    assert line == 4 + between.count("\n")

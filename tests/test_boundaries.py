"""What is loaded when, seen in a fresh interpreter."""

import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import checklists

ROOT = Path(__file__).parent.parent
TERMINAL = ("textual", "rich", "click")
_REPORT = """
import atexit, json, sys
atexit.register(lambda: print("\\n" + json.dumps(sorted({name.partition(".")[0] for name in sys.modules}))))
"""


def loaded_by(code: str) -> set[str]:
    """The top-level packages that are loaded once the code has run."""
    done = subprocess.run(
        [sys.executable, "-c", f"{_REPORT}{code}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.strip().splitlines()[-1]))


def modules() -> list[str]:
    """Every module of the domain, the checks' own included."""
    return [module.name for module in pkgutil.walk_packages(checklists.__path__, "checklists.")]


def test_the_domain_loads_no_terminal() -> None:
    assert len(modules()) > 50
    code = "import importlib\n" + "\n".join(f"importlib.import_module({name!r})" for name in modules())
    loaded = loaded_by(code)
    assert "checklists" in loaded
    assert not loaded & {*TERMINAL, "tui"}


def test_the_words_of_the_product_load_next_to_nothing() -> None:
    loaded = loaded_by("import checklists.model, checklists.errors, checklists.repo")
    assert not loaded & {*TERMINAL, "git", "postgast", "sqlglot", "ast_grep_py"}


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_the_command_line_loads_no_screen(option: str) -> None:
    loaded = loaded_by(f"import sys; sys.argv = ['counterseal', {option!r}]; import tui.cli; tui.cli.main()")
    assert "tui" in loaded
    assert not loaded & {"textual", "git", "postgast", "sqlglot", "ast_grep_py"}

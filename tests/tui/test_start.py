"""The first screen stands before anything heavy is loaded."""

import subprocess
import sys

HEAVY = (
    "postgast",
    "sqlglot",
    "ast_grep_py",
    "git",
    "pygments.lexers.sql",
    "checklists.sql",
    "checklists.ts",
)


def test_the_console_starts_without_parsers_and_git() -> None:
    code = (
        "import sys, tui.cli, tui.commands.review, tui.wiring, tui.app\n"
        f"print(*sorted(name for name in {HEAVY!r} if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""

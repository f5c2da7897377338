"""Every command that the README shows is run, in its order, on the demo repo."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from checklists.demo import materialise
from tui.cli import cli

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.splitlines() if line.startswith("counterseal ")]
(ANSWERS,) = re.findall(r"^```toml\n(# ANSWERS\.toml\n.*?)^```$", README, re.MULTILINE | re.DOTALL)
SET_UP, TESTS = (block.strip() for block in BLOCKS[:2])


def _run(command: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", command],
        cwd=cwd,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the demo repo as PATH, a key, its signers file, and an empty OUT."""
    materialise(tmp_path / "PATH")
    key = tmp_path / "KEY"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    for name, value in (("user.name", "Robin"), ("user.email", "robin@example.org")):
        subprocess.run(["git", "config", "--global", name, value], check=True)
    public = key.with_suffix(".pub").read_text("utf-8").split()
    (tmp_path / "SIGNERS").write_text(
        f'robin@example.org namespaces="counterseal-review" {public[0]} {public[1]}\n', "utf-8"
    )
    scanner = {"tool": {"driver": {"name": "Scanner"}}, "results": []}
    (tmp_path / "RESULTS.sarif").write_text(json.dumps({"version": "2.1.0", "runs": [scanner]}), "utf-8")
    (tmp_path / "ANSWERS.toml").write_text(ANSWERS, "utf-8")
    return tmp_path


def _answer_the_rest(repo: Path) -> None:
    """What the reviewer does on the screen: here, each item that is open passes, with a note."""
    answers = "1\nLooked at.\n" * 100  # a confirmed suggestion asks for no note, and takes no number from it
    done = CliRunner().invoke(cli, ["review", str(repo), "--plain"], input=answers)
    assert "\n0 of " in done.output, done.output


def test_every_command_does_what_the_readme_says(place: Path) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for command in COMMANDS:
        if command.startswith("counterseal seal"):
            _answer_the_rest(place / "PATH")
        record = next((place / "OUT").glob("*.toml"), None) if (place / "OUT").exists() else None
        done = _run(command.replace("OUT/RECORD.toml", str(record)), place, PATH=path)
        expected = 1 if command.startswith(("counterseal scan", "counterseal prove")) else 0
        assert done.returncode == expected, (command, done.stdout[-2000:], done.stderr)
        assert done.stdout, command


def test_the_first_command_installs_and_opens_the_demo(tmp_path: Path) -> None:
    copy = tmp_path / "clone"
    ignored = shutil.ignore_patterns(".git", ".venv", ".*_cache", "__pycache__", ".hypothesis")
    shutil.copytree(ROOT, copy, ignore=ignored)
    done = _run(SET_UP, copy)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "RLS enabled on all public tables" in done.stdout


def test_ci_runs_the_readmes_test_command() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8").replace("eval ", "printf %s ")
    done = _run(f"set -- {ROOT / '.ci' / 'run'}; cd {ROOT}; {script.replace('$0', '$1')}", ROOT)
    assert done.stdout.strip() == TESTS
    assert TESTS.endswith("-m pytest")

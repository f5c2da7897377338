"""Real git repositories made of literals."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

_IDENTITY = {
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
    "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
}


def git(root: Path | str, *arguments: str, stdin: bytes | None = None, at: str = "") -> str:
    """What git prints; `at` is the date of what it commits."""
    dates = {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at} if at else {}
    done = subprocess.run(
        ["git", *arguments],
        cwd=root,
        env=os.environ | _IDENTITY | dates,
        input=stdin,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


def write(root: Path, files: Mapping[str, str | bytes]) -> None:
    """Put the files below `root`."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def init(root: Path, *options: str) -> Path:
    """An empty repository at `root`."""
    root.mkdir(parents=True, exist_ok=True)
    git(root, "init", "-q", "-b", "main", *options)
    return root


def commit(root: Path, message: str = "work", at: str = "") -> str:
    """Commit everything that lies there; the commit's full name."""
    git(root, "add", "-A", "-f")
    git(root, "commit", "-q", "--no-gpg-sign", "--allow-empty", "-m", message, at=at)
    return git(root, "rev-parse", "HEAD")


def repository(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """A repository with one commit that holds the files."""
    init(root)
    write(root, files)
    commit(root)
    return root


def sample(name: str, root: Path) -> Path:
    """A sample of tests/repos as a repository of one commit."""
    shutil.copytree(Path(__file__).parent / "repos" / name, root)
    init(root)
    commit(root)
    return root

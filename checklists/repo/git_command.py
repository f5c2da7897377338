"""Runs git, through GitPython, with all that a repo configures switched off.

Only notes.py has it write to a repository, and merging.py to a store beside one.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, BinaryIO, cast

from checklists.errors import RepositoryError

if TYPE_CHECKING:
    from subprocess import Popen

    from git import Git

# Protocols, prompts, locks and replacements that a read has no use for. GIT_ALLOW_PROTOCOL outranks any
# configuration; only git 2.45 and newer know GIT_NO_LAZY_FETCH.
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_ASKPASS": "",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "SSH_ASKPASS": "",
}
_OPTIONS = (
    "--no-pager",
    "-c", "core.fsmonitor=false",
    "-c", f"core.hooksPath={os.devnull}",
    "-c", "core.untrackedCache=false",
    "-c", "credential.helper=",
    "-c", "protocol.allow=never",
)  # fmt: skip
# Of `git rev-parse --local-env-vars`: set by git for its hooks, about another repository than the path named.
_LOCAL_VARIABLES = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_CONFIG", "GIT_DIR", "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_INTERNAL_SUPER_PREFIX", "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX", "GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE", "GIT_WORK_TREE",
)  # fmt: skip
_PIPE = 256 * 1024  # bytes, where the system lets us choose: less to and fro for a gigabyte of history
_ENVIRONMENT_LOCK = Lock()


class GitFailure(Exception):
    """Git ended with an error: its words, its status and what it printed, for a caller that knows them."""

    def __init__(self, words: str, status: int, output: bytes = b"") -> None:
        super().__init__(words)
        self.status = status
        self.output = output


def run_git(
    folder: Path, *arguments: str, stdin: BinaryIO | None = None, environment: dict[str, str] | None = None
) -> bytes:
    """What a git command prints, run in `folder`.

    Raises:
        GitFailure: It ended with an error.
        RepositoryError: There is no git.
    """
    process = started(folder, *arguments, stdin=stdin, environment=environment)
    output, words = process.communicate()
    if process.returncode:
        said = words.decode("utf-8", "replace").strip()
        raise GitFailure(said.removeprefix("fatal: "), process.returncode, bytes(output))
    return bytes(output)


def started(
    folder: Path, *arguments: str, stdin: BinaryIO | None = None, environment: dict[str, str] | None = None
) -> "Popen[bytes]":
    """A git command, under way in `folder`.

    Raises:
        RepositoryError: There is no git.
    """
    git = _git_python()(str(folder))
    # GitPython runs in the current folder where it may not enter the one it was given; -C fails instead.
    command = [git.GIT_PYTHON_GIT_EXECUTABLE or "git", *_OPTIONS, "-C", str(folder), *arguments]
    with environment_of_the_path():  # held until it runs: others need not wait for its end
        process = git.execute(
            command,
            istream=stdin,
            as_process=True,
            env=_ENVIRONMENT | (environment or {}),
            pipesize=_PIPE,
        )
    return cast("Popen[bytes]", process)  # GitPython's wrapper, which ends it when nobody holds it any more


def _git_python() -> type["Git"]:
    try:
        from git import Git  # noqa: PLC0415 - runs `git --version`, and fails where there is no git
    except ImportError as error:
        raise RepositoryError(
            "git was not found, so no revision can be read.", "Install git and make sure that it is on PATH."
        ) from error
    return Git


@contextmanager
def environment_of_the_path() -> Iterator[None]:
    """Takes away what a hook's environment says of a repository: GitPython hands on all of os.environ."""
    with _ENVIRONMENT_LOCK:
        taken = {name: os.environ.pop(name) for name in _LOCAL_VARIABLES if name in os.environ}
        try:
            yield
        finally:
            os.environ.update(taken)

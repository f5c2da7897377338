"""Makes a git repo of a folder that this tool wrote."""

import os
from datetime import UTC, datetime
from pathlib import Path

from checklists.errors import RepositoryError
from checklists.repo.git_command import environment_of_the_path

_WHEN = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
_NO_CONFIGURATION = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
    "GIT_CONFIG_COUNT": "0",
    "GIT_CONFIG_PARAMETERS": "",
    "GIT_DEFAULT_HASH": "sha1",  # GitPython reads no other
    "GIT_DEFAULT_REF_FORMAT": "files",
    "GIT_TEMPLATE_DIR": "",
}


def first_commit(folder: Path, message: str) -> str:
    """Commit all files of `folder`; the commit's full name, which the files and the message alone decide.

    No template, hook, filter or signing of the user's git takes part.

    Raises:
        RepositoryError: There is no git, or it refuses.
    """
    try:
        from git import Actor, GitError, Repo  # noqa: PLC0415 - fails where there is no git
    except ImportError as error:
        raise RepositoryError(
            "git was not found.", "Install git and make sure that it is on PATH."
        ) from error
    author = Actor("Quayside", "team@quayside.example")
    try:
        with environment_of_the_path():
            repo = Repo.init(folder, env=_NO_CONFIGURATION, initial_branch="main")
        with repo:
            files = sorted(path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
            repo.index.add([path.relative_to(folder).as_posix() for path in files])
            commit = repo.index.commit(
                message,
                author=author,
                committer=author,
                author_date=_WHEN,
                commit_date=_WHEN,
                skip_hooks=True,
            )
            return commit.hexsha
    except (GitError, OSError) as error:
        raise RepositoryError(
            f"git cannot make a repo of {folder}: {error}", "Name another folder."
        ) from error

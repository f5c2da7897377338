"""Who reviews, with which key, and what git says of a commit; nothing that a repo configures is run."""

import os
from dataclasses import dataclass
from pathlib import Path

from checklists.errors import RepositoryError
from checklists.repo.git_command import GitFailure, run_git
from checklists.repo.repository import open_repository

# Values that a repo's own configuration may give; programs come from the user's and the system's alone.
_LOCAL = frozenset({"user.name", "user.email", "user.signingkey", "gpg.format"})


@dataclass(frozen=True, slots=True)
class Identity:
    """The reviewer as git knows them: empty where git has no value.

    `signing_format` is openpgp, ssh or x509; programs are never those of the repo's own configuration.
    """

    name: str
    email: str
    signing_format: str
    signing_key: str
    ssh_program: str
    gpg_program: str
    allowed_signers: str
    autocrlf: bool = False


def private_folder(path: Path) -> Path | None:
    """Where a tool may keep its own files under git's directory (`--git-path`); None outside of a repo."""
    try:
        root = open_repository(path).root
        said = run_git(root, "rev-parse", "--git-path", "counterseal")
    except (RepositoryError, GitFailure):
        return None
    return Path(os.path.normpath(root / os.fsdecode(said).rstrip("\n")))


def commit_named(root: Path, rev: str) -> tuple[str, str] | None:
    """The full names of a revision's commit and tree, or None where the repo has no such commit."""
    try:
        asked = ("rev-parse", "--verify", "--quiet", "--end-of-options")
        commit = run_git(root, *asked, f"{rev}^{{commit}}").decode().strip()
        return commit, run_git(root, *asked, f"{commit}^{{tree}}").decode().strip()
    except GitFailure:
        return None


def list_scope(root: Path, commit: str, scope: tuple[str, ...]) -> bytes:
    """What `git ls-tree -rz --full-tree COMMIT -- SCOPE` prints: mode, type, blob and path of each file.

    Raises:
        RepositoryError: git cannot list the commit.
    """
    try:
        return run_git(root, "ls-tree", "-rz", "--full-tree", commit, "--", *scope)
    except GitFailure as failure:
        raise RepositoryError(
            f"git cannot list commit {commit[:12]} of {root}: {failure}.", "Check it with `git fsck`."
        ) from None


def file_at(root: Path, commit: str, path: str) -> bytes | None:
    """The bytes of a file of a commit, or None where the commit has none."""
    try:
        return run_git(root, "cat-file", "blob", f"{commit}:{path}")
    except GitFailure:
        return None


def identity(root: Path) -> Identity:
    """Name, address and signing set-up, each from the nearest configuration that may give it."""
    trusted = _config(root, "--system") | _config(root, "--global")
    local = _config(root, "--local")
    values = trusted | {key: value for key, value in local.items() if key in _LOCAL}
    return Identity(
        name=values.get("user.name", ""),
        email=values.get("user.email", ""),
        signing_format=values.get("gpg.format", "openpgp"),
        signing_key=values.get("user.signingkey", ""),
        ssh_program=trusted.get("gpg.ssh.program", "ssh-keygen"),
        gpg_program=trusted.get("gpg.openpgp.program", trusted.get("gpg.program", "gpg")),
        allowed_signers=trusted.get("gpg.ssh.allowedsignersfile", ""),
        autocrlf=(trusted | local).get("core.autocrlf", "").lower() == "true",
    )


def _config(root: Path, scope: str) -> dict[str, str]:
    # A repo's own file could include any other; the user's may, by folder (`includeIf`).
    includes = "--no-includes" if scope == "--local" else "--includes"
    wanted = r"^(user\.(name|email|signingkey)|gpg\..*|core\.autocrlf)$"
    try:
        said = run_git(root, "config", scope, includes, "-z", "--get-regexp", wanted)
    except GitFailure:  # no such file, or nothing in it
        return {}
    pairs = (entry.partition("\n") for entry in said.decode("utf-8", "replace").split("\0") if entry)
    return {key.lower(): value for key, _, value in pairs}

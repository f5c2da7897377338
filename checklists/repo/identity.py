"""Who reviews, with which key, and what git says of a commit; nothing that a repo configures is run."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from checklists.errors import RepositoryError

# A repo's own configuration may name programs. Nothing asked for here needs one: they are switched off.
_SAFE = (
    "-c", f"core.hooksPath={os.devnull}",
    "-c", "core.fsmonitor=false",
    "-c", "core.pager=cat",
    "-c", "core.sshCommand=false",
    "-c", "core.askPass=false",
    "-c", "diff.external=",
    "-c", "credential.helper=",
)  # fmt: skip
# Variables of a surrounding git command (a hook, say) would redirect every answer; these are the user's own.
_KEPT = frozenset({"GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_EXEC_PATH"})
_SET = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
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


def run_git(root: Path, *arguments: str) -> bytes:
    """What git prints.

    Raises:
        RepositoryError: git is missing, or refuses; the message is git's own.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_") or k in _KEPT} | _SET
    try:
        done = subprocess.run(
            ["git", *_SAFE, *arguments], cwd=root, env=environment, capture_output=True, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except FileNotFoundError:
        if not root.is_dir():
            raise RepositoryError(f"There is no folder {root}.", "Name a folder inside a git repo.") from None
        raise RepositoryError("git is not installed, or not on PATH.", "Install git.") from None
    except NotADirectoryError:
        raise RepositoryError(f"{root} is not a folder.", "Name a folder inside a git repo.") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().removeprefix("fatal: ")
        raise RepositoryError(
            f"git {arguments[0]} in {root} failed: {said}", "Check the path and the revision."
        )
    return done.stdout


def top_level(path: Path) -> Path:
    """The root folder of the repo that holds `path`; for a bare repo, its git directory."""
    start = path if path.is_dir() else path.parent
    try:
        return Path(os.fsdecode(run_git(start, "rev-parse", "--show-toplevel")).rstrip("\n"))
    except RepositoryError:
        return Path(os.fsdecode(run_git(start, "rev-parse", "--absolute-git-dir")).rstrip("\n"))


def private_folder(root: Path) -> Path | None:
    """Where a tool may keep its own files under git's directory (`--git-path`); None outside of a repo."""
    try:
        said = run_git(root, "rev-parse", "--git-path", "counterseal")
    except RepositoryError:
        return None
    return (root / os.fsdecode(said).rstrip("\n")).resolve()


def commit_named(root: Path, rev: str) -> tuple[str, str] | None:
    """The full names of a revision's commit and tree, or None where the repo has no such commit."""
    try:
        said = run_git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}")
        commit = said.decode().strip()
        return commit, run_git(root, "rev-parse", "--verify", f"{commit}^{{tree}}").decode().strip()
    except RepositoryError:
        return None


def list_scope(root: Path, commit: str, scope: tuple[str, ...]) -> bytes:
    """What `git ls-tree -rz --full-tree COMMIT -- SCOPE` prints: mode, type, blob and path of each file."""
    return run_git(root, "ls-tree", "-rz", "--full-tree", commit, "--", *scope)


def file_at(root: Path, commit: str, path: str) -> bytes | None:
    """The bytes of a file of a commit, or None where the commit has none."""
    try:
        return run_git(root, "cat-file", "blob", f"{commit}:{path}")
    except RepositoryError:
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
    except RepositoryError:  # no such file, or nothing in it
        return {}
    pairs = (entry.partition("\n") for entry in said.decode("utf-8", "replace").split("\0") if entry)
    return {key.lower(): value for key, _, value in pairs}

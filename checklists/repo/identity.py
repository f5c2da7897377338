"""Who reviews, and how they sign, as git is set up; no program that a repo configures counts."""

from dataclasses import dataclass
from pathlib import Path

from checklists.repo.git_command import GitFailure, run_git

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

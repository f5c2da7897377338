"""What `counterseal init` puts into a repo: policy, signers, revocations, attributes, hook and workflow."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from checklists.catalogue import load
from checklists.errors import RecordError
from checklists.record.allowed import fingerprint
from checklists.record.gate.base import REVOKED, SIGNERS
from checklists.record.policy.read import NAME
from checklists.record.trust import HEADER, with_signer

ROLES = (
    "system-architect", "senior-frontend", "senior-full-stack", "code-reviewer", "gotcha", "security-auditor",
    "devops-engineer",
)  # fmt: skip
"""The specification's team; a policy may name others."""
USUAL = ("code-reviewer", "security-auditor")
WORKFLOW = ".github/workflows/counterseal.yml"
_ATTRIBUTES = ".counterseal/** -text"


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file as it will be, and why; `keeps` says why one that is there already is left as it is."""

    path: str
    text: str
    why: str
    keeps: str = ""


def initial_files(root: Path, email: str, key: str, roles: tuple[str, ...] = USUAL) -> Iterator[NewFile]:
    """The files, in the order in which they are read; `key` is the first signer's public key, or empty.

    Raises:
        RecordError: The address is a pattern, or something in the way is no file.
    """
    signers = with_signer("", email, key) if fingerprint(key) else HEADER
    yield _new(root, NAME, _policy(roles), "what the gate asks for")
    yield _new(root, SIGNERS, signers, "who may sign; `counterseal trust add` adds to it")
    yield _new(root, REVOKED, "", "keys that count no more: may be empty, and has to be there")
    yield _attributes(root)
    yield _new(root, ".pre-commit-config.yaml", _text("pre-commit.yaml"), "scans before each commit")
    yield _new(root, WORKFLOW, _text("workflow.yaml"), "asks the gate on each pull request, once filled in")


def _new(root: Path, path: str, text: str, why: str) -> NewFile:
    there = existing(root, path)
    return NewFile(path, text, why, "" if there is None else "it is there already")


def _attributes(root: Path) -> NewFile:
    why = "keeps git from rewriting line ends, which breaks signatures"
    before = existing(root, ".gitattributes") or ""
    if _ATTRIBUTES in before.splitlines():
        return NewFile(".gitattributes", before, why, "it says so already")
    begun = before if not before or before.endswith("\n") else f"{before}\n"
    return NewFile(".gitattributes", f"{begun}{_ATTRIBUTES}\n", why)


def existing(root: Path, path: str) -> str | None:
    """The text of a file of the work tree, or None; its folders must be folders of the repo.

    Raises:
        RecordError: A link is in the way, or the file is no text.
    """
    place = root
    for part in path.split("/"):
        place = place / part
        if place.is_symlink():
            raise RecordError(f"{place} is a symbolic link.", "Put the file or folder itself there.")
    try:
        return place.read_text("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        raise RecordError(f"{place} cannot be read as text.", "Move it out of the way.") from None


def _policy(roles: tuple[str, ...]) -> str:
    sections = ", ".join(section.id for section in load())
    tables = "\n".join(f'[[role]]\nname = "{name}"\nsigners = 1\nmembers = []\n' for name in roles)
    text = _text("policy.toml").replace("SECTIONS", sections).replace("ROLES", ", ".join(ROLES))
    return text.replace("PEOPLE", str(len(roles) or 1)).replace("TABLES\n", f"{tables}\n")


def _text(name: str) -> str:
    return resources.files(__package__).joinpath("initial", name).read_text("utf-8")

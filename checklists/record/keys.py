"""Which key a reviewer signs with: one named on the command line, or the one that their git signs with."""

import re
import shutil
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from checklists.errors import SigningError
from checklists.repo.identity import Identity

_HOW_TO = "Make one: ssh-keygen -t ed25519 -f ~/.ssh/counterseal, then add --key ~/.ssh/counterseal"
_PRIVATE = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----")
_LONGEST_START = 200
_LITERALS = ("ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-")


class Scheme(StrEnum):
    """Which program signs."""

    SSH = "ssh"
    OPENPGP = "openpgp"


@dataclass(frozen=True, slots=True)
class Key:
    """`name` is a key file, or for OpenPGP a key id or address; `literal` a public key whose private half an
    agent holds. `program` makes the signature.
    """

    scheme: Scheme
    name: str
    program: str
    literal: str = ""

    def __str__(self) -> str:
        return self.literal.split(" ", 2)[-1] if self.literal else self.name


def choose_key(identity: Identity, root: Path, named: Path | None = None) -> Key:
    """The key to sign with.

    Raises:
        SigningError: There is none, or it is of a kind that cannot sign a record.
    """
    if named is not None:
        if not named.is_file():
            raise SigningError(f"There is no key file {named}.", _HOW_TO)
        return Key(Scheme.SSH, str(named.absolute()), identity.ssh_program)
    if not identity.signing_key:
        raise SigningError("There is no key to sign with: git has no user.signingkey.", _HOW_TO)
    if identity.signing_format == "ssh":
        return _ssh_key(identity, root)
    if identity.signing_format == "openpgp":
        return Key(Scheme.OPENPGP, identity.signing_key, identity.gpg_program)
    raise SigningError(
        f"git signs with gpg.format {identity.signing_format}, which cannot sign a record.",
        "Name an SSH key with --key FILE.",
    )


def check_key(key: Key) -> Key:
    """The key, if its program is there and its file holds one; whether it signs is seen only by signing.

    Raises:
        SigningError: It could not sign anything.
    """
    if shutil.which(key.program) is None:
        raise SigningError(*missing_program(key.program))
    if key.scheme is Scheme.SSH and not key.literal and not _holds_key(Path(key.name)):
        raise SigningError(f"{key.name} does not hold an SSH key.", _HOW_TO)
    return key


def missing_program(program: str) -> tuple[str, str]:
    """Message and hint for a program that cannot be run."""
    return (
        f"{program} is not installed, or not on PATH; records are signed and verified with it.",
        "Install OpenSSH 8.2 or newer." if "ssh" in program else "Install GnuPG.",
    )


def _holds_key(file: Path) -> bool:
    """A private key, or a public one whose private half lies beside it or in an agent."""
    try:
        with file.open("rb") as opened:
            start = opened.read(_LONGEST_START).lstrip()
    except OSError as error:
        raise SigningError(f"The key {file} cannot be read: {error.strerror}.", _HOW_TO) from None
    return bool(_PRIVATE.match(start)) or start.startswith(tuple(name.encode() for name in _LITERALS))


def _ssh_key(identity: Identity, root: Path) -> Key:
    value = identity.signing_key
    if value.startswith("key::") or value.startswith(_LITERALS):
        return Key(Scheme.SSH, "", identity.ssh_program, literal=value.removeprefix("key::"))
    path = root / Path(value).expanduser()
    if not path.is_file():
        raise SigningError(f"git's user.signingkey names {path}, which is not there.", _HOW_TO)
    return Key(Scheme.SSH, str(path), identity.ssh_program)

"""Changes to the lists of signers and of revoked keys, as texts; they count once they are on the base."""

import re
from dataclasses import dataclass
from pathlib import Path

from checklists.errors import RecordError
from checklists.record.allowed import SignerLine, fingerprint, signer_lines
from checklists.record.model import NAMESPACE
from checklists.record.principal import check_principal

_KEY = re.compile(r"(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+ [A-Za-z0-9+/=]+")
HEADER = (
    "# Who may sign reviews: OpenSSH's allowed signers format, one line for each key.\n"
    "# The gate reads this file from the base, so a change counts once it is merged.\n"
)


@dataclass(frozen=True, slots=True)
class Trusted:
    """One line of the signers file: a principal's key, its purposes, and why it does not count, if so."""

    number: int
    principal: str
    fingerprint: str
    namespaces: tuple[str, ...]
    fault: str
    revoked: bool = False


def public_key(given: str) -> str:
    """The public key, as `type base64`, that a file holds or that is written out.

    Raises:
        RecordError: It is neither.
    """
    text = given
    if not _KEY.match(given):
        path = Path(given).expanduser()
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            raise RecordError(f"{given} is no public key, nor a file that holds one.", _NAME_A_KEY) from None
        if "PRIVATE KEY" in text:
            beside = path.with_name(f"{path.name}.pub")
            raise RecordError(f"{given} is a private key, and those are for nobody else.", f"Name {beside}.")
    found = _KEY.match(text.strip())
    if found is None or not fingerprint(found[0]):
        raise RecordError(f"{given} does not hold one public SSH key.", _NAME_A_KEY)
    return found[0]


_NAME_A_KEY = "Name a .pub file: counterseal trust add you@example.org ~/.ssh/id_ed25519.pub"


def with_signer(text: str, principal: str, key: str, namespaces: tuple[str, ...] = (NAMESPACE,)) -> str:
    """The signers file with one more key for a person; unchanged where it is there already.

    Raises:
        RecordError: The principal is a pattern, or a line of the file lets more sign than it should.
    """
    check_principal(principal)
    check_signers(text)
    for each in signer_lines(text):
        if isinstance(each, SignerLine) and principal in each.principals and each.key == key:
            if set(namespaces) <= set(each.namespaces or ()):
                return text
            raise RecordError(
                f"Line {each.number} lists that key for {principal} already, with other namespaces.",
                f'Write namespaces="{",".join(namespaces)}" there.',
            )
    return f'{_ended(text or HEADER)}{principal} namespaces="{",".join(namespaces)}" {key}\n'


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"


def check_signers(text: str) -> None:
    """Returns where every line of a signers file names people outright, and what their keys may sign.

    Raises:
        RecordError: A line does not; the message names it.
    """
    for each in signer_lines(text):
        number, fault = each if isinstance(each, tuple) else (each.number, _fault(each))
        if fault:
            raise RecordError(
                f"Line {number} of the signers file does not count: {fault}.", "Mend that line."
            )


def _fault(line: SignerLine) -> str:
    """What no line may be; one for another purpose than reviews is somebody else's business."""
    namespaces = line.namespaces
    return line.fault(namespaces[0]) if namespaces else line.fault()


def with_revoked(text: str, keys: tuple[str, ...]) -> str:
    """The list of revoked keys with more of them."""
    known = {line.strip() for line in text.splitlines()}
    more = [key for key in keys if key not in known]
    return _ended(text) + "".join(f"{key}\n" for key in more)


def keys_of(text: str, named: str) -> tuple[str, ...]:
    """The keys that a signers file lists for an address, or the one with a fingerprint."""
    lines = [each for each in signer_lines(text) if isinstance(each, SignerLine)]
    found = (each.key for each in lines if named in (*each.principals, fingerprint(each.key)))
    return tuple(dict.fromkeys(found))


def trusted(text: str, revoked: str) -> tuple[Trusted, ...]:
    """The signers file, line by line."""
    gone = {" ".join(line.split()[:2]) for line in revoked.splitlines()}
    rows = []
    for each in signer_lines(text):
        if isinstance(each, tuple):
            rows.append(Trusted(each[0], "", "", (), each[1]))
            continue
        rows += [
            Trusted(
                each.number,
                name,
                fingerprint(each.key),
                each.namespaces or (),
                each.fault(),
                each.key in gone,
            )
            for name in each.principals
        ]
    return tuple(rows)

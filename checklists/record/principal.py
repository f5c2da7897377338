"""The name that a signature is checked for, and the lines of a signers file that name it."""

import re
from dataclasses import dataclass
from pathlib import Path

from checklists.errors import RecordError

_NAME_SIGNERS = "Name an allowed signers file with --signers FILE: one line for each person who may sign."
_FORBIDDEN = re.compile(r"""[\s*?!,"'\\#]|[^ -~]""")


@dataclass(frozen=True, slots=True)
class Signers:
    """Lines of an allowed signers file that name one principal outright, and what was left out."""

    lines: tuple[str, ...]
    wildcards: tuple[int, ...]


def check_principal(email: str) -> str:
    """The address, fit to stand in a signers file and in a file name.

    Raises:
        RecordError: It is empty, or a pattern that would match more than one person.
    """
    if not email:
        raise RecordError(
            "The reviewer has no address: git has no user.email.",
            "Set it: git config --global user.email you@example.org",
        )
    bad = _FORBIDDEN.search(email)
    if bad or email.startswith("-"):
        raise RecordError(
            f"The reviewer's address {email!r} cannot name a signer.",
            "Set one plain address: git config --global user.email you@example.org",
        )
    return email


def file_stem(email: str) -> str:
    """The address as the beginning of a file name."""
    return re.sub(r"[^A-Za-z0-9@._+-]", "-", email).lstrip(".")


def signers_for(text: str, principal: str) -> Signers:
    """The lines that may vouch for `principal`.

    A line whose principals hold a pattern is left out: `*` would let any listed key sign as anybody.
    """
    lines, wildcards = [], []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        names = _principals(line)
        if any(set(name) & set("*?!") for name in names):
            wildcards.append(number)
        elif principal in names:
            lines.append(line)
    return Signers(tuple(lines), tuple(wildcards))


def read_signers(path: Path, principal: str) -> Signers:
    """`signers_for` a file.

    Raises:
        RecordError: The file cannot be read.
    """
    try:
        return signers_for(path.read_text("utf-8"), principal)
    except FileNotFoundError:
        raise RecordError(f"There is no signers file {path}.", _NAME_SIGNERS) from None
    except OSError as error:
        raise RecordError(
            f"The signers file {path} cannot be read: {error.strerror}.", _NAME_SIGNERS
        ) from None
    except UnicodeDecodeError:
        raise RecordError(f"The signers file {path} is not UTF-8 text.", _NAME_SIGNERS) from None


def _principals(line: str) -> tuple[str, ...]:
    text = line.strip()
    quoted = re.match(r'"([^"]*)"', text)
    return tuple((quoted[1] if quoted else text.split(None, 1)[0]).split(","))

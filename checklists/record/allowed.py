"""The lines of an allowed signers file (ssh-keygen(1), ALLOWED SIGNERS), and which count for records."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from checklists.record.model import NAMESPACE

_KEY_TYPE = re.compile(r"(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[a-z0-9@.-]+")
_LINE = re.compile(r'\s*(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s"]+))\s+(?P<rest>.*)')
_OPTIONS = re.compile(r'(?:[^\s"]|"[^"]*")+')
_OPTION = re.compile(r'(?:[^,"]|"[^"]*")+')
_NAMESPACES = re.compile(r'namespaces="([^"]*)"', re.IGNORECASE)
PATTERN = set("*?!")


@dataclass(frozen=True, slots=True)
class SignerLine:
    """One line: whose key it is, under which options, and the key as `type base64`."""

    number: int
    text: str
    principals: tuple[str, ...]
    options: tuple[str, ...]
    key: str

    @property
    def namespaces(self) -> tuple[str, ...] | None:
        """What the key may sign; None where the line does not say, which lets it sign anything."""
        found = next((match[1] for each in self.options if (match := _NAMESPACES.fullmatch(each))), None)
        return None if found is None else tuple(found.split(","))

    def fault(self, namespace: str = NAMESPACE) -> str:
        """Why the line does not count for records; empty where it does."""
        if any(set(name) & PATTERN for name in self.principals):
            return "its principal is a pattern, which would let one key sign as several people"
        if "cert-authority" in (each.lower() for each in self.options):
            return "it trusts whatever keys an authority certifies"
        if self.namespaces is None:
            return f'it lacks namespaces="{namespace}", so a signature for any purpose would count'
        if namespace not in self.namespaces:
            return f"its namespaces do not name {namespace}"
        return "" if fingerprint(self.key) else "its key cannot be read"


def signer_lines(text: str) -> Iterator[SignerLine | tuple[int, str]]:
    """Every line but comments and empty ones; one that is none is its number and why."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield _line(number, line) or (number, "it is not `principals options key`")


def _line(number: int, text: str) -> SignerLine | None:
    parts = _LINE.fullmatch(text)
    if parts is None:
        return None
    names, rest = parts["quoted"] or parts["bare"] or "", parts["rest"]
    options = ""
    if not _KEY_TYPE.match(rest):
        found = _OPTIONS.match(rest)
        options = found[0] if found else ""
        rest = rest[len(options) :].lstrip()
    kind, _, more = rest.partition(" ")
    if not _KEY_TYPE.fullmatch(kind) or not more.split():
        return None
    split = tuple(_OPTION.findall(options))
    return SignerLine(number, text, tuple(names.split(",")), split, f"{kind} {more.split()[0]}")


def fingerprint(key: str) -> str:
    """The key's name as ssh-keygen -l prints it (`SHA256:…`); empty where it is no key."""
    try:
        blob = base64.b64decode(key.split()[1], validate=True)
    except (IndexError, ValueError):
        return ""
    return "SHA256:" + base64.b64encode(sha256(blob).digest()).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Allowed:
    """The lines that count, and the number of each that does not with the reason."""

    lines: tuple[SignerLine, ...]
    refused: tuple[tuple[int, str], ...]

    def of(self, principal: str) -> str:
        """The lines that name one person, as a file for ssh-keygen."""
        return "".join(f"{line.text}\n" for line in self.lines if principal in line.principals)


def allowed(text: str, namespace: str = NAMESPACE) -> Allowed:
    """An allowed signers file, as the gate reads it."""
    lines, refused = [], []
    for each in signer_lines(text):
        if isinstance(each, tuple):
            refused.append(each)
        elif fault := each.fault(namespace):
            refused.append((each.number, fault))
        else:
            lines.append(each)
    return Allowed(tuple(lines), tuple(refused))

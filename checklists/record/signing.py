"""Signs exact bytes, and checks a signature; the only code near keys. Each runs a program its user trusts."""

import base64
import binascii
import re
import struct
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from checklists.errors import SigningError
from checklists.record.keys import Key, Scheme, missing_program
from checklists.record.model import NAMESPACE

_ARMOUR = re.compile(rb"-----BEGIN SSH SIGNATURE-----\s(.*?)-----END SSH SIGNATURE-----", re.DOTALL)
PGP = b"-----BEGIN PGP SIGNATURE-----"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What an SSH signature says of itself: the public key, and what it was made for."""

    namespace: str
    public_key: str


def sign(data: bytes, key: Key, namespace: str = NAMESPACE) -> bytes:
    """An armoured detached signature; a passphrase or a touch is asked for on the terminal.

    Raises:
        SigningError: The program is missing, or refuses.
    """
    if key.scheme is Scheme.OPENPGP:
        command = [key.program, "--batch", "--armor", "--detach-sign", "--local-user", key.name]
        return _run(command, data, "sign").stdout
    if not key.literal:
        return _sign_with(key, key.name, (), data, namespace)
    with TemporaryDirectory() as folder:
        public = Path(folder) / "key.pub"
        public.write_text(key.literal + "\n", "utf-8")
        return _sign_with(key, str(public), ("-U",), data, namespace)


def _sign_with(key: Key, file: str, options: Sequence[str], data: bytes, namespace: str) -> bytes:
    with TemporaryDirectory() as folder:  # a file, not a pipe: some agents' programs take nothing else
        record = Path(folder) / "record"
        record.write_bytes(data)
        command = [key.program, "-Y", "sign", "-n", namespace, "-f", file, *options, str(record)]
        _run(command, b"", "sign")
        return record.with_name("record.sig").read_bytes()


def read_envelope(signature: bytes) -> Envelope:
    """The fields of an SSH signature, which are not yet proven by reading them (PROTOCOL.sshsig).

    Raises:
        ValueError: It is not one.
    """
    armour = _ARMOUR.fullmatch(signature.strip())  # nothing around it, where a second one could hide
    if armour is None:
        raise ValueError("it is not an armoured SSH signature")
    try:
        blob = base64.b64decode(b"".join(armour[1].split()), validate=True)
        if blob[:6] != b"SSHSIG":
            raise ValueError("it is damaged")
        public, rest = _string(blob[10:])
        namespace, _ = _string(rest)
        kind, _ = _string(public)
        if not namespace.decode().isprintable() or not kind.decode("ascii").isprintable():
            raise ValueError("it is damaged")
        text = base64.b64encode(public).decode()
        return Envelope(namespace.decode(), f"{kind.decode('ascii')} {text}")
    except (binascii.Error, struct.error, UnicodeDecodeError):
        raise ValueError("it is damaged") from None


def _string(blob: bytes) -> tuple[bytes, bytes]:
    (length,) = struct.unpack(">I", blob[:4])
    if len(blob) < 4 + length:
        raise ValueError("it is damaged")
    return blob[4 : 4 + length], blob[4 + length :]


def matches(data: bytes, signature: bytes, namespace: str) -> str:
    """Empty where the signature was made over exactly these bytes, by whatever key, else what is said."""
    return _check(data, signature, ["ssh-keygen", "-Y", "check-novalidate", "-n", namespace])


def vouched(
    data: bytes,
    signature: bytes,
    principal: str,
    signers: str,
    revoked: Path | None = None,
    *,
    namespace: str = NAMESPACE,
) -> str:
    """Empty where one of the `signers` lines lets this key sign for `principal`, else what is said instead.

    Never with a verify time: an expired key would verify for one who dates the record back.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder) / "signers"
        file.write_text(signers, "utf-8")
        command = ["ssh-keygen", "-Y", "verify", "-f", str(file), "-I", principal, "-n", namespace]
        return _check(data, signature, [*command, *(("-r", str(revoked)) if revoked else ())])


def public_key_of(key: Key) -> str:
    """The public half as one line, for a signers file; empty where it cannot be had without asking."""
    if key.literal:
        return key.literal
    beside = Path(key.name if key.name.endswith(".pub") else f"{key.name}.pub")
    try:
        return beside.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _check(data: bytes, signature: bytes, command: list[str]) -> str:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "signature"
        file.write_bytes(signature)
        done = _start([*command, "-s", str(file)], data)
        return "" if done.returncode == 0 else _said(done)


def _run(command: list[str], data: bytes, what: str) -> subprocess.CompletedProcess[bytes]:
    done = _start(command, data)
    if done.returncode:
        raise SigningError(
            f"{Path(command[0]).name} did not {what}: {_said(done)}",
            "Check the key, or name one with --key FILE.",
        )
    return done


def _start(command: list[str], data: bytes) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(command, input=data, capture_output=True, check=False)
    except (FileNotFoundError, PermissionError):
        raise SigningError(*missing_program(command[0])) from None


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    text = (done.stderr or done.stdout).decode("utf-8", "replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "; ".join(dict.fromkeys(lines)) or f"it ended with status {done.returncode}"

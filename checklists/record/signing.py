"""Signs exact bytes, and checks a signature; the only code near keys. Each runs a program its user trusts."""

import base64
import binascii
import os
import re
import shlex
import struct
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
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
    """An armoured detached signature; a passphrase or a touch is asked for on the terminal, if there is one.

    Raises:
        SigningError: The program is missing, or refuses, or there is nobody to ask for a passphrase.
    """
    if key.scheme is Scheme.OPENPGP:
        command = [key.program, "--batch", "--armor", "--detach-sign", "--local-user", key.name]
        return _run(command, data, key).stdout
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
        _run(command, None if _has_terminal() else b"", key)
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
        if blob[:10] != b"SSHSIG\0\0\0\1":  # the version is not signed, and ssh-keygen takes 0 for 1
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


def mismatch(data: bytes, signature: bytes, namespace: str) -> str:
    """Empty where the signature was made over exactly these bytes, by whatever key, else what is said."""
    return _check(data, signature, ["ssh-keygen", "-Y", "check-novalidate", "-n", namespace])


def why_not_vouched(
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


def _run(command: list[str], data: bytes | None, key: Key) -> subprocess.CompletedProcess[bytes]:
    done = _start(command, data)
    if done.returncode:
        raise _refused(Path(command[0]).name, key, _said(done))
    return done


def _refused(program: str, key: Key, said: str) -> SigningError:
    """What ssh-keygen and gpg say of a passphrase that nobody gave, in words that help."""
    if not any(words in said for words in ("incorrect passphrase", "Inappropriate ioctl", "No passphrase")):
        return SigningError(f"{program} did not sign: {said}", "Check the key, or name one with --key FILE.")
    agent = f"ssh-add {shlex.quote(key.name)}" if key.scheme is Scheme.SSH else "gpg-connect-agent"
    if _has_terminal():
        return SigningError(f"That is not the passphrase of {key}.", f"Try again, or give it once: {agent}")
    return SigningError(
        f"{key} has a passphrase, no agent holds it, and there is no terminal to ask for it on.",
        f"Give it to an agent ({agent}), or seal on a terminal.",
    )


def _has_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _start(command: list[str], data: bytes | None) -> subprocess.CompletedProcess[bytes]:
    """Run it; without `data` it may read from the terminal."""
    environment = dict(os.environ)
    with suppress(OSError):  # where gpg's agent asks for a passphrase
        environment["GPG_TTY"] = os.ttyname(0)
    try:
        return subprocess.run(command, input=data, capture_output=True, check=False, env=environment)
    except (FileNotFoundError, PermissionError):
        raise SigningError(*missing_program(command[0])) from None


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    text = (done.stderr or done.stdout).decode("utf-8", "replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "; ".join(dict.fromkeys(lines)) or f"it ended with status {done.returncode}"

"""The same facts for an OpenPGP signature, from GnuPG's status lines; trust is the verifier's own keyring."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from checklists.errors import SigningError
from checklists.record.facts import Fact, fails, holds, unchecked

_TRUSTED = ("TRUST_FULLY", "TRUST_ULTIMATE")
_BAD = {
    "BADSIG": "not over these bytes",
    "EXPSIG": "the signature has expired",
    "EXPKEYSIG": "the key has expired",
    "REVKEYSIG": "the key is revoked",
    "ERRSIG": "the key is not in your keyring",
}


def openpgp_facts(data: bytes, signature: bytes, reviewer: str | None) -> Iterator[Fact]:
    """Signature and signer; OpenPGP has no namespaces.

    Raises:
        SigningError: GnuPG is missing.
    """
    status = _status(data, signature)
    for keyword, words in _BAD.items():
        if keyword in status:
            yield unchecked("signature", words) if keyword == "ERRSIG" else fails("signature", words)
            yield unchecked("signer", "the signature does not hold")
            return
    if "GOODSIG" not in status or "VALIDSIG" not in status:
        yield fails("signature", "it does not verify: GnuPG found no signature in the .sig file")
        yield unchecked("signer", "the signature cannot be read")
        return
    yield holds("signature", f"OpenPGP {status['VALIDSIG'].split()[0]}")
    yield unchecked("namespace", "OpenPGP signatures have none", required=False)
    if reviewer is None:
        yield unchecked("signer", "the record cannot be read")
        return
    owner = status["GOODSIG"].partition(" ")[2]
    address = (re.findall(r"<([^<>]*)>", owner) or [owner])[-1]
    if address.lower() != reviewer.lower():
        yield fails("signer", f"the key belongs to {address}, and the record names {reviewer}")
    elif not any(trust in status for trust in _TRUSTED):
        yield fails("signer", f"your keyring does not trust the key of {address}")
    else:
        yield holds("signer", reviewer)


def vouched_by_keys(data: bytes, signature: bytes, keys: bytes | None, principal: str) -> tuple[str, str]:
    """The fingerprint of one of the `keys` that signed these bytes, and why that does not count, if not.

    The keys are put into a keyring of their own: no trust of the user's takes part.

    Raises:
        SigningError: GnuPG is missing.
    """
    if keys is None:
        return "", f"the base has no OpenPGP key for {principal} (openpgp/{principal}.asc)"
    with TemporaryDirectory() as home:
        Path(home).chmod(0o700)
        _gpg(["--homedir", home, "--quiet", "--import"], keys)
        status = _status(data, signature, home)
        _stop_agent(home)
    said = next((words for keyword, words in _BAD.items() if keyword in status), "")
    if said or "GOODSIG" not in status or "VALIDSIG" not in status:
        return "", f"its OpenPGP signature does not hold: {said or 'GnuPG found none'}"
    return f"OPENPGP:{status['VALIDSIG'].split()[-1]}", ""


def _stop_agent(home: str) -> None:
    with suppress(OSError):
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], capture_output=True, check=False)


def _gpg(arguments: list[str], data: bytes) -> bytes:
    try:
        done = subprocess.run(["gpg", "--batch", *arguments], input=data, capture_output=True, check=False)
    except (FileNotFoundError, PermissionError):
        raise SigningError("gpg is not installed, or not on PATH.", "Install GnuPG.") from None
    return done.stdout


def _status(data: bytes, signature: bytes, home: str | None = None) -> dict[str, str]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "signature"
        file.write_bytes(signature)
        place = ["--homedir", home] if home else []
        output = _gpg(
            [*place, "--no-auto-key-retrieve", "--status-fd", "1", "--verify", str(file), "-"], data
        )
    lines = re.findall(r"^\[GNUPG:\] (\w+) ?(.*)$", output.decode("utf-8", "replace"), re.MULTILINE)
    return dict(reversed(lines))

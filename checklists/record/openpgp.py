"""The same facts for an OpenPGP signature, from GnuPG's status lines; trust is the verifier's own keyring."""

import re
import subprocess
from collections.abc import Iterator
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


def _status(data: bytes, signature: bytes) -> dict[str, str]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "signature"
        file.write_bytes(signature)
        command = ["gpg", "--batch", "--no-auto-key-retrieve", "--status-fd", "1", "--verify", str(file), "-"]
        try:
            done = subprocess.run(command, input=data, capture_output=True, check=False)
        except (FileNotFoundError, PermissionError):
            raise SigningError("gpg is not installed, or not on PATH.", "Install GnuPG.") from None
    lines = re.findall(r"^\[GNUPG:\] (\w+) ?(.*)$", done.stdout.decode("utf-8", "replace"), re.MULTILINE)
    return dict(reversed(lines))

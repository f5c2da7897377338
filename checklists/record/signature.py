"""The facts of a signature: over these bytes, for this purpose, by a key that may sign for the reviewer."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from checklists.errors import RecordError
from checklists.record.facts import Fact, fails, holds, judged, unchecked
from checklists.record.model import NAMESPACE
from checklists.record.openpgp import openpgp_facts
from checklists.record.principal import check_principal, read_signers
from checklists.record.signing import PGP, Envelope, mismatch, read_envelope, why_not_vouched


def signature_facts(
    data: bytes, signature: bytes, reviewer: str | None, signers: Path | None, revoked: Path | None
) -> Iterator[Fact]:
    """Signature, namespace, signer and revocation; without a reviewer (a damaged record) only the first two.

    Raises:
        RecordError: A file that was named cannot be read.
        SigningError: ssh-keygen or gpg is missing.
    """
    if signature.lstrip().startswith(PGP):
        yield from openpgp_facts(data, signature, reviewer)
        return
    try:
        envelope = read_envelope(signature)
    except ValueError as error:
        yield fails("signature", f"it does not verify: {error}")
        yield unchecked("namespace", "the signature cannot be read")
        yield unchecked("signer", "the signature cannot be read")
        yield _unchecked_revocation("the signature cannot be read")
        return
    differs = mismatch(data, signature, envelope.namespace)
    fault = f"it does not verify: not over these bytes ({differs})" if differs else ""
    yield judged("signature", fault, _short(envelope.public_key))
    yield _namespace(envelope)
    if reviewer is None:
        yield unchecked("signer", "the record cannot be read")
        yield _unchecked_revocation("the record cannot be read")
        return
    yield from _signer(data, signature, envelope, reviewer, signers, revoked)


def signers_line(principal: str, public_key: str) -> str:
    """The line of an allowed signers file that lets a key sign records for one person."""
    return f'{principal} namespaces="{NAMESPACE}" {" ".join(public_key.split()[:2])}'


def _namespace(envelope: Envelope) -> Fact:
    if envelope.namespace != NAMESPACE:
        return fails("namespace", f"made for {envelope.namespace!r}, not for {NAMESPACE}")
    return holds("namespace", NAMESPACE)


def _signer(
    data: bytes,
    signature: bytes,
    envelope: Envelope,
    reviewer: str,
    signers: Path | None,
    revoked: Path | None,
) -> Iterator[Fact]:
    try:
        check_principal(reviewer)
    except RecordError:
        yield fails("signer", f"{reviewer!r} is a pattern, not one person")
        yield _unchecked_revocation("the record names no one person")
        return
    line = signers_line(reviewer, envelope.public_key)
    if signers is None:
        yield unchecked("signer", f"no signers file was named; if you trust this key, its line is: {line}")
        yield _unchecked_revocation("no signers file was named")
        return
    known = read_signers(signers, reviewer)
    lines = "\n".join(known.lines) + "\n"
    fault = f"{signers} does not name {reviewer}"
    if known.lines:
        fault = why_not_vouched(data, signature, reviewer, lines)
    if fault and known.wildcards:
        fault += f"; line {known.wildcards[0]} holds a pattern of principals and does not count"
    yield judged("signer", fault, reviewer)
    if revoked is None:
        yield _unchecked_revocation("no file of revoked keys was named")
        return
    listed = _revoked_keys(revoked)
    if fault:
        yield _unchecked_revocation("the signer does not hold")
        return
    with TemporaryDirectory() as folder:  # read once: it may be a pipe, which ssh-keygen could not read again
        file = Path(folder) / "revoked"
        file.write_bytes(listed)
        said = why_not_vouched(data, signature, reviewer, lines, file)
    yield judged("revocation", said.replace(str(file), str(revoked)), "the key is not revoked")


def _revoked_keys(file: Path) -> bytes:
    """Public keys or a KRL, of a file or a pipe."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise RecordError(
            f"There is no file of revoked keys {file}.", "Name one with --revoked FILE."
        ) from None
    except OSError as error:
        raise RecordError(
            f"The file of revoked keys {file} cannot be read: {error.strerror}.",
            "Name one with --revoked FILE.",
        ) from None


def _unchecked_revocation(because: str) -> Fact:
    return unchecked("revocation", because, required=False)


def _short(public_key: str) -> str:
    kind, _, key = public_key.partition(" ")
    return f"{kind} …{key[-12:]}"

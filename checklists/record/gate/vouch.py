"""Who signed a record, as the base knows its signers; a record that nobody vouches for says nothing."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from checklists.errors import RecordError
from checklists.record.allowed import fingerprint
from checklists.record.gate.base import Base
from checklists.record.gate.collect import Candidate
from checklists.record.model import NAMESPACE, Record
from checklists.record.openpgp import vouched_by_keys
from checklists.record.principal import check_principal
from checklists.record.signing import PGP, mismatch, read_envelope, why_not_vouched
from checklists.record.toml import from_bytes
from checklists.repo.notes import NOTES_REF


@dataclass(frozen=True, slots=True)
class Vouched:
    """A record with a signature that holds: `key` is the fingerprint of the key that made it."""

    candidate: Candidate
    record: Record
    key: str

    @property
    def principal(self) -> str:
        """Whose signature it is."""
        return self.record.reviewer


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that does not count, and why."""

    path: str
    because: str


def vouch(candidate: Candidate, base: Base) -> Vouched | Refused:
    """The record, if one of the base's signers signed exactly these bytes, and may still do so.

    Raises:
        SigningError: ssh-keygen or gpg is missing.
    """
    try:
        record = from_bytes(candidate.data)
    except (ValueError, RecursionError) as error:
        return Refused(candidate.path, f"it is not a record: {error}")
    fault = _misplaced(candidate, record)
    if fault:
        return Refused(candidate.path, fault)
    key, fault = key_of(candidate.data, candidate.signature, record.reviewer, base)
    return Refused(candidate.path, fault) if fault else Vouched(candidate, record, key)


def key_of(
    data: bytes, signature: bytes | None, principal: str, base: Base, namespace: str = NAMESPACE
) -> tuple[str, str]:
    """The fingerprint of the key that signed for `principal`, and why that does not count, if it does not."""
    if signature is None:
        return "", "it is not signed: there is no .sig beside it"
    try:
        check_principal(principal)
    except RecordError:
        return "", f"{principal!r} is a pattern, not one person"
    if signature.lstrip().startswith(PGP):
        return vouched_by_keys(data, signature, base.openpgp.get(principal), principal)
    try:
        envelope = read_envelope(signature)
    except ValueError as error:
        return "", f"its signature cannot be read: {error}"
    if envelope.namespace != namespace:
        return "", f"its signature was made for {envelope.namespace!r}, not for {namespace}"
    if mismatch(data, signature, namespace):
        return "", "its signature is not over these bytes"
    return fingerprint(envelope.public_key), _fault(data, signature, principal, base, namespace)


def _fault(data: bytes, signature: bytes, principal: str, base: Base, namespace: str) -> str:
    lines = base.signers.of(principal)
    if not lines:
        return f"{base.name} does not name {principal} among its signers{_refused(base)}"
    if why_not_vouched(data, signature, principal, lines, namespace=namespace):
        return f"its key is not, or no longer, one that {base.name} lets sign for {principal}"
    if base.revoked is None:
        return f"{base.name} has no revoked_keys, so no key can be trusted"
    with TemporaryDirectory() as folder:
        revoked = Path(folder) / "revoked"
        revoked.write_bytes(base.revoked)
        if why_not_vouched(data, signature, principal, lines, revoked, namespace=namespace):
            return f"its key is revoked on {base.name}, or the list of revoked keys cannot be read"
    return ""


def _refused(base: Base) -> str:
    number, why = base.signers.refused[0] if base.signers.refused else (0, "")
    return f" (line {number} does not count: {why})" if number else ""


def _misplaced(candidate: Candidate, record: Record) -> str:
    """A record is named for its commit and its reviewer; under another name it could pass for another's."""
    stem = record.record_id.rpartition("/")[2]
    if record.record_id != f"{record.subject.commit[:12]}/{stem}":
        return f"its id {record.record_id} is not of commit {record.subject.commit[:12]}"
    folder, _, name = candidate.path.rpartition("/")
    hangs_on = folder.removeprefix(f"{NOTES_REF}/")
    if hangs_on != folder and hangs_on != record.subject.commit[:12]:
        return f"it hangs on {hangs_on}, and is of {record.subject.commit[:12]}"
    return "" if name == f"{stem}.toml" else f"it is named {name}, and the record is {stem}.toml"

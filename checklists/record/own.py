"""Whether a record in the repo is one that the reviewer signed: nothing of another is taken over unasked."""

from pathlib import Path

from checklists.errors import RecordError, SigningError
from checklists.record.allowed import allowed
from checklists.record.gate.collect import Candidate
from checklists.record.keys import choose_key
from checklists.record.model import NAMESPACE
from checklists.record.signing import PGP, mismatch, public_key_of, read_envelope, why_not_vouched
from checklists.repo.commits import commit_named, file_at
from checklists.repo.identity import Identity
from checklists.repo.merging import default_base
from checklists.repo.repository import open_repository


def is_own(record: Candidate, who: Identity, root: Path) -> None:
    """Returns where the record's signature is by a key that is known to be the reviewer's.

    Known are the key that their git signs with, their own allowed signers, and those of the base branch.

    Raises:
        RecordError: It is not, or there is no signature.
    """
    data, signature = record.data, record.signature
    if signature is None:
        raise _not_taken(record, "it is not signed")
    if signature.lstrip().startswith(PGP):
        fault = _openpgp_fault(data, signature, who.email)
    else:
        fault = _fault(data, signature, who, root)
    if fault:
        raise _not_taken(record, fault)


def _fault(data: bytes, signature: bytes, who: Identity, root: Path) -> str:
    try:
        envelope = read_envelope(signature)
    except ValueError as error:
        return str(error)
    if envelope.namespace != NAMESPACE or mismatch(data, signature, NAMESPACE):
        return "its signature is not over these bytes"
    if envelope.public_key == _own_key(who, root):
        return ""
    for text in (*_mine(who), *_of_the_base(root)):
        lines = allowed(text).of(who.email)
        if lines and not why_not_vouched(data, signature, who.email, lines):
            return ""
    return f"its key is not known to be that of {who.email}"


def _own_key(who: Identity, root: Path) -> str:
    try:
        return " ".join(public_key_of(choose_key(who, root)).split()[:2])
    except SigningError:
        return ""


def _mine(who: Identity) -> tuple[str, ...]:
    try:
        return (Path(who.allowed_signers).expanduser().read_text("utf-8"),) if who.allowed_signers else ()
    except (OSError, UnicodeDecodeError):
        return ()


def _of_the_base(root: Path) -> tuple[str, ...]:
    base = default_base(open_repository(root))
    commit = commit_named(root, base) if base else None
    data = file_at(root, commit[0], ".counterseal/allowed_signers") if commit else None
    return (data.decode("utf-8", "replace"),) if data else ()


def _openpgp_fault(data: bytes, signature: bytes, email: str) -> str:
    from checklists.record.facts import Standing  # noqa: PLC0415 - only where such a record is met
    from checklists.record.openpgp import openpgp_facts  # noqa: PLC0415 - as above

    facts = {fact.name: fact for fact in openpgp_facts(data, signature, email)}
    signer = facts.get("signer")
    return "" if signer and signer.standing is Standing.HOLDS else "your keyring does not vouch for it"


def _not_taken(record: Candidate, fault: str) -> RecordError:
    return RecordError(
        f"Nothing is taken over from {'/'.join(record.path.split('/')[-2:])}: {fault}.",
        "Answer anew, or list your key for it: counterseal trust add",
    )

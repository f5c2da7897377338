"""Verifies a sealed record: its bytes, its signer, and that the repo still holds what was reviewed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import checklists
from checklists.catalogue import digest, items
from checklists.errors import RecordError
from checklists.model import Outcome, Triage
from checklists.record.facts import Fact, fails, holds, judged, unchecked
from checklists.record.in_repo import facts_in_repo, scope_list
from checklists.record.model import Record
from checklists.record.page import page_fact
from checklists.record.signature import signature_facts
from checklists.record.toml import from_bytes

_OF_THE_RECORD = ("record id", "page", "scope list", "catalogue", "answers", "commit", "scope", "migrations")


@dataclass(frozen=True, slots=True)
class Against:
    """What a record is verified against: who may sign, which keys are revoked, and the repo at a revision."""

    signers: Path | None = None
    revoked: Path | None = None
    repo: Path | None = None
    rev: str = "HEAD"


def verify(path: Path, against: Against, *, today: date) -> tuple[Fact, ...]:
    """Every fact of the record at `path`, in the order in which they matter.

    Raises:
        RecordError: There is no such file, it is no record, or it is not signed.
    """
    data, signature = _read(path), _signature(path)
    try:
        record = from_bytes(data)
    except (ValueError, RecursionError) as error:
        if not _meant_as_record(data):
            raise RecordError(
                f"{path} is not a record: {error}.", "Name the .toml file of a sealed review."
            ) from None
        return (
            fails("record", f"not well-formed: {error}"),
            *signature_facts(data, signature, None, against.signers, against.revoked),
            *(unchecked(name, "the record cannot be read") for name in _OF_THE_RECORD),
        )
    return (
        holds("record", f"well-formed; {record.verdict.value} by {record.reviewer}"),
        *signature_facts(data, signature, record.reviewer, against.signers, against.revoked),
        _name(record, path),
        page_fact(record, path, data),
        scope_list(record, path),
        _catalogue(record),
        _answers(record),
        *_waivers(record, today),
        *facts_in_repo(record, path, against.repo, against.rev),
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RecordError(
            f"{path} cannot be read: {error.strerror}.", "Name the .toml file of a sealed review."
        ) from None


def _signature(path: Path) -> bytes:
    beside = path.with_name(f"{path.name}.sig")
    try:
        return beside.read_bytes()
    except OSError:
        raise RecordError(
            f"{path} is not signed: there is no {beside.name} beside it.",
            "Name the .toml file of a sealed review, with its .sig beside it.",
        ) from None


def _meant_as_record(data: bytes) -> bool:
    """Whether a damaged file was a record; one that is something else altogether is wrong input."""
    return b"counterseal.record/" in data or b"[[item]]" in data or b"[subject]" in data


def _name(record: Record, path: Path) -> Fact:
    stem = record.record_id.rpartition("/")[2]
    expected = f"{record.subject.commit[:12]}/{stem}"
    if record.record_id != expected:
        return fails(
            "record id", f"{record.record_id} does not belong to commit {record.subject.commit[:12]}"
        )
    if path.name != f"{stem}.toml":
        return fails("record id", f"the file is named {path.name}, and the record is {stem}.toml")
    return holds("record id", record.record_id)


def _catalogue(record: Record) -> Fact:
    mine = f"counterseal {checklists.__version__}"
    if record.inputs.catalogue_sha256 == digest():
        return holds("catalogue", digest()[:12])
    if record.inputs.tool == mine:
        return fails(
            "catalogue", f"the record says {record.inputs.catalogue_sha256[:12]}, {mine} has {digest()[:12]}"
        )
    return unchecked(
        "catalogue", f"the record was made with {record.inputs.tool}, this is {mine}", required=False
    )


def _answers(record: Record) -> Fact:
    """Every question that this catalogue asks has an answer, where the record was made with it."""
    answered = {item.id for item in record.item}
    missing = [item.id for item in items() if item.id not in answered]
    if record.inputs.catalogue_sha256 == digest() and missing:
        return fails("answers", f"without an answer: {', '.join(missing)}")
    return judged("answers", "" if answered else "the record answers nothing", f"{len(answered)} items")


def _waivers(record: Record, today: date) -> Iterator[Fact]:
    waived = {item.id for item in record.answered(Outcome.WAIVED)}
    accepted = {finding.id for finding in record.finding if finding.triage is Triage.ACCEPTED_RISK}
    for waiver in record.waiver:
        name = f"waiver {waiver.of}"
        if waiver.item and waiver.item not in waived:
            yield fails(name, "the item is not answered as waived")
        elif waiver.finding and waiver.finding not in accepted:
            yield fails(name, "the finding is not triaged as an accepted risk")
        elif waiver.expires <= today:
            yield fails(name, f"expired on {waiver.expires.isoformat()}")
        else:
            yield holds(name, f"until {waiver.expires.isoformat()}")
    for item in sorted(waived - {waiver.item for waiver in record.waiver}):
        yield fails(f"waiver {item}", "the item is waived without a waiver")

"""Waivers: which of them the policy lets stand, which end soon, and which waive nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from checklists.model import Item, Severity, Verdict
from checklists.record.model import Record, Waiver
from checklists.record.policy import Limits


@dataclass(frozen=True, slots=True)
class WaiverState:
    """One waiver of a record; `fault` says why it does not hold, `note` what should be known of it."""

    record: str
    of: str
    expires: date
    reason: str
    approved_by: str
    fault: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """Who may approve a waiver: `signers` who signed for the change and are none of its `authors`.

    `asked` are the items that there are, with how bad it is not to meet them; `backends` the Supabase folders
    whose migrations the change touches.
    """

    limits: Limits
    signers: frozenset[str]
    authors: frozenset[str]
    today: date
    asked: tuple[Item, ...]
    backends: frozenset[str] = frozenset()


def waiver_states(record: Record, approval: Approval) -> Iterator[WaiverState]:
    """Each waiver of a record."""
    for waiver in record.waiver:
        fault = next(_faults(record, waiver, approval), "")
        note = "" if fault else _note(record, waiver, approval)
        yield WaiverState(
            record.record_id, waiver.of, waiver.expires, waiver.reason, waiver.approved_by, fault, note
        )


def _faults(record: Record, waiver: Waiver, approval: Approval) -> Iterator[str]:
    today, limits, by = approval.today, approval.limits, waiver.approved_by
    if waiver.expires <= today:
        yield f"it expired on {waiver.expires}"
    if waiver.issued > today + timedelta(days=1):  # a day, for time zones
        yield f"it is dated {waiver.issued}, which is still to come"
    severity = severity_of(record, waiver, approval.asked)
    most = limits.days(severity)
    if most is not None and max(waiver.expires - min(waiver.issued, today), timedelta()).days > most:
        allowed = f"at most {most} days" if most else "none"
        yield f"it lasts until {waiver.expires}, and for {severity.value} the policy allows {allowed}"
    if limits.approvers and by not in limits.approvers:
        yield f"{by} may not approve waivers"
    if by.lower() in approval.authors:
        yield f"{by}, who approved it, is an author of the change"
    if by != record.reviewer and by not in approval.signers:
        yield f"{by}, who is said to have approved it, signed no record of this change"


def severity_of(record: Record, waiver: Waiver, asked: Iterable[Item]) -> Severity:
    """How bad what is waived would be; the word of what is asked counts before the record's."""
    item = next((each for each in asked if each.id == waiver.item), None)
    if item is not None:
        return item.severity
    sealed = (each.severity for each in record.item if each.id == waiver.item)
    found = (each.severity for each in record.finding if each.id == waiver.finding)
    return next((*sealed, *found).__iter__(), Severity.BLOCKER)


def _note(record: Record, waiver: Waiver, approval: Approval) -> str:
    said = next((each.suggestion for each in record.item if each.id == waiver.item), None)
    if said in (Verdict.PASS, Verdict.NOT_APPLICABLE):
        return "unused: nothing is flagged that it would waive"
    if waiver.finding and all(each.id != waiver.finding for each in record.finding):
        return "unused: there is no such finding"
    left = (waiver.expires - approval.today).days
    return f"ends in {left} days" if left <= approval.limits.warn_days else ""

"""What a record holds of a review: its items with their evidence, its findings, its waivers."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date

from checklists.checks.project import Project
from checklists.counting import counted
from checklists.errors import RecordError
from checklists.model import Finding, Item, Justification, Location, Outcome, Suggestion, Triage
from checklists.record.model import Evidence, SealedFinding, SealedItem, Waiver
from checklists.repo import Snapshot
from checklists.review.draft import Basis, basis_of
from checklists.review.state import Review


def question_digest(item: Item) -> str:
    """SHA-256 of what the catalogue asks, so that another wording is another question."""
    parts = (item.id, item.title, item.question, item.why, item.human, item.severity.value)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def fingerprint(basis: Basis) -> str:
    """SHA-256 that stands for a suggestion, its findings and what was undecided."""
    parts = (basis.verdict.value, *basis.findings, "", *basis.gaps)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def sealed_item(review: Review, name: str, project: Project) -> SealedItem:
    item, said, answer = project.item(name), review.suggestions[name], review.answers[name]
    if item is None:
        raise RecordError(f"The catalogue has no item {name}.", "Open the review again.")
    return SealedItem(
        id=name,
        title=item.title,
        severity=item.severity,
        suggestion=said.verdict,
        because=said.because,
        answer=answer.outcome,
        opened=name in review.opened,
        fingerprint=fingerprint(basis_of(said)),
        note=answer.note.strip(),
        annotation=review.notes.get(name, ""),
        examined=tuple(counted(count, what) for what, count in said.examined),
        undecided=tuple(f"{gap.object}: {gap.because}" for gap in said.gaps),
        question=question_digest(item),
        carried=answer.carried,
        evidence=tuple(_evidence(said, project.snapshot)),
    )


def _evidence(said: Suggestion, snapshot: Snapshot) -> Iterator[Evidence]:
    places = [finding.location for finding in said.findings]
    places += [gap.location for gap in said.gaps if gap.location is not None]
    for place in sorted(set(places)):
        text = _lines(snapshot, place)
        if text is not None:
            yield Evidence(place.path, place.line, place.end_line, hashlib.sha256(text).hexdigest())


def _lines(snapshot: Snapshot, place: Location) -> bytes | None:
    file = snapshot.files.get(place.path)
    if file is None:
        return None
    return b"\n".join(file.data.split(b"\n")[place.line - 1 : place.end_line])


def sealed_findings(review: Review) -> Iterator[SealedFinding]:
    for finding in sorted(_every(review).values(), key=lambda f: (f.severity.rank, f.confidence.rank, f.id)):
        said = review.judged.get(finding.id)
        yield SealedFinding(
            finding.id, finding.check, finding.object, finding.location.path, finding.location.line,
            finding.severity, finding.confidence, finding.message, finding.items,
            triage=said.triage if said else None, reason=said.reason.strip() if said else "",
            ruling=finding.ruling.words if finding.ruling else "", aside=finding.aside,
        )  # fmt: skip


def _every(review: Review) -> Mapping[str, Finding]:
    return {finding.id: finding for said in review.suggestions.values() for finding in said.findings}


def waivers_of(review: Review, reviewer: str, today: date) -> Iterator[Waiver]:
    for item in review.items:
        answer = review.answers[item]
        if answer.outcome is Outcome.WAIVED and answer.expires is not None:
            why = answer.justification or Justification.ACCEPTED_RISK
            by = answer.approved_by or reviewer
            yield Waiver(why, answer.reason.strip(), by, today, answer.expires, item=item)
    every = _every(review)
    for name, said in sorted(review.judged.items()):
        if name in every and said.expires is not None and said.triage is Triage.ACCEPTED_RISK:
            by = said.approved_by or reviewer
            why = Justification.ACCEPTED_RISK
            yield Waiver(why, said.reason.strip(), by, today, said.expires, finding=name)

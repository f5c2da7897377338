"""A finished review as a record, or what still stands in its way."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib.metadata import PackageNotFoundError, version

import checklists
from checklists.catalogue import digest
from checklists.checks.project import Project
from checklists.counting import counted, named
from checklists.errors import RecordError
from checklists.model import Answer, Finding, Item, Justification, Location, Outcome, Suggestion, Triage
from checklists.record.model import (
    SCHEMA,
    Decision,
    Evidence,
    Inputs,
    Library,
    OtherScanner,
    Record,
    SealedFinding,
    SealedItem,
    SealedMigration,
    SealedSubject,
    Waiver,
)
from checklists.record.proven import sealed_proof
from checklists.repo import Snapshot
from checklists.review.draft import Basis, Draft, basis_of
from checklists.review.state import Review

LIBRARIES = ("ast-grep-py", "gitpython", "postgast", "sqlglot")


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who seals: the address is the principal that a signature is checked for."""

    email: str
    name: str
    role: str = "reviewer"


@dataclass(frozen=True, slots=True)
class Change:
    """The commit that the change goes into, what merging it would give, and git's name for the difference."""

    base: str
    merge_tree: str | None = None
    patch_id: str | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What a record needs beside the review: its name, time, forerunner, and what git says of it.

    `reason` is the reviewer's own, for the verdict; approving while items fail needs one.
    """

    record_id: str
    at: datetime
    scope: tuple[str, ...]
    scope_listing: bytes
    migrations: tuple[SealedMigration, ...]
    change: Change | None = None
    previous: str | None = None
    policy_sha256: str | None = None
    signers_sha256: str | None = None
    reason: str = ""


def open_items(review: Review, today: date) -> tuple[str, ...]:
    """Items without an answer, and those whose waiver has run out."""
    return tuple(
        item for item in review.items if item not in review.answers or _expired(review.answers[item], today)
    )


def _expired(answer: Answer, today: date) -> bool:
    return answer.outcome is Outcome.WAIVED and (answer.expires is None or answer.expires <= today)


def build(draft: Draft, project: Project, reviewer: Reviewer, decision: Decision, frame: Frame) -> Record:
    """The record of a review that is complete.

    Raises:
        RecordError: Items are open, what was reviewed is a dirty work tree, or items fail and nothing says
            why the commit is approved.
    """
    review, subject = draft.review, project.snapshot.subject
    if subject.dirty:
        raise RecordError(
            "A work tree with changes cannot be sealed: a signature names a commit.",
            "Commit the changes, then review and seal that commit.",
        )
    missing = open_items(review, frame.at.date())
    if missing:
        raise RecordError(
            f"{len(missing)} of {len(review.items)} items are open: {named(missing)}.",
            "Answer them with `counterseal review` or `counterseal answer ITEM …`, then seal.",
        )
    reason = " ".join(frame.reason.split())
    if decision is Decision.APPROVE and not reason:
        _refuse_unexplained(review)
    scope = hashlib.sha256(frame.scope_listing).hexdigest()
    sealed = SealedSubject(
        subject.commit, subject.tree, frame.scope, scope, len(project.layout.sources),
        supabase_dir=project.layout.supabase_dir,
        base=frame.change.base if frame.change else None,
        merge_tree=frame.change.merge_tree if frame.change else None,
        patch_id=frame.change.patch_id if frame.change else None,
    )  # fmt: skip
    return Record(
        schema=SCHEMA,
        record_id=frame.record_id,
        verdict=decision,
        reviewer=reviewer.email,
        name=reviewer.name,
        role=reviewer.role,
        signed_at=frame.at,
        statement=statement(review, project, reviewer, decision, reason),
        subject=sealed,
        inputs=_inputs(frame, project),
        context=draft.context,
        reason=reason,
        previous=frame.previous,
        migration=frame.migrations,
        item=tuple(_item(review, name, project) for name in review.items),
        finding=tuple(_findings(review)),
        waiver=tuple(_waivers(review, reviewer, frame.at.date())),
        proof=sealed_proof(project.proof),
    )


def failing_items(review: Review) -> tuple[str, ...]:
    """The items that the reviewer answered with fail, in order."""
    return tuple(
        item
        for item in review.items
        if item in review.answers and review.answers[item].outcome is Outcome.FAIL
    )


def _refuse_unexplained(review: Review) -> None:
    failing = failing_items(review)
    if failing:
        raise RecordError(
            f"{_failing(failing)} ({named(failing)}), so an approval needs a reason.",
            'Give it with `counterseal seal --verdict approve --reason "…"`, or reject.',
        )


def _failing(items: tuple[str, ...]) -> str:
    return f"{counted(len(items), 'items')} {'fails' if len(items) == 1 else 'fail'}"


def statement(
    review: Review, project: Project, reviewer: Reviewer, decision: Decision, reason: str = ""
) -> str:
    """The sentence that the reviewer confirms and signs."""
    outcomes = [answer.outcome for answer in review.answers.values()]
    counts = ", ".join(
        f"{outcomes.count(outcome)} {words}"
        for outcome, words in (
            (Outcome.PASS, "pass"),
            (Outcome.FAIL, "fail"),
            (Outcome.WAIVED, "waived"),
            (Outcome.NOT_APPLICABLE, "not applicable"),
        )
    )
    subject = project.snapshot.subject
    who = f"{reviewer.name} <{reviewer.email}>" if reviewer.name else reviewer.email
    last = {
        Decision.APPROVE: "I approve it.",
        Decision.REJECT: "I reject it.",
        Decision.COMMENT: "I neither approve nor reject it.",
    }[decision]
    failing = failing_items(review)
    if decision is Decision.APPROVE and failing:
        last = f"I approve it although {_failing(failing)}: {reason}"
    migrations = counted(len(project.layout.migrations), "migrations")
    unseen = sum(name not in review.opened for name in review.items)
    shown = f" {unopened(unseen, len(review.items))}" if unseen else ""
    return (
        f"I, {who}, as {reviewer.role}, reviewed commit {subject.commit} "
        f"({migrations}) and answered {counted(len(outcomes), 'items')}: {counts}.{shown} {last}"
    )


def unopened(count: int, of: int) -> str:
    """Says how many items were answered without their evidence having been shown."""
    return f"Of {counted(of, 'items')}, {count} {'was' if count == 1 else 'were'} never opened."


def question_digest(item: Item) -> str:
    """SHA-256 of what the catalogue asks, so that another wording is another question."""
    parts = (item.id, item.title, item.question, item.why, item.human, item.severity.value)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def fingerprint(basis: Basis) -> str:
    """SHA-256 that stands for a suggestion, its findings and what was undecided."""
    parts = (basis.verdict.value, *basis.findings, "", *basis.gaps)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _inputs(frame: Frame, project: Project) -> Inputs:
    return Inputs(
        tool=tool(),
        catalogue_sha256=digest(),
        proof="static" if project.proof is None else "live",
        library=tuple(made_with()),
        scanner=tuple(
            OtherScanner(each.tool, each.version, each.sha256, len(each.results)) for each in project.scanners
        ),
        policy_sha256=frame.policy_sha256,
        signers_sha256=frame.signers_sha256,
    )


def tool() -> str:
    """This program and its version, as a record names it."""
    return f"counterseal {checklists.__version__}"


def made_with() -> Iterator[Library]:
    """The libraries whose versions can change what a check says."""
    for name in LIBRARIES:
        try:
            yield Library(name, version(name))
        except PackageNotFoundError:  # vendored or frozen without metadata
            yield Library(name, "unknown")


def _item(review: Review, name: str, project: Project) -> SealedItem:
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


def _findings(review: Review) -> Iterator[SealedFinding]:
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


def _waivers(review: Review, reviewer: Reviewer, today: date) -> Iterator[Waiver]:
    for item in review.items:
        answer = review.answers[item]
        if answer.outcome is Outcome.WAIVED and answer.expires is not None:
            why = answer.justification or Justification.ACCEPTED_RISK
            by = answer.approved_by or reviewer.email
            yield Waiver(why, answer.reason.strip(), by, today, answer.expires, item=item)
    every = _every(review)
    for name, said in sorted(review.judged.items()):
        if name in every and said.expires is not None and said.triage is Triage.ACCEPTED_RISK:
            by = said.approved_by or reviewer.email
            why = Justification.ACCEPTED_RISK
            yield Waiver(why, said.reason.strip(), by, today, said.expires, finding=name)

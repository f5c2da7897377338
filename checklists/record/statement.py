"""The sentence that a reviewer signs, what is still open before it, and when a verdict needs a reason."""

from datetime import date

from checklists.checks.project import Project
from checklists.counting import counted, named
from checklists.errors import RecordError
from checklists.model import Answer, Outcome
from checklists.record.model import Decision, Reviewer
from checklists.review.state import Review


def open_items(review: Review, today: date) -> tuple[str, ...]:
    """Items without an answer, and those whose waiver has run out."""
    return tuple(
        item for item in review.items if item not in review.answers or _expired(review.answers[item], today)
    )


def _expired(answer: Answer, today: date) -> bool:
    return answer.outcome is Outcome.WAIVED and (answer.expires is None or answer.expires <= today)


def failing_items(review: Review) -> tuple[str, ...]:
    """The items that the reviewer answered with fail, in order."""
    return tuple(
        item
        for item in review.items
        if item in review.answers and review.answers[item].outcome is Outcome.FAIL
    )


def noted_reason(review: Review) -> str:
    """What was said with each answer that fails, as one text to begin a reason with.

    Annotations are left out: they decide nothing.
    """
    notes = ((name, review.answers[name].note) for name in failing_items(review))
    return "; ".join(f"{name}: {' '.join(note.split())}" for name, note in notes if note.strip())


def check_explained(review: Review, decision: Decision) -> None:
    """Returns where the verdict needs no reason.

    Raises:
        RecordError: A commit is approved although items fail, or rejected.
    """
    failing = failing_items(review)
    if decision is Decision.APPROVE and failing:
        raise RecordError(
            f"{_failing(failing)} ({named(failing)}), so an approval needs a reason.",
            'Give it with `counterseal seal --verdict approve --reason "…"`, or reject.',
        )
    if decision is Decision.REJECT:
        raise RecordError(
            "A rejection needs a reason: what has to change first.",
            'Give it with `counterseal seal --verdict reject --reason "…"`.',
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

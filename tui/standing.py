"""How far a review stands: counts, what is next, and which items a filter lets through."""

from collections.abc import Sequence
from dataclasses import dataclass

from checklists.model import Item, Outcome, Verdict
from checklists.review.state import Review
from tui.glyphs import WORDS
from tui.ports import Checking


@dataclass(frozen=True, slots=True)
class Standing:
    """Counts over all items. `failing` goes by the answer where there is one, else by the suggestion."""

    total: int
    decided: int
    failing: int
    undetermined: int


def standing(review: Review, among: Sequence[str] | None = None) -> Standing:
    """Where the review stands now, or what of it these items are."""
    items = review.items if among is None else among
    verdicts = [_standing_value(review, item) for item in items]
    return Standing(
        total=len(items),
        decided=sum(item in review.answers for item in items),
        failing=verdicts.count(Verdict.FAIL.value),
        undetermined=verdicts.count(Verdict.UNDETERMINED.value),
    )


def _standing_value(review: Review, item: str) -> str:
    answer, suggestion = review.answers.get(item), review.suggestions.get(item)
    if answer is not None:
        return answer.outcome.value
    return suggestion.verdict.value if suggestion is not None else ""


def while_checking(checking: Checking) -> str:
    """Why nothing can be answered yet, in one line."""
    done, total = checking or (0, 0)
    far = f" {done} of {total}" if total else ""
    return f"Checking{far}: answers are taken once all checks have reported."


def next_open(review: Review, among: Sequence[str], step: int = 1) -> str | None:
    """The next unanswered item of those shown, round from the current one; None where all have answers."""
    if not among:
        return None
    start = among.index(review.current) if review.current in among else (-1 if step > 0 else 0)
    round_trip = (among[(start + step * offset) % len(among)] for offset in range(1, len(among) + 1))
    return next((item for item in round_trip if item not in review.answers), None)


def lets_through(review: Review, item: Item, query: str) -> bool:
    """Whether every word of the query is in the item's title, id, section, severity or state."""
    words = query.lower().replace("-", "_").split()
    text = _words_of(review, item)
    return all(word in text for word in words)


def _words_of(review: Review, item: Item) -> str:
    suggestion, answer = review.suggestions.get(item.id), review.answers.get(item.id)
    words = [item.title, item.id, item.section, item.severity.value]
    words.append(WORDS[suggestion.verdict] if suggestion else "pending")
    if answer is None:
        words.append("open")
    else:
        words += ["decided", WORDS[answer.outcome], "confirmed" if answer.confirms else "overridden"]
        words += ["waiver"] if answer.outcome is Outcome.WAIVED else []
    words += ["note"] if item.id in review.notes else []
    return " ".join(words).lower().replace("-", "_")

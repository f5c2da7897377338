"""What a reviewer puts their name to, as lines of the seal screen: answers, waivers, verdict, context."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.content import Content

from checklists.catalogue import Section
from checklists.model import Outcome
from checklists.review.state import Review
from tui.asked import ASKED
from tui.glyphs import STYLES, Glyphs
from tui.text import clip, one_line

if TYPE_CHECKING:
    from checklists.review.draft import Context

TITLE_WIDTH = 44
_VERDICTS = {"approve": "I approve it", "reject": "I reject it", "comment": "neither"}
_KEYS = {"a": "approve", "r": "reject", "m": "comment"}


def counts(review: Review, glyphs: Glyphs) -> Iterator[Content]:
    """How many answers there are of each kind; nothing where there is none."""
    outcomes = [answer.outcome for answer in review.answers.values()]
    if not outcomes:
        return
    yield Content.styled("ANSWERS", "bold $quiet")
    for outcome, words in (
        (Outcome.PASS, "pass"), (Outcome.FAIL, "fail"),
        (Outcome.WAIVED, "waived"), (Outcome.NOT_APPLICABLE, "not applicable"),
    ):  # fmt: skip
        if outcomes.count(outcome):
            mark = (f"{glyphs.outcome(outcome)} ", STYLES[outcome])
            yield Content.assemble(mark, f"{outcomes.count(outcome):>2} {words}")
    yield Content("")


def waivers(review: Review, sections: tuple[Section, ...], glyphs: Glyphs) -> Iterator[Content]:
    """Each waived item with its last day and the beginning of its reason."""
    titles = {item.id: item.title for section in sections for item in section.items}
    answered = [(item, review.answers[item]) for item in review.items if item in review.answers]
    rows = [(item, answer) for item, answer in answered if answer.expires is not None]
    if not rows:
        return
    yield Content.styled("WAIVERS", "bold $quiet")
    for name, answer in rows:
        title = clip(titles.get(name, name), TITLE_WIDTH, glyphs.ellipsis)
        yield Content.assemble((f"{glyphs.waived} ", "$text-warning"), title)
        reason = clip(one_line(answer.reason, ascii_only=glyphs.plain), 24, glyphs.ellipsis)
        yield Content.styled(f"  until {answer.expires}: {reason}", "$quiet")
    yield Content("")


def verdicts(chosen: str, glyphs: Glyphs) -> Iterator[Content]:
    """The three, each with its key; the chosen one stands out."""
    yield Content.styled("VERDICT", "bold $quiet")
    for key, verdict in _KEYS.items():
        mark = glyphs.passed if verdict == chosen else glyphs.open
        yield Content.assemble(
            (f"{key}  ", "bold $accent"), (f"{mark} {verdict:<8}", "bold" if verdict == chosen else ""),
            (f"  {_VERDICTS[verdict]}", "$quiet"),
        )  # fmt: skip
    yield Content("")


def unstated(context: "Context") -> Iterator[Content]:
    """What nobody said of the system; nothing where all is said."""
    missing = [name.replace("_", " ") for name in ASKED if not getattr(context, name)]
    if missing:
        yield Content.styled("CONTEXT", "bold $quiet")
        yield Content(f"not stated: {', '.join(missing)}")
        yield Content.styled("i in the review says it; the record can go without", "$quiet")
        yield Content("")

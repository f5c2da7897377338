"""The answers of a review as calm text, with nothing of the repo's interpreted."""

import shutil
import textwrap
from collections.abc import Iterator

import click

from checklists.counting import counted
from checklists.model import Answer, Suggestion
from checklists.review.draft import Draft
from checklists.review.scan import Scan
from tui.glyphs import WORDS, choose_glyphs, justified
from tui.text import one_line

_WIDEST = 110


def subject_line(scan: Scan) -> str:
    """What was read."""
    snapshot, layout = scan.project.snapshot, scan.project.layout
    what = "work tree on " if snapshot.subject.dirty else ""
    counts = (
        f"{counted(len(layout.migrations), 'migrations')}, {counted(len(layout.sources), 'source files')}"
    )
    commit = snapshot.subject.commit[:12] or "no commit"
    return f"{one_line(snapshot.root)}  {what}{commit}  {counts}"


def answers_text(draft: Draft) -> Iterator[str]:
    """Every item with its answer, then what is open and what was reopened."""
    glyphs = choose_glyphs()
    review = draft.review
    widest = max(map(len, review.items))
    for name in review.items:
        answer, said = review.answers.get(name), review.suggestions[name]
        mark = glyphs.outcome(answer.outcome if answer else None)
        yield f"{mark} {name:<{widest}}  {answer_words(answer, said)}"
        yield from _words_of(draft, name)
    yield ""
    yield f"{len(review.answers)} of {len(review.items)} items answered, {len(review.open_items)} open."


def answer_words(answer: Answer | None, said: Suggestion) -> str:
    """An answer beside its suggestion."""
    if answer is None:
        return click.style(f"open (suggested: {WORDS[said.verdict]})", dim=True)
    how = "as suggested" if answer.confirms else f"suggested: {WORDS[said.verdict]}"
    until = f" until {answer.expires}" if answer.expires else ""
    return f"{WORDS[answer.outcome]}{until}{justified(answer)} ({how})"


def _words_of(draft: Draft, item: str) -> Iterator[str]:
    answer, before = draft.review.answers.get(item), draft.previous.get(item)
    texts = [("note", answer.note), ("reason", answer.reason)] if answer else []
    texts.append(("annotation", draft.review.notes.get(item, "")))
    if before is not None:
        texts.append(("before", f"{WORDS[before.answer.outcome]}; since then {draft.change_since(item)}"))
        texts.append(("note before", before.answer.note or before.answer.reason))
    for label, text in texts:
        if text:
            yield from wrapped(f"{label}: {text}", "    ")


def wrapped(text: str, indent: str) -> Iterator[str]:
    """The text in lines that fit the terminal, on one line each that it is given in."""
    width = max(40, min(_WIDEST, shutil.get_terminal_size().columns))
    options = {"initial_indent": indent, "subsequent_indent": indent, "break_long_words": False}
    yield from textwrap.wrap(one_line(text), width, break_on_hyphens=False, **options)  # type: ignore[arg-type]

"""A scan and a review as calm text: grouped, worst first, with nothing of the repo's interpreted."""

import shutil
import textwrap
from collections.abc import Iterator

import click

from checklists.catalogue import items
from checklists.counting import counted
from checklists.model import Answer, Item, Severity, Suggestion, Verdict
from checklists.repo import Layout, Snapshot
from checklists.review.draft import Draft
from checklists.review.prefill import more_findings
from checklists.review.scan import Scan
from tui.glyphs import WORDS, Glyphs, choose_glyphs
from tui.text import one_line

_ORDER = (Verdict.FAIL, Verdict.UNDETERMINED, Verdict.PASS, Verdict.NOT_APPLICABLE)
_COLOURS = {
    Verdict.FAIL: "red", Verdict.UNDETERMINED: "yellow", Verdict.PASS: "green", Verdict.NOT_APPLICABLE: None,
}  # fmt: skip
_WIDEST = 110
_SHOWN = 5


def scan_text(scan: Scan, *, everything: bool = False) -> Iterator[str]:
    """The whole scan; at most a few findings of an item unless `everything` is asked for."""
    glyphs = choose_glyphs()
    yield subject_line(scan)
    yield from _left_aside(scan.project.layout)
    yield from _unread(scan.project.snapshot)
    for verdict in _ORDER:
        group = [item for item in items() if scan.suggestions[item.id].verdict is verdict]
        if not group:
            continue
        yield ""
        yield click.style(WORDS[verdict].upper(), fg=_COLOURS[verdict], bold=True)
        for item in sorted(group, key=lambda each: each.severity.rank):
            yield from _item(item, scan.suggestions[item.id], glyphs, None if everything else _SHOWN)
    yield ""
    yield totals(scan)


def subject_line(scan: Scan) -> str:
    """What was read."""
    snapshot, layout = scan.project.snapshot, scan.project.layout
    what = "work tree on " if snapshot.subject.dirty else ""
    counts = (
        f"{counted(len(layout.migrations), 'migrations')}, {counted(len(layout.sources), 'source files')}"
    )
    commit = snapshot.subject.commit[:12] or "no commit"
    return f"{one_line(snapshot.root)}  {what}{commit}  {counts}"


def _left_aside(layout: Layout) -> Iterator[str]:
    """A repo's other Supabase projects, which this review does not cover."""
    others = [one_line(folder) for folder in layout.choices if folder != layout.supabase_dir]
    if others:
        chosen = one_line(layout.supabase_dir or "the folder given")
        yield f"Only {chosen} is reviewed, not {', '.join(others)}; choose with --supabase-dir."


def _unread(snapshot: Snapshot) -> Iterator[str]:
    """The files that the suggestions could not take into account, on one line."""
    files = snapshot.unread
    if files:
        named = [f"{one_line(file.path)} {file.fault}" for file in files[:_SHOWN]]
        named += [f"{len(files) - _SHOWN} more"] * (len(files) > _SHOWN)
        yield f"{counted(len(files), 'files')} could not be read: {'; '.join(named)}."


def totals(scan: Scan) -> str:
    """How many items of each kind, and how many findings."""
    verdicts = [suggestion.verdict for suggestion in scan.suggestions.values()]
    counts = ", ".join(f"{verdicts.count(each)} {WORDS[each]}" for each in _ORDER if each in verdicts)
    return f"{counted(len(verdicts), 'items')}: {counts}; {counted(len(scan.findings), 'findings')}."


def answers_text(draft: Draft) -> Iterator[str]:
    """Every item with its answer, then what is open and what was reopened."""
    glyphs = choose_glyphs()
    widest = max(len(item.id) for item in items())
    for item in items():
        answer, said = draft.review.answers.get(item.id), draft.review.suggestions[item.id]
        mark = glyphs.outcome(answer.outcome if answer else None)
        yield f"{mark} {item.id:<{widest}}  {answer_words(answer, said)}"
        yield from _words_of(draft, item.id)
    review = draft.review
    yield ""
    yield f"{len(review.answers)} of {len(review.items)} items answered, {len(review.open_items)} open."


def answer_words(answer: Answer | None, said: Suggestion) -> str:
    """An answer beside its suggestion."""
    if answer is None:
        return click.style(f"open (suggested: {WORDS[said.verdict]})", dim=True)
    how = "as suggested" if answer.confirms else f"suggested: {WORDS[said.verdict]}"
    until = f" until {answer.expires}" if answer.expires else ""
    return f"{WORDS[answer.outcome]}{until} ({how})"


def _words_of(draft: Draft, item: str) -> Iterator[str]:
    answer, before = draft.review.answers.get(item), draft.previous.get(item)
    texts = [("note", answer.note), ("reason", answer.reason)] if answer else []
    texts.append(("annotation", draft.review.notes.get(item, "")))
    if before is not None:
        texts.append(("before", f"{WORDS[before.answer.outcome]}; since then {draft.change_since(item)}"))
    for label, text in texts:
        if text:
            yield from _wrapped(f"{label}: {text}", "    ")


def _item(item: Item, said: Suggestion, glyphs: Glyphs, limit: int | None) -> Iterator[str]:
    mark = click.style(glyphs.verdict(said.verdict), fg=_COLOURS[said.verdict])
    yield f"{mark} {item.title}  {click.style(f'{item.id}, {item.severity.value}', dim=True)}"
    if not said.findings:
        yield from _wrapped(said.because, "    ")
    for finding in said.findings[:limit]:
        colour = "red" if finding.severity.rank <= Severity.HIGH.rank else None
        severity = click.style(f"{finding.severity.value:<8}", fg=colour)
        yield f"    {severity}{one_line(str(finding.location))}"
        yield from _wrapped(finding.message, "            ")
    if limit is not None and len(said.findings) > limit:
        yield click.style(f"    and {more_findings(said.findings[limit:])} (--all shows them)", dim=True)


def _wrapped(text: str, indent: str) -> Iterator[str]:
    width = max(40, min(_WIDEST, shutil.get_terminal_size().columns))
    options = {"initial_indent": indent, "subsequent_indent": indent, "break_long_words": False}
    yield from textwrap.wrap(one_line(text), width, break_on_hyphens=False, **options)  # type: ignore[arg-type]

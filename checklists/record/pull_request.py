"""What a pull request is told: a comment in Markdown, and findings on the lines of its diff."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from checklists.counting import counted
from checklists.model import Finding
from checklists.record.escape import clipped, code, prose
from checklists.record.gate.decide import Gate
from checklists.record.gate.requirement import Requirement

LIMIT = 60_000
"""Bytes; GitHub takes 65,536 characters."""
MARK = "<!-- counterseal -->"
_TEXT = 600
_ROWS = 40
_SECTION = re.compile(r"^(?=## )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding on one line of the diff's new side; `key` names it in the text, so that it is said once."""

    path: str
    line: int
    body: str
    key: str


def comment(gate: Gate, page: str | None, where: str, findings: tuple[Finding, ...]) -> str:
    """The comment: the gate first, then the page of a record, without the sections that do not fit."""
    head = "\n".join(_head(gate, findings)) + "\n"
    return head if page is None else f"{head}\n{_fitting(page, LIMIT - len(head.encode()) - 1, where)}"


def _fitting(page: str, limit: int, where: str) -> str:
    """The page with its longest sections left out until it fits; `where` it stands whole."""
    first, *rest = _SECTION.split(page)
    while rest and len(page.encode()) >= limit:
        place = max(range(len(rest)), key=lambda number: len(rest[number].encode()))
        title, _, body = rest[place].partition("\n")
        told = f"{counted(body.count(chr(10)), 'lines')} that do not fit here: see {code(where)}"
        if len(told) >= len(body):
            break
        rest[place] = f"{title}\n\n{told}\n"
        page = "".join((first, *rest))
    if len(page.encode()) < limit:
        return page
    return f"The page of the record does not fit here: {code(where)}\n"


def _head(gate: Gate, findings: tuple[Finding, ...]) -> Iterator[str]:
    yield MARK
    yield f"# Counterseal: the gate is {'open' if gate.open else 'closed'}"
    yield ""
    if gate.glass is not None:
        until = gate.glass.until.isoformat(timespec="minutes")
        reason = prose(clipped(gate.glass.reason, _TEXT))
        yield f"**Break-glass:** opened by {code(gate.glass.by)} until {until}: {reason}"
        yield ""
    yield from (_requirement(each) for each in gate.in_order)
    yield ""
    yield f"Of {code(gate.head[:12])} into {code(gate.base.name)} ({code(gate.base.commit[:12])})."
    if findings:
        yield ""
        yield f"**{counted(len(findings), 'findings')} on lines of this change:**"
        yield ""
        yield from (_finding(each) for each in findings[:_ROWS])
        if len(findings) > _ROWS:
            yield f"- … and {len(findings) - _ROWS} more"


def _requirement(each: Requirement) -> str:
    hint = f" {prose(clipped(each.hint, _TEXT))}" if each.hint and not each.holds else ""
    mark = "✓" if each.holds else "✗"
    return f"- {mark} **{prose(each.name)}**: {prose(clipped(each.about, _TEXT))}.{hint}"


def _finding(each: Finding) -> str:
    return f"- {each.severity.value} {code(str(each.location))}: {prose(clipped(each.message, _TEXT))}"


def on_lines(findings: Iterable[Finding], lines: Mapping[str, frozenset[int]]) -> tuple[Finding, ...]:
    """The findings whose first line a diff shows: one line off it and GitHub refuses a whole review."""
    return tuple(
        each for each in findings if each.location.line in lines.get(each.location.path, frozenset())
    )


def remarks(findings: Iterable[Finding]) -> Iterator[Remark]:
    """A comment for each finding, to stand on its line."""
    for each in findings:
        body = (
            f"**{each.severity.value}** {prose(clipped(each.message, _TEXT))}\n\n"
            f"{prose(clipped(each.remedy, _TEXT))}\n\n{code(each.id)}"
        )
        yield Remark(each.location.path, each.location.line, body, code(each.id))

"""`counterseal add-results`: what another scanner found, as evidence on the items that it matches."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from checklists.checks.project import Project
from checklists.counting import counted
from checklists.errors import CountersealError
from checklists.repo.repository import open_repository
from checklists.review.added import add, forget
from checklists.review.others import evidence, unmatched
from checklists.team.sarif import Scanner
from tui.commands.options import Request, subject_options
from tui.commands.reading import progress_line, read_as_last_time
from tui.text import one_line

_SHOWN = 20


@click.command("add-results", no_args_is_help=True)
@click.argument("words", nargs=-1, metavar="[PATH] FILE.sarif")
@click.option("--forget", "gone", metavar="TOOL", help="Take out what that tool found, instead.")
@subject_options
def command(asked: Request, words: tuple[str, ...], gone: str | None) -> int:
    """Add the results in a SARIF 2.1.0 file to the review of the repo at PATH, until they are replaced.

    A result is evidence on the items whose checks know its rule, that ask about its CWE, or that [[evidence]]
    in .counterseal/config.toml names. It may fail an item, and never lets one pass.
    """
    most = 1 if gone else 2
    if len(words) > most or (not gone and not words):
        raise CountersealError("Results are added as [PATH] FILE.sarif.", "Name the repo, then one file.")
    path = words[0] if gone and words else words[0] if len(words) == 2 else "."
    asked = replace(asked, path=Path(path))
    root = open_repository(asked.path).root
    if gone:
        forget(root, gone)
        click.echo(one_line(f"What {gone} found is no evidence any more."))
        return 0
    scanners = add(root, Path(words[-1]))
    with progress_line() as tell:
        project, _ = read_as_last_time(asked, tell)
    click.echo("\n".join(one_line(row) for row in _told(replace(project, scanners=scanners), scanners)))
    return 0


def _told(project: Project, scanners: tuple[Scanner, ...]) -> Iterator[str]:
    """What the results inform, then those that inform nothing."""
    items = Counter[str]()
    matched = 0
    for report in evidence(project):
        matched += len(report.findings)
        for item in report.items:
            items[item] += len(report.findings)
    for each in scanners:
        version = f" {each.version}" if each.version else ""
        others = f", and {each.others} of another kind, left out" if each.others else ""
        yield f"{each.tool}{version}: {counted(len(each.results), 'results')}{others}."
        if each.commit and each.commit != project.snapshot.subject.commit:
            yield f"It looked at {each.commit[:12]}, which is not what is reviewed."
    yield f"Evidence on items: {counted(matched, 'results')}."
    yield from (f"{item}: {count}" for item, count in items.most_common() if count)
    left = list(unmatched(project))
    if left:
        told = counted(len(left), "results")
        yield f"On no item: {told}. Say where they belong: [[evidence]] in .counterseal/config.toml"
    for one in left[:_SHOWN]:
        place = f"{one.result.path or 'no file'}:{one.result.line}"
        yield f"{one.tool} {one.result.rule} at {place}: {one.because}"
    if len(left) > _SHOWN:
        yield f"and {len(left) - _SHOWN} more: counterseal scan --format json names their rules"

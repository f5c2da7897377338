"""`counterseal changes`: which answers went stale since the last record, and the diff that did it."""

import json
from collections.abc import Iterator

import click

from checklists.codec import to_plain
from checklists.counting import counted
from checklists.record.staleness.changes import Changes, changes_since
from tui.commands.options import Request, subject_options
from tui.commands.reading import progress_line, read_as_last_time
from tui.text import one_line, visible


@click.command("changes")
@click.argument("path", default=".")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
@subject_options
def command(asked: Request, form: str) -> int:
    """Print what changed under the last record that you signed of the repo at PATH, item by item.

    Ends with 1 where an answer went stale or is missing, else with 0.
    """
    with progress_line() as tell:
        project, _ = read_as_last_time(asked, tell)
    changes = changes_since(project)
    if form == "json":
        said = {"schema": "counterseal.changes/1", "since": to_plain(changes) if changes else None}
        click.echo(json.dumps(said, indent=2))
    else:
        click.echo("\n".join(_text(changes)))
    return 1 if changes is not None and (changes.causes or changes.new) else 0


def _text(changes: Changes | None) -> Iterator[str]:
    if changes is None:
        yield "You have sealed nothing of this repo before: every item is asked."
        return
    yield one_line(f"Since {changes.record}: {changes.kept} answers still hold.")
    for cause in changes.causes:
        yield ""
        yield one_line(f"Stale, because {cause.because}:")
        yield one_line(f"{counted(len(cause.items), 'items')}: {', '.join(cause.items)}")
        if cause.diff:
            yield visible(cause.diff.rstrip("\n"))
    if changes.new:
        yield ""
        yield one_line(f"New, so not answered yet: {', '.join(changes.new)}")

"""`counterseal seal`: the sentence to confirm, then record, signature and page."""

import shlex
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click

from checklists.catalogue import Section, by_section
from checklists.checks.project import Project
from checklists.counting import named
from checklists.errors import CountersealError, RecordError
from checklists.record.model import Decision
from checklists.record.noted import mirror
from checklists.record.policy import NAME, parse_policy
from checklists.record.sealer import RepoSealer
from checklists.record.statement import failing_items, noted_reason, open_items
from checklists.record.target import target_of
from checklists.review.draft import Draft
from tui.commands.export import noted_text
from tui.commands.options import Request, base_option, commit_options
from tui.commands.reading import open_draft
from tui.text import one_line, visible

_VERDICTS = tuple(decision.value for decision in Decision)


@click.command("seal")
@click.argument("path", default=".")
@click.option(
    "--key", type=click.Path(path_type=Path), metavar="FILE", help="An SSH key.  [default: git's own]"
)
@click.option("--verdict", type=click.Choice(_VERDICTS), help="What the record says of the commit.")
@click.option("--reason", metavar="TEXT", help="Why you reject, or approve what fails.")
@click.option("--role", metavar="ROLE", help="As what you review.  [default: yours in the policy]")
@base_option
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Where the record goes.")
@click.option("--git-notes", is_flag=True, help="Mirror the record to a git note on the commit as well.")
@click.option("--yes", is_flag=True, help="Confirm the sentence without being asked.")
@commit_options
def command(  # noqa: PLR0913 - one argument an option
    asked: Request,
    key: Path | None,
    verdict: str | None,
    reason: str | None,
    role: str | None,
    base: str | None,
    out: Path | None,
    *,
    git_notes: bool,
    yes: bool,
) -> int:
    """Seal the finished review of the repo at PATH with a signature.

    The record goes to .counterseal/reviews of the repo, to be committed with the change, or to --out DIR.
    """
    opened = open_draft(asked)
    _refuse_open_items(opened.draft, opened.scan.project, base)
    sealer = RepoSealer(opened.scan.project, key=key, out=out, role=role, base=base)
    if sealer.missing is not None:
        raise sealer.missing
    if sealer.already is not None:
        near = one_line(_near(sealer.already))
        click.echo(f"You sealed this commit already: {near}. A second record is written beside it.")
    chosen = verdict or _ask_verdict(opened.draft)
    why = reason or _ask_reason(opened.draft, chosen) or ""
    prepared = sealer.prepared(opened.draft, chosen, why)
    click.echo(visible(prepared.record.statement))
    click.echo(visible(f"To be signed with {sealer.key}, for {sealer.reviewer}."))
    if not yes:
        _confirm()
    files = sealer.seal(opened.draft, chosen, why)
    click.echo(f"\n{visible(f'Signed with {sealer.key}, for {sealer.reviewer}.')}")
    click.echo("\n".join(f"Wrote {one_line(_near(file))}" for file in files))
    click.echo("\n".join(_next_steps(files[0], sealer)))
    if git_notes:
        root = Path(opened.scan.project.snapshot.root)
        click.echo("\n".join(("", *noted_text(files[0], mirror(files[0], root)))))
    return 0


def _refuse_open_items(draft: Draft, project: Project, base: str | None) -> None:
    left = open_items(draft.review, datetime.now(UTC).date())
    if not left:
        return
    lapsed = [name for name in left if name in draft.review.answers]
    why = f" The waivers of {named(lapsed)} have run out." if lapsed else ""
    raise RecordError(
        f"{len(left)} of {len(draft.review.items)} items are open, so the review cannot be sealed.{why}\n"
        + "\n".join((*_by_section(left, project.sections), *_asked(draft, project, base))),
        "Answer them with `counterseal review`, many at once with `counterseal answer --from FILE`, or one "
        "by one with `counterseal answer ITEM …`.",
    )


def _asked(draft: Draft, project: Project, base: str | None) -> Iterator[str]:
    """How many items a record answers, and how many of them the policy asks for, where there is one."""
    subject = project.snapshot.subject
    data = target_of(Path(project.snapshot.root), subject.commit, base).file("policy.toml")
    with suppress(CountersealError):  # a policy that cannot be read is told by who needs it
        policy = parse_policy(data, NAME, project.sections) if data else None
        asked = [item for section in project.sections for item in section.items]
        if policy is not None:
            needed = len(policy.required_of(asked))
            every = len(draft.review.items)
            yield f"A record answers all {every} items; {needed} of them are what the policy requires."


def _by_section(names: tuple[str, ...], sections: tuple[Section, ...]) -> Iterator[str]:
    for section, found in by_section(names, sections):
        yield f"{section.title} ({section.id}): {len(found)} of {len(section.items)} open"
        yield from (f"  {item.id}  {item.title}" for item in found)


def _ask_verdict(draft: Draft) -> str:
    if not sys.stdin.isatty():
        raise RecordError("The record needs a verdict.", f"Add --verdict {'|'.join(_VERDICTS)}.")
    default = Decision.REJECT if failing_items(draft.review) else Decision.APPROVE
    answer: str = click.prompt("Verdict", type=click.Choice(_VERDICTS), default=default.value)
    return answer


def _ask_reason(draft: Draft, verdict: str) -> str | None:
    """Asked for on a terminal where it is needed; elsewhere the sealer refuses."""
    failing, answer = failing_items(draft.review), ""
    if sys.stdin.isatty() and verdict == Decision.APPROVE.value and failing:
        answer = click.prompt(f"Approved although {named(failing)} failed, because")
    elif sys.stdin.isatty() and verdict == Decision.REJECT.value:
        answer = click.prompt("Rejected, because", default=noted_reason(draft.review) or None)
    return answer or None


def _confirm() -> None:
    if not sys.stdin.isatty():
        raise RecordError("Nobody is there to confirm the sentence above.", "Read it, then add --yes.")
    if not click.confirm("Do you confirm this sentence with your signature?"):
        raise click.Abort


def _near(file: Path) -> str:
    """The path from here, where it lies below."""
    here = Path.cwd()
    return str(file.relative_to(here) if file.is_relative_to(here) else file)


def _next_steps(record: Path, sealer: RepoSealer) -> Iterator[str]:
    yield ""
    yield "Commit these files with the change, outside of what was reviewed, and in a commit of their own:"
    yield "one that touches anything else makes you an author of the change."
    yield f"Verify them: counterseal verify {one_line(shlex.quote(_near(record)))} --signers FILE"
    if sealer.signers_line:
        yield f"Your line for a signers file: {one_line(sealer.signers_line)}"

"""What commands are told of their subject: the repo, the revision, and which backend of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:  # heavy: the console's first screen stands before it is loaded
    from checklists.checks.project import Project
    from checklists.review.store import DraftStore

_Option = Callable[[Callable[..., int]], Callable[..., int]]


@dataclass(frozen=True, slots=True)
class Request:
    """What to review, as the user named it."""

    path: Path
    rev: str = "HEAD"
    worktree: bool = False
    supabase_dir: str | None = None
    migrations: str | None = None


def subject_options(command: Callable[..., int]) -> Callable[..., int]:
    """`--rev`, `--worktree`, `--supabase-dir` and `--migrations`, handed to the command as `asked`.

    A `path` argument of the command becomes a part of it.
    """
    return _told(command, (*_OPTIONS[:1], _WORKTREE, *_OPTIONS[1:]))


def commit_options(command: Callable[..., int]) -> Callable[..., int]:
    """As `subject_options`, for what is done to a commit alone: without `--worktree`."""
    return _told(command, _OPTIONS)


def _told(command: Callable[..., int], options: tuple[_Option, ...]) -> Callable[..., int]:
    @wraps(command)
    def told(
        *, rev: str | None, supabase_dir: str | None, migrations: str | None, worktree: bool = False,
        path: str = ".", **others: Any,
    ) -> int:  # fmt: skip
        if rev is not None and worktree:
            raise click.UsageError("--rev reads a commit and --worktree the files as they lie: name one.")
        asked = Request(Path(path), rev or "HEAD", worktree, supabase_dir, migrations)
        return command(asked=asked, **others)

    asking: Callable[..., int] = told
    for option in reversed(options):
        asking = option(asking)
    return asking


_WORKTREE = click.option("--worktree", is_flag=True, help="Read the files as they lie; cannot be sealed.")
_OPTIONS = (
    click.option("--rev", metavar="REV", help="The revision to read.  [default: HEAD]"),
    click.option("--supabase-dir", metavar="DIR", help="The Supabase folder, where a repo has several."),
    click.option("--migrations", metavar="DIR", help="The migrations of a plain Postgres repo."),
)

base_option = click.option(
    "--base", metavar="REV", help="What the change goes into.  [default: the main branch, origin's first]"
)


def as_last_time(asked: Request) -> Request:
    """The request with the backend that was reviewed last, where nothing but the repo's root is named."""
    if asked.supabase_dir is not None or asked.migrations is not None:
        return asked
    from checklists.repo.repository import open_repository  # noqa: PLC0415 - after the first screen
    from checklists.review.folder import drafts_home, last_choice  # noqa: PLC0415 - as above

    repository = open_repository(asked.path)
    if repository.inside:
        return asked
    choice = last_choice(drafts_home(repository.root))
    return replace(asked, supabase_dir=choice.supabase_dir, migrations=choice.migrations)


def draft_store(project: "Project", asked: Request) -> "DraftStore":
    """Where the draft of this review lies; a choice that was made is remembered."""
    from checklists.record.staleness.again import laying  # noqa: PLC0415 - as above
    from checklists.review.folder import Choice, drafts_home, remember_choice  # noqa: PLC0415 - as above
    from checklists.review.store import DraftStore  # noqa: PLC0415 - as above

    home = drafts_home(Path(project.snapshot.root))
    if asked.supabase_dir is not None or asked.migrations is not None:
        remember_choice(home.folder, Choice(asked.supabase_dir, asked.migrations))
    choice = Choice(project.layout.supabase_dir, asked.migrations)
    lay = laying(project, date.today())  # noqa: DTZ011 - the reviewer's own day
    return DraftStore(home.folder, choice, other=home.other, because=home.because, lay=lay)

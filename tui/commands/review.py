"""`counterseal review`: the console on a terminal, numbered prompts with --plain, text in a pipe."""

import shlex
import sys

import click

from checklists.catalogue import SECTIONS, check_named
from checklists.errors import CountersealError
from tui.commands.options import Request, subject_options


@click.command("review")
@click.argument("path", default=".")
@click.option("--plain", is_flag=True, help="Numbered prompts instead of a screen.")
@click.option(
    "--section", "sections", multiple=True, metavar="ID",
    help=f"Go through this one alone, or one of the team's; may be repeated.  [{', '.join(SECTIONS)}]",
)  # fmt: skip
@subject_options
def command(asked: Request, sections: tuple[str, ...], *, plain: bool) -> int:
    """Answer the checklists for the repo at PATH on a screen.

    Every answer is saved as it is given, and the next review goes on where this one was left. Without a
    terminal the prefilled checklist is printed instead.
    """
    return review(asked, sections, plain=plain)


def review(asked: Request, sections: tuple[str, ...] = (), *, plain: bool = False) -> int:
    """Open the review in the way that fits what standard input and output are."""
    if plain:
        from tui.commands.plain import ask_all  # noqa: PLC0415 - the screen does without

        return ask_all(asked, sections)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return _print(asked, sections)
    from tui.app import ConsoleApp  # noqa: PLC0415 - Textual loads for a screen only
    from tui.keymap import keys_file, read_keymap  # noqa: PLC0415 - as above
    from tui.wiring import ports_for  # noqa: PLC0415 - as above

    app = ConsoleApp(ports_for(asked, sections), keymap=read_keymap(keys_file()))
    status = app.run()
    if app.fault is not None:
        raise CountersealError(app.fault.message, app.fault.hint)
    return status or 0


def _print(asked: Request, sections: tuple[str, ...]) -> int:
    from tui.commands.reading import open_draft  # noqa: PLC0415 - the screen reads behind itself
    from tui.commands.scan_text import scan_text  # noqa: PLC0415 - as above
    from tui.commands.text import answers_text  # noqa: PLC0415 - as above

    opened = open_draft(asked)
    check_named(sections, opened.scan.project.sections)
    click.echo("\n".join(scan_text(opened.scan.within(sections) if sections else opened.scan)))
    if opened.draft.review.answers:
        click.echo("\n".join(("", "ANSWERS", *answers_text(opened.draft))))
    where = shlex.quote(str(asked.path))
    click.echo(
        f"\nThis is no terminal, so the console was not opened. Open it in one: counterseal review {where}\n"
        f"Or answer from here: counterseal answer {where} ITEM pass|fail|waived|not_applicable"
    )
    return 0

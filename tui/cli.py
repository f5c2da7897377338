"""The command line: finds the command, and turns every ending into one message and an exit status."""

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

import checklists
from checklists.errors import CountersealError

COMMANDS = {
    "review": "Answer the checklists of a repo on a screen.",
    "scan": "Print what the checks say of a repo.",
    "prove": "Run the migrations on a throwaway Postgres, and try every table as everybody.",
    "answer": "Answer one item of a review, without the screen.",
    "answers": "Print the answers of a review, and what is open.",
    "triage": "Say of one finding whether it is real, and what becomes of it.",
    "add-results": "Add what another scanner found (SARIF), as evidence on the items that it matches.",
    "status": "Print how the review and its records stand, and which waivers end.",
    "changes": "Print what changed under the last signed record, with the diff.",
    "context": "Say what a review assumes: entities, access, scale, rules.",
    "seal": "Sign a finished review: a record, a signature and a page.",
    "export": "Copy a sealed record with its signature and page.",
    "init": "Write the files that a team starts its reviews with: policy, signers, hook, workflow.",
    "config": "Check what a repo configures.",
    "gate": "Say whether a change may go in, by its base's policy.",
    "suggest": "Say who has to do what to open the gate.",
    "break-glass": "Open the gate by yourself for some hours, on the record.",
    "pr-comment": "Tell a pull request what the gate says.",
    "trust": "Keep the lists of signers and of revoked keys.",
    "verify": "Verify a sealed record, fact by fact.",
    "checks": "List the checks, or the rules that they serve.",
    "new-check": "Begin a check: of Counterseal's own, or of a team's.",
    "explain": "Print what a check looks for, and why.",
    "demo": "Open a review of a small sample repo.",
}
WRONG_USE = 2
INTERRUPTED = 130


class CommandLine(click.Group):
    """A group that imports a command only to run it, and ends with the statuses that the design fixes."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"tui.commands.{cmd_name.replace('-', '_')}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, *, standalone_mode: bool = True, **extra: Any
    ) -> Any:
        if not standalone_mode:
            return super().main(args, standalone_mode=False, **extra)
        sys.exit(self._run(args, **extra))

    def _run(self, args: Sequence[str] | None, **extra: Any) -> int:
        try:
            status = super().main(args, standalone_mode=False, **extra)
        except CountersealError as error:
            return _complain(error.message, error.hint)
        except click.exceptions.NoArgsIsHelpError as error:
            error.show()
            return WRONG_USE
        except click.ClickException as error:
            return _complain(error.format_message(), _way_on(error))
        except (click.Abort, KeyboardInterrupt):
            click.echo("Interrupted.", err=True)
            return INTERRUPTED
        except BrokenPipeError:  # the reader, `head` for one, has seen enough
            sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - flushed at exit
            return WRONG_USE
        except Exception as error:  # noqa: BLE001 - a fault of ours must not look like "flagged", which is 1
            return _confess(error)
        return status if isinstance(status, int) else 0


def _confess(error: Exception) -> int:
    if os.environ.get("COUNTERSEAL_DEBUG"):
        raise error
    return _complain(
        f"Counterseal itself failed: {type(error).__name__}: {error}. No draft or record was changed by it.",
        "Run again with COUNTERSEAL_DEBUG=1 and report what it prints.",
    )


def _way_on(error: click.ClickException) -> str:
    """Where the right use is shown, for a complaint of the command line's own."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"`{context.command_path} --help` shows the right use." if context else ""


def _complain(message: str, hint: str) -> int:
    from tui.text import visible  # noqa: PLC0415 - messages name files, whose names are the repo's

    click.echo(f"{click.style('Error:', fg='red', bold=True)} {visible(message)}", err=True)
    if hint:
        click.echo(f"{click.style('Hint:', bold=True)} {visible(hint)}", err=True)
    return WRONG_USE


def _settings() -> dict[str, Any]:
    """https://no-color.org: set and not empty means none."""
    settings: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
    return settings | ({"color": False} if os.environ.get("NO_COLOR") else {})


@click.group(cls=CommandLine, context_settings=_settings())
@click.version_option(checklists.__version__, prog_name="counterseal", message="%(prog)s %(version)s")
def cli() -> None:
    """Review a Supabase or Postgres backend, and seal the review as a signed record.

    PATH is a folder of a git repo, by default the current one.
    """


def main() -> None:
    """The `counterseal` program."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # a terminal without UTF-8 gets a readable stand-in, not a crash
            reconfigure(errors="backslashreplace")
    cli.main()


if __name__ == "__main__":
    main()

"""`counterseal pr-comment`: the gate and the record on a pull request, by way of GitHub's own command."""

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from tempfile import gettempdir

import click

from checklists.errors import CountersealError
from checklists.record.gate.decide import Gate, gate
from checklists.record.pull_request import Remark, comment, on_lines, remarks
from checklists.repo.diffs import diff, shown_lines
from checklists.repo.git_objects import object_store
from checklists.repo.merging import merge_base
from checklists.repo.repository import open_repository
from tui.commands.options import Request, base_option
from tui.commands.reading import scan_for
from tui.text import visible


@click.command("pr-comment")
@click.argument("path", default=".")
@click.option("--rev", default="HEAD", metavar="REV", show_default=True, help="The head of the pull request.")
@base_option
@click.option("--pr", type=int, metavar="NUMBER", help="The pull request; without it the comment is printed.")
@click.option(
    "--repo", envvar="GITHUB_REPOSITORY", metavar="OWNER/NAME", help="[default: $GITHUB_REPOSITORY]"
)
@click.option("--inline", is_flag=True, help="Comment on lines of the diff as well, each finding once.")
def command(path: str, rev: str, base: str | None, pr: int | None, repo: str | None, *, inline: bool) -> int:
    """Comment on a pull request: what the gate says, the findings on its lines, and the record's page.

    With `gh` on PATH, --pr and --repo, our last comment is edited, or one is made. Else it is printed.
    """
    said = gate(Path(path), rev=rev, base=base, now=datetime.now(UTC))
    found = scan_for(Request(Path(path), rev)).findings
    shown = on_lines(found, _lines(Path(path), said))
    page, where = _page(said)
    text = comment(said, page, where, shown)
    if pr is None or not repo or shutil.which("gh") is None:
        click.echo(visible(text))
        return 0
    _say(text, pr, repo)
    if inline:
        _remark(tuple(remarks(shown)), pr, repo, said.head)
    return 0


def _lines(path: Path, said: Gate) -> dict[str, frozenset[int]]:
    with object_store(open_repository(path)) as store:
        parted = merge_base(store, said.base.commit, said.head) or said.base.commit
        return dict(shown_lines(diff(store, parted, said.head)))


def _page(said: Gate) -> tuple[str | None, str]:
    """The page of the record that counts most, if it was sealed with one that its digest names."""
    for each in said.signed:
        page = each.page
        if page is not None:
            return page, each.vouched.candidate.path.removesuffix(".toml") + ".md"
    return None, ""


def _say(text: str, pr: int, repo: str) -> None:
    words = ("pr", "comment", str(pr), "--repo", repo, "--body-file", "-")
    if _gh(*words, "--edit-last", given=text).returncode:  # there is none of ours yet
        done = _gh(*words, given=text)
        if done.returncode:
            raise CountersealError(f"gh did not comment: {done.stderr.strip()}", "Check `gh auth status`.")
    click.echo(f"Commented on {repo}#{pr}.")


def _remark(found: tuple[Remark, ...], pr: int, repo: str, commit: str) -> None:
    """One review with what was not said before; lines off the diff are never among it."""
    listed = _gh("api", "--paginate", f"repos/{repo}/pulls/{pr}/comments", "--jq", ".[].body")
    new = [each for each in found if each.key not in listed.stdout]
    if not new:
        return
    rows = [{"path": e.path, "line": e.line, "side": "RIGHT", "body": e.body} for e in new]
    asked = json.dumps({"commit_id": commit, "event": "COMMENT", "comments": rows})
    done = _gh("api", "--method", "POST", f"repos/{repo}/pulls/{pr}/reviews", "--input", "-", given=asked)
    if done.returncode:
        raise CountersealError(
            f"gh did not comment on lines: {done.stderr.strip()}", "Check `gh auth status`."
        )
    click.echo(f"Commented on {len(new)} lines of {repo}#{pr}.")


def _gh(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run outside of the repo: `gh` asks git about the folder that it is in, with what it configures."""
    environment = {**os.environ, "GH_PROMPT_DISABLED": "1"}
    command = ["gh", *arguments]
    return subprocess.run(
        command, input=given, capture_output=True, text=True, check=False, cwd=gettempdir(), env=environment
    )

"""Writes the backlog of a repo into `.counterseal/baseline.toml`, for `counterseal init --baseline`."""

from pathlib import Path

from checklists.counting import counted
from checklists.errors import CountersealError
from checklists.team.baseline import Baseline, baseline_of, baseline_toml
from checklists.team.read import BASELINE
from tui.commands.options import Request
from tui.commands.reading import scan_for


def write_baseline(asked: Request, *, replace: bool = False) -> tuple[str, ...]:
    """Scan, write the file, and return what to tell.

    Raises:
        CountersealError: There is a baseline already and `replace` is not asked for, or it cannot be written.
    """
    scan = scan_for(asked)
    subject, root = scan.project.snapshot.subject, Path(scan.project.snapshot.root)
    file = root / BASELINE
    if file.exists() and not replace:
        raise CountersealError(
            f"{BASELINE} is there already: written anew, it would take in what was found since.",
            "Read what is new first: counterseal scan. Then add --replace.",
        )
    after = baseline_of(scan.findings, "" if subject.dirty else subject.commit)
    _write(file, baseline_toml(after))
    return (*_told(scan.project.team.baseline, after), f"It counts once it is committed: git add {BASELINE}")


def _write(file: Path, text: str) -> None:
    if file.is_symlink() or file.parent.is_symlink():
        raise CountersealError(f"{BASELINE} is a symbolic link and is not followed.", "Remove the link.")
    try:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    except OSError as error:
        hint = f"Give yourself the right to write in {file.parent}, and try again."
        raise CountersealError(f"{file} cannot be written: {error.strerror}.", hint) from None


def _told(before: Baseline, after: Baseline) -> tuple[str, ...]:
    count = counted(len(after.ids), "findings")
    if not before.ids:
        return (f"{BASELINE} holds {count}. They stay counted and shown; new ones fail.",)
    added, gone = len(after.ids - before.ids), len(before.ids - after.ids)
    return (f"{BASELINE} holds {count}: {added} added, {gone} gone.",)

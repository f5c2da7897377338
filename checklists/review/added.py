"""Results of other scanners that were added to the review of a repo, kept beside its drafts."""

from pathlib import Path

from checklists.errors import CountersealError
from checklists.review.folder import drafts_home, write_atomically
from checklists.team.sarif import Scanner, read_sarif

_FOLDER = "results"


def added(root: Path) -> tuple[Scanner, ...]:
    """What was added, by the files' names.

    Raises:
        CountersealError: A file cannot be read any more.
    """
    return tuple(scanner for file in _files(root) for scanner in _read(file))


def add(root: Path, file: Path) -> tuple[Scanner, ...]:
    """Take a SARIF file in; it stands in the place of earlier ones of the same tools.

    Raises:
        CountersealError: It cannot be read, or not be kept.
    """
    scanners = _read(file)
    tools = {each.tool for each in scanners}
    if not scanners:
        raise CountersealError(f"{file} holds no run of any tool.", "Run the scanner again.")
    folder = drafts_home(root).folder / _FOLDER
    kept = folder / f"{scanners[0].sha256[:16]}.sarif"
    earlier = [each for each in _files(root) if each != kept and tools & {s.tool for s in _read(each)}]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_atomically(kept, file.read_bytes())
        for each in earlier:
            each.unlink()
    except OSError as error:
        what = f"{folder} cannot be written: {error.strerror}."
        raise CountersealError(what, "Check its rights.") from None
    return scanners


def forget(root: Path, tool: str) -> int:
    """Take out what a tool found; how many files that were.

    Raises:
        CountersealError: Nothing of that tool was added.
    """
    gone = [file for file in _files(root) if tool.lower() in {each.tool.lower() for each in _read(file)}]
    if not gone:
        names = ", ".join(sorted({each.tool for each in added(root)})) or "none"
        raise CountersealError(f"No results of {tool} were added.", f"There are those of: {names}.")
    for file in gone:
        file.unlink()
    return len(gone)


def _files(root: Path) -> list[Path]:
    folder = drafts_home(root).folder / _FOLDER
    return sorted(each for each in folder.glob("*.sarif") if each.is_file() and not each.is_symlink())


def _read(file: Path) -> tuple[Scanner, ...]:
    try:
        return read_sarif(file.read_bytes(), str(file))
    except OSError as error:
        hint = "Name a SARIF 2.1.0 file."
        raise CountersealError(f"{file} cannot be read: {error.strerror}.", hint) from None

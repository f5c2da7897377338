"""Writes the sample repo to disk and commits it."""

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from checklists.errors import CountersealError
from checklists.repo.first_commit import first_commit

_DOTTED = "dot-"  # keeps the sample's own .gitignore and .env files from being taken for this project's


def materialise(folder: Path) -> Path:
    """Write the sample to a new or empty folder as a git repo of one commit, the same each time.

    Raises:
        CountersealError: Something lies in the folder, or it cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CountersealError(
            f"{folder} is not empty, and the sample overwrites nothing.",
            "Name a folder that does not exist yet.",
        )
    try:
        _copy(resources.files(__package__) / "files", folder)
    except OSError as error:
        raise CountersealError(
            f"The sample cannot be written to {folder}: {error.strerror}.",
            "Name a folder that you may write to.",
        ) from None
    first_commit(folder, "Tenders, bids and the dashboard")
    return folder


def _copy(source: Traversable, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for each in source.iterdir():
        name = each.name
        if each.is_dir():
            _copy(each, target / name)
        else:
            if name.startswith(_DOTTED):
                name = f".{name.removeprefix(_DOTTED)}"
            (target / name).write_text(each.read_text("utf-8"), "utf-8", newline="\n")

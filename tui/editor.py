"""The reviewer's editor, opened at a line of the work tree."""

import os
import shlex
from pathlib import Path, PurePosixPath

from checklists.errors import CountersealError
from checklists.model import Location

_COLON = ("hx", "helix", "subl", "zed", "micro")
_GOTO = ("code", "code-insiders", "codium", "cursor", "windsurf")


def editor_command(root: str, location: Location) -> list[str]:
    """The command that opens the place, in the notation that the editor understands.

    Raises:
        CountersealError: No editor is named, or the work tree has no such file.
    """
    editor = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
    if not editor:
        raise CountersealError("No editor is named.", "Set EDITOR, for example EDITOR=nano.")
    path, line = str(_in_work_tree(root, location.path)), location.line
    name = Path(editor[0]).stem.lower()
    if name in _GOTO:
        return [*editor, "--goto", f"{path}:{line}"]
    if name in _COLON:
        return [*editor, f"{path}:{line}"]
    return [*editor, f"+{line}", path]


def _in_work_tree(root: str, path: str) -> Path:
    """The file on disk; a link that leads out of the work tree counts as missing."""
    base = Path(root).resolve()
    found = base.joinpath(*PurePosixPath(path).parts)
    if not root or not found.is_file() or not found.resolve().is_relative_to(base):
        raise CountersealError(f"The work tree has no file {path}.", "Check out the revision under review.")
    return found

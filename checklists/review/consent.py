"""Whether the migrations of a repo may be run for a proof: asked once, kept in the user's own state.

Not below .git, where an archive from elsewhere could have put the answer.
"""

import os
from hashlib import sha256
from pathlib import Path

from platformdirs import user_state_path


def may_prove(root: Path) -> bool:
    """Whether the user said yes for this checkout."""
    return _file(root).is_file()


def remember(root: Path) -> None:
    """Keep a yes; where it cannot be kept it holds for this time alone."""
    file = _file(root)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{root.resolve()}\n", "utf-8", errors="backslashreplace")
    except OSError:
        return


def _file(root: Path) -> Path:
    key = sha256(os.fsencode(root.resolve())).hexdigest()[:16]
    return user_state_path("counterseal", appauthor=False) / key / "may-prove"

"""Writes the sample repo to disk and commits it."""

import base64
import json
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from checklists.errors import CountersealError
from checklists.repo.first_commit import first_commit

_PLACEHOLDER = "__SERVICE_ROLE_KEY__"
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
            text = each.read_text("utf-8").replace(_PLACEHOLDER, _made_up_key())
            (target / name).write_text(text, "utf-8", newline="\n")


def _made_up_key() -> str:
    """The shape of a service role key, signed by nothing; made here, so that no scanner meets it."""
    header = {"alg": "HS256", "typ": "JWT"}
    payload = {"iss": "supabase", "ref": "quaysidestagingdemo", "role": "service_role", "iat": 1767225600}
    parts = [json.dumps(part, separators=(",", ":")).encode() for part in (header, payload)]
    return ".".join(
        base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (*parts, b"not a signature" * 2)
    )

"""Writes the in-toto attestation of a sealed record, signed anew by its reviewer."""

import json
from pathlib import Path

from checklists.errors import RecordError, RepositoryError
from checklists.record.formats.in_toto import envelope
from checklists.record.keys import check_key, choose_key
from checklists.record.toml import from_bytes
from checklists.repo.identity import identity
from checklists.repo.repository import open_repository
from checklists.review.folder import write_atomically


def attestation(record: Path, named: Path | None = None) -> bytes:
    """A Statement of the record, signed with the reviewer's key; nothing is written.

    Who asks is known from the record's repo, or from the folder that they are in where that knows them.

    Raises:
        RecordError: It is no record, or it is somebody else's.
        SigningError: There is no key, or it does not sign.
    """
    try:
        data = record.read_bytes()
        said = from_bytes(data)
    except (OSError, ValueError) as error:
        hint = "Name the .toml file of a sealed review."
        raise RecordError(f"{record} cannot be read: {error}.", hint) from None
    root = _asking(record.absolute().parent)
    who = identity(root)
    if who.email != said.reviewer:
        raise RecordError(
            f"The record is {said.reviewer}'s, and you are {who.email or 'nobody to git'}.",
            "Only its reviewer attests a record; git config user.email says who you are.",
        )
    signed = envelope(said, data, check_key(choose_key(who, root, named)))
    return json.dumps(signed, indent=2).encode() + b"\n"


def _asking(folder: Path) -> Path:
    """The folder whose git says who asks."""
    try:
        return open_repository(folder).root
    except RepositoryError:
        return Path.cwd()


def write_attestation(record: Path, out: Path, signed: bytes) -> Path:
    """Write it beside the record's copy; the file, `<stem>.intoto.json` in `out`.

    Raises:
        RecordError: The file cannot be written.
    """
    target = out / f"{record.stem}.intoto.json"
    try:
        write_atomically(target, signed, mode=0o644)
    except OSError as error:
        raise RecordError(
            f"{target} cannot be written: {error.strerror}.", "Name another --out DIR."
        ) from None
    return target

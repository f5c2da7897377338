"""Writes the in-toto attestation of a sealed record, signed anew by its reviewer."""

import json
from pathlib import Path

from checklists.errors import RecordError
from checklists.record.formats.in_toto import envelope
from checklists.record.keys import check_key, choose_key
from checklists.record.toml import from_bytes
from checklists.repo.identity import identity
from checklists.review.folder import write_atomically


def attest(record: Path, out: Path, named: Path | None = None) -> Path:
    """Sign a Statement of the record with the reviewer's key; the file, `<stem>.intoto.json` in `out`.

    Raises:
        RecordError: It is no record, it is somebody else's, or the file cannot be written.
        SigningError: There is no key, or it does not sign.
    """
    try:
        data = record.read_bytes()
        said = from_bytes(data)
    except (OSError, ValueError) as error:
        hint = "Name the .toml file of a sealed review."
        raise RecordError(f"{record} cannot be read: {error}.", hint) from None
    who = identity(record.parent)
    if who.email != said.reviewer:
        raise RecordError(
            f"The record is {said.reviewer}'s, and you are {who.email or 'nobody to git'}.",
            "Only its reviewer attests a record.",
        )
    signed = envelope(said, data, check_key(choose_key(who, record.parent, named)))
    target = out / f"{record.stem}.intoto.json"
    try:
        write_atomically(target, json.dumps(signed, indent=2).encode() + b"\n", mode=0o644)
    except OSError as error:
        raise RecordError(
            f"{target} cannot be written: {error.strerror}.", "Name another --out DIR."
        ) from None
    return target

"""Record to bytes, once; and bytes to record, refusing what a record does not have."""

import tomllib

import tomli_w

from checklists.codec import from_plain, to_plain
from checklists.errors import RecordError
from checklists.record.model import SCHEMA, Record


def to_bytes(record: Record) -> bytes:
    """The exact bytes that are signed: UTF-8, LF, keys in the order of the fields.

    Raises:
        RecordError: A path or a text is not Unicode, so that the record could not say it.
    """
    try:
        return tomli_w.dumps(to_plain(record)).encode()
    except UnicodeEncodeError as error:
        near = error.object[max(0, error.start - 40) : error.end]
        raise RecordError(
            f"A path or text of this review is not UTF-8: {near!r}.",
            "Rename the file, then review again.",
        ) from None


def from_bytes(data: bytes) -> Record:
    """The record, checked field by field; it is never written again from this value.

    Raises:
        ValueError: The bytes are not a record: a key is unknown, missing, repeated or of another type.
    """
    if b"\r" in data or data.startswith(b"\xef\xbb\xbf"):
        raise ValueError("its line ends or byte order mark were rewritten; records are LF and UTF-8")
    table = tomllib.loads(data.decode())
    if table.get("schema") != SCHEMA:
        raise ValueError(f"its schema is {table.get('schema')!r}, not {SCHEMA!r}")
    record = from_plain(Record, table)
    _check(record)
    return record


def _check(record: Record) -> None:
    for what, names in (
        ("item", [item.id for item in record.item]),
        ("finding", [finding.id for finding in record.finding]),
        ("migration", [migration.path for migration in record.migration]),
        ("waiver", [waiver.of for waiver in record.waiver]),
    ):
        repeated = {name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else ()
        if repeated:
            raise ValueError(f"{what} {min(repeated)} occurs twice")
    if any(bool(waiver.item) == bool(waiver.finding) for waiver in record.waiver):
        raise ValueError("a waiver names either an item or a finding")
    if record.subject.dirty:
        raise ValueError("it is of a dirty work tree")
    if record.signed_at.tzinfo is None:
        raise ValueError("signed_at has no time zone")

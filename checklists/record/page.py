"""The fact of the Markdown page: signed by way of the record, which names the digest of all but its end."""

import hashlib
from pathlib import Path

import checklists
from checklists.record.facts import Fact, fails, holds, unchecked
from checklists.record.keys import Scheme
from checklists.record.markdown import page_end, split_page
from checklists.record.model import Record


def page_fact(record: Record, path: Path, data: bytes) -> Fact:
    """Whether the page beside the record at `path` is, to the byte, the one that was sealed with it."""
    try:
        text = path.with_suffix(".md").read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return unchecked("page", "there is no Markdown page beside the record", required=False)
    body, end = split_page(text)
    if hashlib.sha256(data).hexdigest() not in end:
        return fails("page", "the Markdown page does not quote this record's SHA-256")
    if record.page_sha256 is None:
        return unchecked(
            "page", "the page is not signed: the record does not name its digest", required=False
        )
    if hashlib.sha256(body.encode()).hexdigest() != record.page_sha256:
        return fails("page", "the Markdown page was changed after it was sealed")
    # What stands under Verify follows from the record, as the version that made it would say it.
    if end in (page_end(record, data, scheme) for scheme in Scheme):
        return holds("page", "to the byte the one that the record names")
    mine = f"counterseal {checklists.__version__}"
    if record.inputs.tool == mine:
        return fails("page", "its Verify section was changed after it was sealed")
    return unchecked(
        "page", f"its Verify section is as {record.inputs.tool} may have written it, this is {mine}",
        required=False,
    )  # fmt: skip

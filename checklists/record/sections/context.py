"""Section 1: what the system is for, as its people said, and what was read."""

from collections.abc import Iterator

from checklists.checks.project import Project
from checklists.counting import counted
from checklists.record.escape import clipped, code, prose
from checklists.record.model import Record
from checklists.record.sections.room import Room

_UNREAD = 10


def context(record: Record, project: Project | None, room: Room) -> Iterator[str]:
    """What was declared, the commit, what was read of it, and with what."""
    said = record.context
    asked = (
        ("Entities", said.entities),
        ("Access patterns", said.access_patterns),
        ("Scale", said.scale),
        ("Authentication and authorization", said.authorization),
        ("Compliance", said.compliance),
    )
    for label, text in asked:
        if text:
            yield f"- {label}: {prose(clipped(text, room.text))}"
    missing = [label for label, text in asked if not text]
    if missing:
        yield f"- Not stated: {', '.join(label[0].lower() + label[1:] for label in missing)}"
    for label, names in (
        ("Declared public", said.public_tables),
        ("Declared sensitive", said.sensitive_columns),
        ("Rows to expect at most", said.expected_rows),
    ):
        if names:
            yield f"- {label}: {prose(clipped(names, room.text))}"
    subject, inputs = record.subject, record.inputs
    libraries = ", ".join(f"{each.name} {each.version}" for each in inputs.library)
    yield f"- Commit {code(subject.commit)}, tree {code(subject.tree)}"
    if subject.base:
        yield f"- It goes into {code(subject.base)}{_merge(subject.merge_tree)}"
    read = f"{counted(len(record.migration), 'migrations')}, {counted(subject.sources, 'source files')}"
    yield f"- Read: {read}, under {code(clipped(' '.join(subject.scope), room.text))}"
    yield from _unread(project, room)
    catalogue = code(inputs.catalogue_sha256[:12])
    yield f"- Made with {code(inputs.tool)} ({code(libraries)}), catalogue {catalogue}"


def _merge(tree: str | None) -> str:
    return f", and merged there gives tree {code(tree)}" if tree else ", where it was not merged cleanly"


def _unread(project: Project | None, room: Room) -> Iterator[str]:
    """The files that could not be read, on one line."""
    files = project.snapshot.unread if project is not None else ()
    if files:
        some = files[: min(room.rows, _UNREAD)]
        named = [f"{code(clipped(file.path, room.text))} {file.fault}" for file in some]
        named += [f"{len(files) - len(some)} more"] * (len(files) > len(some))
        yield f"- {counted(len(files), 'files')} could not be read: {'; '.join(named)}"

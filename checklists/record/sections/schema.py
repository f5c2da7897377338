"""Section 2: the tables as the migrations leave them, in SQL, and what this change adds, up and down."""

from collections.abc import Iterator

from checklists.checks.project import Project
from checklists.checks.subjects.recent import new_migrations
from checklists.checks.subjects.undoing import says_how, ways_back
from checklists.counting import counted
from checklists.record.escape import block, clipped, code
from checklists.record.model import Record
from checklists.record.sections.room import Room, named, table
from checklists.sql.ddl import create_policy, create_table, create_type
from checklists.sql.schema import PLATFORM_SCHEMAS, ConstraintKind, Function, Table

_LINES = 4
"""Lines of SQL for each row that a list may have."""


def schema(record: Record, project: Project, room: Room) -> Iterator[str]:
    """Tables in numbers, then as SQL; the newest migrations, with their ways back."""
    tables = sorted(project.schema.user_tables(), key=lambda each: each.qualified)
    after, owned = counted(len(record.migration), "migrations"), counted(len(tables), "tables")
    yield f"After {after} the repo owns {owned}."
    yield ""
    rows = [_row(each, room) for each in tables]
    yield from table("table|#columns|primary key|#foreign keys|#checks|#indexes", rows, room, "tables")
    yield from _functions(project, room)
    sql = list(_sql(project, tables))
    if sql:
        yield from ("", "### As SQL", "")
        yield from _cut(sql, room, "the schema")
    yield from _change(project, room)


def _row(each: Table, room: Room) -> tuple[str, ...]:
    keys = each.of_kind(ConstraintKind.PRIMARY_KEY)
    primary = named(", ".join(keys[0].columns), room) if keys else "**none**"
    counts = [len(each.of_kind(kind)) for kind in (ConstraintKind.FOREIGN_KEY, ConstraintKind.CHECK)]
    return (
        named(each.qualified, room), str(len(each.columns)), primary, *map(str, counts),
        str(len(each.indexes)),
    )  # fmt: skip


def _functions(project: Project, room: Room) -> Iterator[str]:
    found = [each for each in project.schema.functions.values() if each.schema not in PLATFORM_SCHEMAS]
    if not found:
        return
    definers = [each for each in found if each.security_definer]
    yield f"- {counted(len(found), 'functions')}, {len(definers)} of them with their owner's rights"
    some = sorted(definers, key=lambda each: each.signature)[: room.rows]
    yield from (f"  - {code(clipped(each.signature, room.text))}, {_called_by(each)}" for each in some)
    if len(definers) > len(some):
        yield f"  - … and {len(definers) - len(some)} more"


def _called_by(function: Function) -> str:
    if function.returns == "trigger":
        return "run by triggers"
    roles = {grant.role for grant in function.grants if grant.privilege == "EXECUTE"}
    if roles & {"public", "anon"}:
        return "anybody may call it"
    return f"called by {', '.join(code(role) for role in sorted(roles))}" if roles else "nobody may call it"


def _sql(project: Project, tables: list[Table]) -> Iterator[str]:
    for made in sorted(project.schema.types.values(), key=lambda each: each.qualified):
        if made.schema not in PLATFORM_SCHEMAS:
            yield from create_type(made)
    for each in tables:
        yield ""
        yield from create_table(each)
        for policy in each.policies:
            yield from create_policy(policy)


def _cut(lines: list[str], room: Room, what: str) -> Iterator[str]:
    """SQL within the room that there is."""
    most = room.rows * _LINES
    if most:
        yield from block("\n".join(lines[:most]).strip("\n"), "sql")
    if len(lines) > most:
        yield ""
        yield f"- … and {len(lines) - most} more lines of {what}"


def _change(project: Project, room: Room) -> Iterator[str]:
    """The newest migrations by the repo's history, each with what undoes it, where that is written."""
    new = [path for path in project.layout.migrations if path in new_migrations(project)]
    yield from ("", "### What this change adds, up and down", "")
    if not new:
        yield "No migration is new: the schema is as it was."
        return
    back = ways_back(project)
    for path in new[: room.rows]:
        text = project.snapshot.text(path) or ""
        yield f"**Up**, {code(clipped(path, room.text))}:"
        yield ""
        yield from _cut(text.splitlines(), room, "it")
        yield ""
        if path in back:
            yield f"**Down**, {code(clipped(back[path], room.text))}:"
            yield ""
            yield from _cut((project.snapshot.text(back[path]) or "").splitlines(), room, "it")
        elif says_how(text):
            yield "**Down**: a comment of the migration says how."
        else:
            yield "**Down**: none is written; what it did is undone by another migration, or from a backup."
        yield ""
    if len(new) > room.rows:
        yield f"- … and {len(new) - room.rows} more migrations"

"""Section 3: for each table, what each API role may do with each command; then the same in words."""

from collections.abc import Iterator

from checklists.checks.project import Project
from checklists.counting import counted
from checklists.record.escape import clipped, code, prose
from checklists.record.sections.room import Room, named, table
from checklists.sql.expressions import Caller, holds_for
from checklists.sql.expressions.wording import in_words
from checklists.sql.questions.access import never_null
from checklists.sql.questions.openness import admits_nothing
from checklists.sql.schema import API_ROLES, Command, Policy, Table, holds

COMMANDS = (Command.SELECT, Command.INSERT, Command.UPDATE, Command.DELETE)
_ANY = "any row"
_CALLERS = {"anon": Caller.ANONYMOUS, "authenticated": Caller.SIGNED_IN}
_VERBS = {
    Command.SELECT: "read", Command.INSERT: "add", Command.UPDATE: "change", Command.DELETE: "delete",
}  # fmt: skip
_READING = """- Cells are read from the migrations, not tried on a database. *No grant* and *no policy* deny
  every row, *open* means that RLS is off; else the cell names the policies that let rows through.
  *No row*: there are policies, but they let this role through to none, as where they compare a
  column with the caller's id, which a visitor has not."""


def policies(project: Project, room: Room) -> Iterator[str]:
    """The matrix, how to read it, and what it means table by table."""
    tables = sorted(project.schema.exposed_tables(), key=lambda each: each.qualified)
    if not tables:
        yield "- No table is served by the Data API."
        return
    rows = [_row(each, role, room) for each in tables for role in API_ROLES]
    yield from table("table|role|select|insert|update|delete", rows, Room(room.rows * 2, room.text), "rows")
    yield from _READING.splitlines()
    yield from ("", "### In words", "")
    for each in tables[: room.rows]:
        yield from _told(each, room)
    if len(tables) > room.rows:
        yield f"- … and {len(tables) - room.rows} more tables"


def _row(each: Table, role: str, room: Room) -> tuple[str, ...]:
    cells = (_cell(each, role, command, room) for command in COMMANDS)
    return named(each.qualified, room), role, *cells


def _cell(each: Table, role: str, command: Command, room: Room) -> str:
    none = _refused(each, role, command)
    if none:
        return none
    if not each.rls_enabled:
        return "**open**"
    names = named(", ".join(sorted(policy.name for policy in _admitting(each, role, command))), room)
    narrowed = len(each.restrictive(command, role))
    return f"{names}, narrowed by {narrowed}" if narrowed else names


def _refused(each: Table, role: str, command: Command) -> str:
    """Why the role reaches no row with the command; empty where it may reach some."""
    if not holds(each.grants, role, command.value):
        return "no grant"
    if not each.rls_enabled:
        return ""
    if not each.permissive(command, role):
        return "no policy"
    narrowing = each.restrictive(command, role)
    shut = any(admits_nothing(policy, command, role) for policy in narrowing)
    return "no row" if shut or not _admitting(each, role, command) else ""


def _admitting(each: Table, role: str, command: Command) -> tuple[Policy, ...]:
    found = each.permissive(command, role)
    return tuple(policy for policy in found if not admits_nothing(policy, command, role))


def _told(each: Table, room: Room) -> Iterator[str]:
    """One table: for each role what it may do, commands of which the same is true together."""
    rls = f"RLS with {counted(len(each.policies), 'policies')}" if each.rls_enabled else "**RLS is off**"
    yield f"- {code(clipped(each.qualified, room.text))}, {rls}"
    for role in API_ROLES:
        by_words: dict[str, list[str]] = {}
        for command in COMMANDS:
            by_words.setdefault(_words(each, role, command), []).append(_VERBS[command])
        for words, verbs in by_words.items():
            if words:
                yield f"  - {role} may {_joined(verbs)} {prose(clipped(words, room.text))}"
        refused = by_words.get("", [])
        if refused:
            yield f"  - {role} may not {_joined(refused, 'or')} anything"
    others = sorted({role for p in each.policies for role in p.roles} - {*API_ROLES, "public"})
    if others:
        yield f"  - Policies for other roles as well: {', '.join(code(role) for role in others)}"


def _words(each: Table, role: str, command: Command) -> str:
    """The rows that the role reaches; empty for none."""
    if _refused(each, role, command):
        return ""
    if not each.rls_enabled:
        return _ANY
    ways = [_clause(policy, each, role, command) for policy in _admitting(each, role, command)]
    narrow = [_clause(policy, each, role, command) for policy in each.restrictive(command, role)]
    said = _ANY if _ANY in ways else "; or ".join(dict.fromkeys(ways))
    more = [words.removeprefix(f"{_ANY}, ") for words in dict.fromkeys(narrow) if words != _ANY]
    return f"{said}; but only {'; and only '.join(more)}" if more else said


def _clause(policy: Policy, each: Table, role: str, command: Command) -> str:
    """Which rows one policy admits: as they are, and for what is written, as they will be."""
    before = _rows(policy.using, each, role) if command is not Command.INSERT else ""
    writes = command in (Command.INSERT, Command.UPDATE)
    after = _rows(policy.effective_check, each, role) if writes else ""
    if before and after and before != after:
        return f"{before}, if they become {after}"
    return before or after


def _rows(text: str | None, each: Table, role: str) -> str:
    if text is None or holds_for(text, _CALLERS[role], never_null(each)):
        return _ANY
    return f"rows where {in_words(text)}"


def _joined(verbs: list[str], word: str = "and") -> str:
    return f" {word} ".join(filter(None, (", ".join(verbs[:-1]), verbs[-1])))

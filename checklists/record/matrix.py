"""Section 3: for each table, what each API role may do with each command, in plain words."""

from collections.abc import Iterator

from checklists.checks.project import Project
from checklists.record.escape import cell, clipped
from checklists.sql.questions.openness import admits_nothing
from checklists.sql.schema import API_ROLES, Command, Table, holds

COMMANDS = (Command.SELECT, Command.INSERT, Command.UPDATE, Command.DELETE)


def matrix(project: Project | None, rows: int, text: int) -> Iterator[str]:
    """The matrix as a Markdown table, then how to read it."""
    if project is None:
        yield "- Not reviewed here: the page was made from the record alone."
        return
    tables = sorted(project.schema.exposed_tables(), key=lambda table: table.qualified)
    if not tables:
        yield "- No table is served by the Data API."
        return
    if rows:
        yield "| table | role | select | insert | update | delete |"
        yield "|---|---|---|---|---|---|"
        for table in tables[:rows]:
            yield from _rows(table, text)
        yield ""
    if len(tables) > rows:
        yield f"- … and {len(tables) - rows} more tables"
    yield "- Cells are read from the migrations, not tried on a database. *No grant* and *no policy* deny"
    yield "  every row, *open* means that RLS is off; else the cell names the policies that let rows through."
    yield "  *No row*: there are policies, but they let this role through to none, as where they compare a"
    yield "  column with the caller's id, which a visitor has not."


def _rows(table: Table, text: int) -> Iterator[str]:
    name = cell(clipped(table.qualified, text))
    for role in API_ROLES:
        cells = (_cell(table, role, command, text) for command in COMMANDS)
        yield f"| {name} | {role} | {' | '.join(cells)} |"


def _cell(table: Table, role: str, command: Command, text: int) -> str:
    if not holds(table.grants, role, command.value):
        return "no grant"
    if not table.rls_enabled:
        return "**open**"
    policies = table.permissive(command, role)
    if not policies:
        return "no policy"
    narrowed = table.restrictive(command, role)
    policies = tuple(policy for policy in policies if not admits_nothing(policy, command, role))
    if not policies or any(admits_nothing(policy, command, role) for policy in narrowed):
        return "no row"
    names = cell(clipped(", ".join(sorted(policy.name for policy in policies)), text))
    return f"{names}, narrowed by {len(narrowed)}" if narrowed else names

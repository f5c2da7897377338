"""One table's policies as Postgres combines them: grant, then permissive ORed, restrictive ANDed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.content import Content

from tui.glyphs import Glyphs
from tui.text import clip, one_line

if TYPE_CHECKING:
    from checklists.sql.schema import Command, Policy, Schema, Table

_LONGEST = 160


def table_of(schema: "Schema", name: str) -> "Table | None":
    """The table that an object's name is about: `policy:public.t/Read`, `column:public.t.c`."""
    kind, _, rest = name.partition(":")
    if kind not in ("table", "policy", "column", "trigger", "constraint", "call"):
        return None
    for candidate in (rest, rest.partition("/")[0], rest.rpartition(".")[0]):
        if candidate in schema.tables:
            return schema.tables[candidate]
    return None


def effective_policy(table: "Table", glyphs: Glyphs) -> Content:
    """What decides each command for each API role; commands and roles that fare alike stand together."""
    from checklists.sql.schema import API_ROLES, Command  # noqa: PLC0415 - kept off the path to the first screen

    state = "RLS on" if table.rls_enabled else "RLS off: grants alone decide"
    name = one_line(table.qualified, ascii_only=glyphs.plain)
    rows = [
        Content.assemble(
            ("EFFECTIVE POLICY", "bold $quiet"), f"  {name} ", (f"{glyphs.dot} {state}", "$quiet")
        )
    ]
    fares: dict[tuple[tuple[str, tuple[Content, ...]], ...], list[str]] = {}
    for command in (Command.SELECT, Command.INSERT, Command.UPDATE, Command.DELETE):
        by_role = tuple((role, tuple(_terms(table, command, role, glyphs))) for role in API_ROLES)
        fares.setdefault(_merged(by_role), []).append(command.value)
    for roles, commands in fares.items():
        rows.append(Content.styled(", ".join(commands), "$quiet"))
        rows += [line for role, terms in roles for line in _lines(role, terms)]
    return Content("\n").join(rows)


def _merged(
    by_role: tuple[tuple[str, tuple[Content, ...]], ...],
) -> tuple[tuple[str, tuple[Content, ...]], ...]:
    """Roles that fare alike as one."""
    alike: dict[tuple[Content, ...], list[str]] = {}
    for role, terms in by_role:
        alike.setdefault(terms, []).append(role)
    return tuple((", ".join(roles), terms) for terms, roles in alike.items())


def _lines(role: str, terms: tuple[Content, ...]) -> Iterator[Content]:
    for index, term in enumerate(terms):
        yield Content.assemble(f"  {role if index == 0 else '':<22}", term)


def _terms(table: "Table", command: "Command", role: str, glyphs: Glyphs) -> Iterator[Content]:
    from checklists.sql.schema import holds  # noqa: PLC0415 - as above

    permissive = table.permissive(command, role)
    if not holds(table.grants, role, command.value):
        yield Content.styled(f"{glyphs.dash} no grant", "$quiet")
    elif not table.rls_enabled:
        yield Content.styled(f"{glyphs.failed} every row", "$text-error")
    elif not permissive:
        yield Content.styled(f"{glyphs.dash} no policy: denied", "$quiet")
    else:
        for index, policy in enumerate(permissive):
            yield _policy("or " if index else "", policy, command, glyphs)
        for policy in table.restrictive(command, role):
            yield _policy("and ", policy, command, glyphs)


def _policy(joined_by: str, policy: "Policy", command: "Command", glyphs: Glyphs) -> Content:
    expression = policy.effective_check if command.value == "INSERT" else policy.using
    text = clip(one_line(expression or "true", ascii_only=glyphs.plain), _LONGEST, glyphs.ellipsis)
    name = one_line(policy.name, ascii_only=glyphs.plain)
    return Content.assemble((joined_by, "$quiet"), text, (f"  {glyphs.from_} {name}", "$quiet"))

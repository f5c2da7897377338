"""Which tables' policies lead back to the table itself, as Postgres expands them.

While Postgres puts the policies of a table into a query, and one of them holds a sub-select, it refuses to
meet the same table again if its policies for reading hold a sub-select as well (`fireRIRrules`,
rewriteHandler.c): `(select auth.uid())` is one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from checklists.sql.expressions import has_select, relations
from checklists.sql.questions.access import WRITES, clauses
from checklists.sql.questions.bodynames import body_names
from checklists.sql.questions.guards import called_in
from checklists.sql.schema import API_ROLES, Command, Function, Policy, Schema, Table


@dataclass(frozen=True, slots=True)
class Cycle:
    """Policies in the order in which each leads to the table of the next, and the last to that of the first.

    `through` is a function of the repo by which one of them reads on, None where all do so by sub-queries.
    `command` fails; where it is not SELECT, `meets` is the policy for reading that is met in the end.
    """

    policies: tuple[Policy, ...]
    command: Command
    through: str | None = None
    meets: Policy | None = None


Step = tuple[Policy, str, str | None]
Edges = Mapping[str, tuple[Step, ...]]


def cycles(schema: Schema) -> Iterator[Cycle]:
    """Every circle of policies that some API role meets, the shortest of each table and command."""
    seen: set[frozenset[Policy]] = set()
    for role in API_ROLES:
        edges = _edges(schema, role)
        for table in schema.tables.values():
            for cycle in _of_table(schema, edges, table, role) if table.rls_enabled else ():
                if frozenset(cycle.policies) not in seen:
                    seen.add(frozenset(cycle.policies))
                    yield cycle


@lru_cache(maxsize=8)
def refused(schema: Schema) -> frozenset[str]:
    """The tables of which Postgres refuses every query of a user, because their policies for reading are such
    a circle or lead to one, and all of them can be made.
    """
    circles = {
        c.policies[0].table
        for c in cycles(schema)
        if c.command is Command.SELECT
        and not c.through
        and not any(p.object in schema.unmade for p in c.policies)
    }
    return frozenset(circles | {name for each in circles for name in leading_to(schema, each)})


@lru_cache(maxsize=256)
def leading_to(schema: Schema, table: str) -> frozenset[str]:
    """The other tables whose policies for reading read this one, themselves or by way of others."""
    found = {table}
    for role in API_ROLES:
        edges, grew = _edges(schema, role), True
        while grew:
            more = {
                name
                for name, steps in edges.items()
                if name not in found and any(target in found for _, target, by in steps if by is None)
            }
            found |= more
            grew = bool(more)
    return frozenset(found - {table})


def _of_table(schema: Schema, edges: Edges, table: Table, role: str) -> Iterator[Cycle]:
    reading = _shortest(edges, table.qualified, edges.get(table.qualified, ()))
    if reading is not None:
        yield Cycle(reading[0], Command.SELECT, reading[1])
        return
    met = next((p for p in _applied(table, Command.SELECT, role) if has_select(p.using or "")), None)
    for command in WRITES if met is not None else ():
        first = tuple(_steps(schema, _applied(table, command, role), functions=False))
        found = _shortest(edges, table.qualified, first)
        if found is not None and found[1] is None:
            yield Cycle(found[0], command, meets=met)


def _applied(table: Table, command: Command, role: str) -> tuple[Policy, ...]:
    return (*table.permissive(command, role), *table.restrictive(command, role))


@lru_cache(maxsize=16)
def _edges(schema: Schema, role: str) -> Edges:
    """By table under RLS, what its policies for reading lead to."""
    return {
        name: tuple(_steps(schema, _applied(table, Command.SELECT, role), functions=True))
        for name, table in schema.tables.items()
        if table.rls_enabled
    }


def _steps(schema: Schema, policies: tuple[Policy, ...], *, functions: bool) -> Iterator[Step]:
    """(policy, the table under RLS that it reads, the function that it does so by)."""
    for policy in policies:
        for target, through in _reads(schema, policy):
            if schema.tables[target].rls_enabled and (functions or through is None):
                yield policy, target, through


@lru_cache(maxsize=4096)
def _reads(schema: Schema, policy: Policy) -> tuple[tuple[str, str | None], ...]:
    """The tables that a policy reads with its caller's rights, each with the function it does so by."""
    found: dict[str, str | None] = {}
    for _, text in clauses(policy):
        for name in sorted(relations(text)):
            found.update(dict.fromkeys(_tables(schema, name)))
        for function in _invokers(schema, called_in(text)):
            names = body_names(function)
            for where, relation in names.relations if names is not None else ():
                for table in _tables(schema, f"{where or 'public'}.{relation}"):
                    found.setdefault(table, function.qualified)
    return tuple(found.items())


def _invokers(schema: Schema, called: frozenset[str]) -> Iterator[Function]:
    functions = schema.functions.values()
    return (f for f in functions if f.qualified in called and not f.security_definer)


def _tables(schema: Schema, name: str) -> tuple[str, ...]:
    """The table of that name, or those that a view of it reads with its caller's rights."""
    view = schema.views.get(name)
    if view is None:
        return (name,) if name in schema.tables else ()
    if not view.security_invoker or view.materialized:
        return ()
    return tuple(table for inner in view.relations if inner != name for table in _tables(schema, inner))


def _shortest(
    edges: Edges, home: str, first: tuple[Step, ...]
) -> tuple[tuple[Policy, ...], str | None] | None:
    """The policies on the shortest way from these steps back home, and the first function on it."""
    queue: list[tuple[tuple[Step, ...], tuple[Policy, ...], str | None]] = [(first, (), None)]
    visited: set[str] = set()
    while queue:
        steps, path, through = queue.pop(0)
        for policy, target, by in steps:
            if target == home:
                return (*path, policy), through or by
            if target not in visited:
                visited.add(target)
                queue.append((edges.get(target, ()), (*path, policy), through or by))
    return None


def guarded_tables(schema: Schema) -> int:
    """How many tables have policies that Postgres applies."""
    return sum(1 for table in schema.tables.values() if table.rls_enabled and table.policies)

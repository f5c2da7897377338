"""Code runs a command as a user for which no policy or grant lets anybody through."""

from collections.abc import Iterator
from dataclasses import replace

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.bystanders import is_script, is_test
from checklists.checks.subjects.tried import in_catch, is_best_effort
from checklists.checks.subjects.usage import queries_of
from checklists.model import Severity
from checklists.sql.questions.exposure import is_served, roles_holding
from checklists.sql.quoting import relation
from checklists.sql.schema import API_ROLES, Command, Facet, Table, TableKind
from checklists.ts.index import Key, Query

CHECK = Check(
    items=("policies-cover-commands",),
    rule="policy-command-coverage",
    severity=Severity.HIGH,
    reads=(Facet.TABLES, Facet.RLS, Facet.POLICIES, Facet.GRANTS),
    sources=True,
    peers=("pgrls:SEC022",),
)
_NEEDS = {
    "select": (Command.SELECT,),
    "insert": (Command.INSERT,),
    "update": (Command.UPDATE, Command.SELECT),
    "delete": (Command.DELETE, Command.SELECT),
    "upsert": (Command.INSERT, Command.UPDATE, Command.SELECT),
}
_FAILS = {
    "select": "the answer is empty, without an error",
    "insert": "it fails with 42501",
    "update": "it changes no row, without an error",
    "delete": "it deletes no row, without an error",
    "upsert": "it fails with 42501",
}


def find(project: Project) -> Iterator[Said]:
    """Every query of a user's client on a served table that no policy of its command, or no grant, admits."""
    for table in project.schema.exposed_tables():
        if table.kind is TableKind.FOREIGN or not is_served(project.schema, table.schema):
            continue
        seen: set[tuple[str, str]] = set()
        for query in queries_of(project, table):
            needs = _needs(query)
            by_hand = is_script(query.location.path) or is_test(query.location.path)
            if query.key not in (Key.USER, Key.ANON) or not needs or by_hand:
                continue
            yield Examined("queries")
            said = _missing(table, query, needs)
            if said is not None and (query.function, query.operation) not in seen:
                seen.add((query.function, query.operation))
                yield _weighed(project, _flag(table, query, *said), query)


def _weighed(project: Project, flag: Flag, query: Query) -> Flag:
    function = project.sources.functions.get(query.function)
    if function is not None and in_catch(function, query):
        told = "It stands in a `catch`: queries of this client answer with an error in place of throwing one."
    elif function is not None and is_best_effort(project.sources, function, query):
        told = "It is tried beside other work, and nobody sees that it fails: the row is never there."
    else:
        return flag
    return replace(flag, message=f"{flag.message} {told}", severity=Severity.MEDIUM)


def _needs(query: Query) -> tuple[Command, ...]:
    """The commands whose policies the query meets; returned rows are read, and ON CONFLICT reads."""
    needs = _NEEDS.get(query.operation, ())
    if query.operation == "upsert" and "ignoreDuplicates: true" in query.text:
        needs = (Command.INSERT, Command.SELECT)
    if query.returning and Command.SELECT not in needs:
        needs = (*needs, Command.SELECT)
    return needs


def _missing(table: Table, query: Query, needs: tuple[Command, ...]) -> tuple[str, Command, str] | None:
    """(grant or policy, the command that lacks it, what comes of it) for the first that is missing."""
    for command in needs:
        if not roles_holding(table.grants, command.value):
            return "grant", command, "it fails with 42501, permission denied"
    if not table.rls_enabled or not table.policies:
        return None  # no policy at all is for rls_enabled_no_policy to say
    for command in needs:
        if not any(table.permissive(command, role) for role in API_ROLES):
            return "policy", command, _comes_of_it(query, command)
    return None


def _comes_of_it(query: Query, command: Command) -> str:
    if query.operation == "upsert" and command is Command.UPDATE:
        return "it fails with 42501 as soon as the row is there already"
    return _FAILS[query.operation]


def _flag(table: Table, query: Query, what: str, command: Command, comes: str) -> Flag:
    shown = f".{query.operation}()" + (".select()" if query.returning and query.operation != "select" else "")
    lacks = (
        f"neither anon nor authenticated holds {command} on it"
        if what == "grant"
        else f"no policy of it lets users {command}"
    )
    return Flag(
        object=f"call:{query.function}/{table.name}.{query.operation}",
        location=query.location,
        message=f"{shown} on {table.qualified} runs as a user, and {lacks}: {comes}.",
        remedy=_remedy(table, what, command),
    )


def _remedy(table: Table, what: str, command: Command) -> str:
    on = relation(table.qualified)
    if what == "grant":
        return f"grant {command.value.lower()} on {on} to authenticated;"
    clause = "with check" if command is Command.INSERT else "using"
    return (
        f'create policy "…" on {on} for {command.value.lower()} to authenticated\n  {clause} (…);\n'
        "Or let the server do it, after it has asked who calls."
    )

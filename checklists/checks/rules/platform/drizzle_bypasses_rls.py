"""Drizzle, or a driver, acts as the database's owner where policies were meant to decide."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.endpoints import PLURALS, short
from checklists.checks.subjects.places import function_name, handlers, operation, query_object, target
from checklists.checks.subjects.steering import depends_on, is_authorized, sent_names
from checklists.checks.subjects.usage import table_of
from checklists.model import Confidence, Severity
from checklists.sql.expressions import Names
from checklists.sql.questions.access import caller_columns
from checklists.sql.schema import Facet, Table
from checklists.ts.index import DrizzleTable, Endpoint, EndpointKind, Function, Query

CHECK = Check(
    items=("drizzle-authorised",),
    rule="drizzle-bypasses-rls",
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    reads=(Facet.RLS, Facet.TABLES),
    sources=True,
)
_STEERED = frozenset({"delete", "select", "update"})
_AS_USER = re.compile(
    r"request\.jwt\.claims?|\bset\s+local\s+role\b|\.rls\(|\bcreateDrizzle\b", re.IGNORECASE
)
_WHO = re.compile(
    r"user|session|claims|member|owner|author|tenant|org|account|brand|team|ctx\b", re.IGNORECASE
)


def find(project: Project) -> Iterator[Said]:
    """Every query over Drizzle or a driver in an endpoint, then every table that only Drizzle declares."""
    open_question: list[tuple[Endpoint, Query]] = []
    for endpoint in project.sources.endpoints:
        for function in handlers(project.sources, endpoint):
            direct = [query for query in function.queries if _passes_by(project, query)]
            yield Examined("queries that pass by policies", len(direct))
            if direct and any(_AS_USER.search(each.text) for each in project.sources.reach(function.id)):
                continue
            for query in direct:
                if _is_steered(endpoint, function, query):
                    yield _flag(endpoint, query)
                elif not _is_decided(function, query):
                    open_question.append((endpoint, query))
    yield from _ask(open_question)
    for declared in project.sources.drizzle_tables:
        yield Examined("tables of Drizzle")
        if (
            declared.name.startswith("public.")
            and declared.name not in project.schema.tables
            and not declared.rls
        ):
            yield _unbuilt(declared)


def _passes_by(project: Project, query: Query) -> bool:
    """Whether it goes over a connection of its own to a table whose policies tie rows to their caller."""
    table = table_of(project, query) if query.api in ("drizzle", "postgres") else None
    return table is not None and _is_bound(project, table)


def _is_bound(project: Project, table: Table) -> bool:
    """Whether its policies tie rows to their caller."""
    return table.rls_enabled and bool(caller_columns(table, Names.of(project.schema, table)))


def _is_steered(endpoint: Endpoint, function: Function, query: Query) -> bool:
    """Whether the caller alone chooses the rows; server actions of this kind have a check of their own."""
    if endpoint.kind is EndpointKind.ACTION or query.operation not in _STEERED or not query.filters:
        return False
    text = " ".join(value for _, _, value in query.filters)
    sent = sent_names(function, endpoint.kind)
    return depends_on(text, sent) and not _WHO.search(text) and not is_authorized(function, query)


def _is_decided(function: Function, query: Query) -> bool:
    """Whether the code itself says whose rows these are."""
    text = " ".join((*(value for _, _, value in query.filters), query.payload))
    return bool(_WHO.search(text)) or is_authorized(function, query)


def _flag(endpoint: Endpoint, query: Query) -> Flag:
    return Flag(
        query_object(query),
        query.location,
        f"{function_name(query)} runs {operation(query)} on {target(query)} as the database's owner, for "
        "whom policies do "
        "not count, and the caller alone chooses the rows.",
        "Add the verified user to the condition, or run it in a transaction that sets the role and the "
        "claims: "
        "set_config('request.jwt.claims', …, true), set local role authenticated.",
        within=(endpoint.object,),
    )


def _ask(found: list[tuple[Endpoint, Query]]) -> Iterator[Unsure]:
    """One question for all: as whom the connection acts is in an address that the repo does not hold."""
    if not found:
        return
    endpoint, query = found[0]
    kinds = PLURALS[endpoint.kind]
    more = f" and {len(found) - 1} more queries" if len(found) > 1 else ""
    yield Unsure(
        query_object(query),
        f"`{short(endpoint)}`{more} of {kinds} reach tables with policies over a connection of their own, "
        "which mostly "
        "acts as the owner: say whether the code decides there who may do what",
        query.location,
    )


def _unbuilt(declared: DrizzleTable) -> Flag:
    return Flag(
        f"table:{declared.name}",
        declared.location,
        f"{declared.name} is declared in Drizzle, without a policy and without enableRLS(), and no "
        "migration that was read "
        "builds it: pushed as it stands, it is open to everyone with the public key.",
        "Add .enableRLS() and policies (pgPolicy) to the table, and generate the migration.",
        confidence=Confidence.MEDIUM,
    )

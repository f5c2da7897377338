"""How much it matters that an endpoint acts for anyone: what a stranger gets to write or read by it."""

import re
from collections.abc import Sequence

from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.questions.openness import Openness, openness
from checklists.sql.schema import Command, Function, Schema
from checklists.ts.index import Effect, Endpoint, EndpointKind
from checklists.ts.index import Function as Handler

_READS = frozenset({"select", "rpc"})
_STORED = frozenset({"download", "list", "createSignedUrl", "createSignedUrls", "exists", "info"})
_OUTWARD = frozenset({"mail", "message", "AI", "job", "fetch", "function"})
_PERSONAL = re.compile(r"user|owner|email|phone|account|member|customer|client|org|tenant|token|secret|uuid")
_LIMITED = re.compile(r"rate_?-?limit", re.IGNORECASE)
_REQUEST_READ = re.compile(
    r"\.(?:json|formData|text|arrayBuffer|query|param)\(|searchParams|\.headers\b|\.url\b"
)


def weight(
    project: Project, endpoint: Endpoint, function: Handler | None, opened: Sequence[Effect]
) -> Severity | None:
    """The severity where it differs from the check's own; None for writes and deletes of a stranger's choice.

    Args:
        project: What is looked at.
        endpoint: The endpoint.
        function: What it runs.
        opened: What it does for anyone.
    """
    if all(_is_public_read(project.schema, effect) for effect in opened):
        return Severity.MEDIUM
    if function is not None and _is_meant(function, opened):
        return Severity.MEDIUM
    if all(_is_mild(effect) for effect in opened):
        return Severity.HIGH
    if function is not None and _takes_nothing(endpoint, function):
        return Severity.HIGH
    return None


def only_reads(opened: Sequence[Effect]) -> bool:
    """Whether all of it is queries that read, or call a function of the database."""
    return all(effect.kind == "query" and effect.operation in _READS for effect in opened)


def _is_mild(effect: Effect) -> bool:
    """It reads, or it has something sent or computed: costly and embarrassing, but no row changes."""
    if effect.kind == "query":
        return effect.operation in _READS
    return effect.kind in _OUTWARD or (effect.kind == "storage" and effect.operation in _STORED)


def _takes_nothing(endpoint: Endpoint, function: Handler) -> bool:
    """A job that anyone can start, and whose work nobody can steer."""
    if function.flows or function.validations or not function.text:
        return False
    if endpoint.kind is EndpointKind.ACTION:
        return not function.parameters
    return not _REQUEST_READ.search(function.text)


def _is_meant(function: Handler, opened: Sequence[Effect]) -> bool:
    """Only reads and new rows, behind a schema or a limiter: a form for visitors, or a counter of them."""
    writes = [effect for effect in opened if not _is_mild(effect)]
    limited = _LIMITED.search(function.text) is not None
    new = all(effect.kind == "query" and effect.operation == "insert" for effect in writes)
    return new and (limited or (bool(writes) and bool(function.validations)))


def _is_public_read(schema: Schema, effect: Effect) -> bool:
    """Rows that every visitor may read anyway, or figures of a function that is asked for nobody by name."""
    if effect.kind != "query" or effect.table is None:
        return False
    name = effect.table if "." in effect.table else f"public.{effect.table}"
    if effect.operation == "rpc":
        found = [each for each in schema.functions.values() if each.qualified == name]
        return bool(found) and all(_names_nobody(each) for each in found)
    table = schema.tables.get(name)
    if effect.operation != "select" or table is None:
        return False
    return any(
        policy.using is not None and openness(policy.using, table, policy) is Openness.EVERYONE
        for policy in table.permissive(Command.SELECT, "anon")
    )


def _names_nobody(function: Function) -> bool:
    told = " ".join((function.qualified.rpartition(".")[2], *function.arguments, *function.argument_names))
    return function.volatility != "volatile" and not _PERSONAL.search(told.lower())

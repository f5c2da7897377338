"""A query reads all columns of a wide table, or of one with columns that are nobody's business."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.bystanders import is_script, is_test
from checklists.checks.subjects.places import function_name, listed, query_object
from checklists.checks.subjects.usage import spellings
from checklists.model import Severity
from checklists.sql.schema import Column, Facet
from checklists.ts.index import Query

CHECK = Check(
    items=("select-star",),
    rule="select-star",
    severity=Severity.LOW,
    reads=(Facet.TABLES,),
    sources=True,
    peers=("sqlcheck:3001", "sqlfluff:AM04"),
)

_MANY = 8
_HEAVY = re.compile(r"^(?:jsonb?|bytea|tsvector|(?:\w+\.)?vector)\b")
_SENSITIVE = frozenset({"otp", "passcode", "passwd", "password", "salt", "secret", "ssn", "token"})
# `password_policy` and `token_expires_at` speak of a secret and hold none.
_ABOUT = frozenset(
    {
        "at", "config", "count", "dns", "enabled", "expires", "expiry", "length", "policy", "required",
        "type", "url", "verification",
    }
)  # fmt: skip
_KEYS = re.compile(r"([{,]\s*)[\w$]+\s*:")
_FACTS = ("bigint", "boolean", "date", "integer", "interval", "smallint", "timestamp")


def find(project: Project) -> Iterator[Said]:
    """Every select whose columns are known and of a table that the migrations build."""
    for query in project.sources.table_queries():
        if query.operation != "select" or query.columns is None:
            continue
        yield Examined("selects")
        if _is_star(query) and not _only_counts(query):
            found = _flag(project, query)
            if found is not None:
                yield found


def _is_star(query: Query) -> bool:
    return "*" in (query.columns or ())


def _only_counts(query: Query) -> bool:
    return re.search(r"\bhead\s*:\s*true\b", query.text) is not None


def _flag(project: Project, query: Query) -> Flag | None:
    name = query.table or ""
    table = project.schema.tables.get(name if "." in name else f"public.{name}")
    if table is None:
        return None
    declared = frozenset(project.facts.sensitive_columns)
    secret = [
        column.name
        for column in table.columns
        if _is_secret(column) or f"{table.qualified}.{column.name}" in declared
    ]
    heavy = [column.name for column in table.columns if _HEAVY.match(column.type)]
    if secret:
        why = f"{listed(secret)} included"
    elif heavy:
        why = f"{listed(heavy)} included, which can be large"
    elif len(table.columns) > _MANY:
        why = f"{len(table.columns)} today, and whatever a later migration adds"
    else:
        return None
    return Flag(
        object=query_object(query),
        location=query.location,
        message=f"{function_name(query)} reads every column of {table.qualified}: {why}.",
        remedy="Name the columns that the caller uses: .select('id, title, status').",
        severity=_weight(project, query, secret, heavy)
        if not declared.intersection(f"{table.qualified}.{name}" for name in secret)
        else Severity.HIGH,
        related=(table.location,),
    )


def _weight(project: Project, query: Query, secret: list[str], heavy: list[str]) -> Severity | None:
    """A secret counts most where it leaves the server. One row is no burden, and a large column that code
    beside the query mentions is wanted.
    """
    path = query.location.path
    if secret:
        asked = any(column in secret for _, column, _ in query.filters)  # the caller has shown it already
        return Severity.MEDIUM if not asked and _leaves(project, query, secret) else None
    module = project.sources.modules.get(path)
    around = module.text if module is not None else ""
    wanted = any(re.search(rf"\b{spelt}\b", around) for name in heavy for spelt in spellings(name))
    return Severity.INFO if wanted or query.single or is_test(path) or is_script(path) else None


def _leaves(project: Project, query: Query, secret: list[str]) -> bool:
    """Whether the rows are in the browser's own code, or in what an endpoint answers with."""
    if query.location.path in project.sources.client_paths:
        return True
    function = project.sources.functions.get(query.function)
    if function is None or all(each.function != function.id for each in project.sources.endpoints):
        return False
    sent = " ".join(reply.text for reply in function.replies if not reply.refuses)
    kept = "|".join((*map(re.escape, secret), "at", "filter", "map", "slice"))  # `rows.length` sends no row
    whole = rf"\b(?!\s*[?!]?\.\s*(?!(?:{kept})\b)\w)"
    values = _KEYS.sub(r"\1", sent)  # `{ accounts: results }` sends no variable called accounts
    return any(re.search(rf"(?<![.\w$]){re.escape(name)}{whole}", values) for name in query.result)


def _is_secret(column: Column) -> bool:
    if column.name.endswith("_id"):
        return False  # it names the row that holds one
    words = set(column.name.split("_"))
    hashed = "hash" in words and bool(words & {"key", "pin", "pw"})
    return bool(_SENSITIVE & words or hashed) and not words & _ABOUT and not column.type.startswith(_FACTS)

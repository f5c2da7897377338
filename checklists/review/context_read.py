"""The context of a new review, as far as schema and sources say it; a person corrects and completes it."""

from collections import Counter
from collections.abc import Iterator

from checklists.checks.project import Project
from checklists.counting import counted
from checklists.review.draft import Context
from checklists.sql.schema import ConstraintKind, Table
from checklists.ts.index import EndpointKind

_MOST = 8
_PERSONAL = frozenset(
    {
        "address",
        "birthday",
        "birthdate",
        "dob",
        "email",
        "gender",
        "iban",
        "ip",
        "latitude",
        "passport",
        "phone",
    }
    | {"salary", "ssn"}
)
"""Words in column names that speak of a person."""
_KINDS = {
    EndpointKind.ACTION: "server actions", EndpointKind.ROUTE: "routes", EndpointKind.EDGE: "edge functions",
}  # fmt: skip


def prefilled(project: Project) -> Context:
    """What the code says of each question; scale, public tables and rows are not in it."""
    return Context(
        entities=_sentence(_entities(project)),
        access_patterns=_sentence(_access(project)),
        authorization=_sentence(_authorization(project)),
        compliance=_sentence(_compliance(project)),
    )


def _sentence(parts: Iterator[str]) -> str:
    said = "; ".join(parts)
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def _entities(project: Project) -> Iterator[str]:
    """The tables that most others refer to come first."""
    tables = list(project.schema.user_tables())
    referred = Counter(
        key.references for table in tables for key in table.of_kind(ConstraintKind.FOREIGN_KEY)
    )
    ordered = sorted(tables, key=lambda table: (-referred[table.qualified], table.qualified))
    if ordered:
        yield f"{counted(len(ordered), 'tables')}: {_named([_short(table) for table in ordered])}"


def _access(project: Project) -> Iterator[str]:
    kinds = Counter(endpoint.kind for endpoint in project.sources.endpoints)
    if kinds:
        yield ", ".join(counted(kinds[kind], words) for kind, words in _KINDS.items() if kinds[kind])
    asked = Counter(query.table.removeprefix("public.") for query in project.sources.queries() if query.table)
    if asked:
        yield f"most queried: {_named([f'{name} ({count})' for name, count in asked.most_common()])}"


def _authorization(project: Project) -> Iterator[str]:
    policies = list(project.schema.policies())
    if policies:
        tables = {policy.table for policy in policies}
        yield f"{counted(len(policies), 'policies')} on {counted(len(tables), 'tables')}"
    texts = " ".join(text for policy in policies for text in (policy.using, policy.check) if text)
    for word, what in (("app_metadata", "roles in app_metadata"), ("auth.uid", "owners by auth.uid()")):
        if word in texts:
            yield what


def _compliance(project: Project) -> Iterator[str]:
    personal = [
        f"{_short(table)}.{column.name}"
        for table in project.schema.user_tables()
        for column in table.columns
        if _PERSONAL & set(column.name.split("_"))
    ]
    if personal:
        yield f"personal data by name: {_named(personal)}"


def _short(table: Table) -> str:
    return table.qualified.removeprefix("public.")


def _named(names: list[str]) -> str:
    more = [f"{len(names) - _MOST} more"] * (len(names) > _MOST)
    return ", ".join(names[:_MOST] + more)

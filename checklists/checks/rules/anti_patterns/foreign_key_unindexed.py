"""A foreign key has no index that finds the rows of a parent."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.usage import queries_of, spellings
from checklists.model import Severity
from checklists.sql.questions.accounts import account_tables
from checklists.sql.questions.bodywrites import body_writes
from checklists.sql.questions.capped import holds_settings, is_capped
from checklists.sql.questions.indexing import partial_on, unindexed_keys
from checklists.sql.questions.searching import is_served, policies_do, searched_columns
from checklists.sql.quoting import columns, ident, listed, relation
from checklists.sql.schema import Command, Constraint, ConstraintKind, Facet, Policy, Schema, Table

CHECK = Check(
    items=("missing-indexes",),
    rule="foreign-key-indexed",
    severity=Severity.LOW,
    reads=(Facet.TABLES, Facet.CONSTRAINTS, Facet.INDEXES),
    also=(Input.SOURCES,),
    peers=("splinter:0001_unindexed_foreign_keys",),
)

_CASCADES = ("CASCADE", "SET NULL", "SET DEFAULT")


def find(project: Project) -> Iterator[Said]:
    """Every foreign key whose columns lead no index that holds all rows."""
    searched = searched_columns(project.schema)
    for table in project.schema.user_tables():
        keys = table.of_kind(ConstraintKind.FOREIGN_KEY)
        yield Examined("foreign keys", len(keys))
        for key in () if project.facts.is_small(table.qualified) else unindexed_keys(table):
            found = searched.get((table.qualified, *key.columns), ())
            policies = tuple(p for p in found if is_served(project.schema, p, table.qualified))
            yield _flag(table, key, policies, _severity(project, table, key, policies))


def _severity(project: Project, table: Table, key: Constraint, policies: tuple[Policy, ...]) -> Severity:
    """By what reads the table: policies often, a cascade whenever a parent goes, and users go seldom."""
    if is_capped(table) or holds_settings(table):
        return Severity.INFO
    if policies:
        return Severity.MEDIUM
    if key.on_delete not in _CASCADES or _notes_who(project.schema, key):
        return Severity.LOW
    used = _goes(project, key.references or "") or _is_read(project, table, key)
    return Severity.MEDIUM if used else Severity.LOW


def _is_read(project: Project, table: Table, key: Constraint) -> bool:
    """Whether queries find the rows of a parent: by its id, or embedded in a query of the parent."""
    names = {name for column in key.columns for name in spellings(column)}
    parent = project.schema.tables.get(key.references or "")
    embedding = queries_of(project, parent) if parent is not None else ()
    return any(re.search(rf"\b{re.escape(table.name)}\b", query.text) for query in embedding) or any(
        column in names for query in queries_of(project, table) for _, column, _ in query.filters
    )


def _goes(project: Project, name: str) -> bool:
    """Whether rows of the parent are deleted as far as the repo says: accounts, and what a query or function
    deletes, itself or with its own parent. Without any query in the repo nothing is known.
    """
    if name in account_tables(project.schema) or not any(True for _ in project.sources.table_queries()):
        return True
    seen, new = {name}, {name}
    while new:
        if any(_is_deleted(project, each) for each in new):
            return True
        new = {up for each in new for up in _cascading(project.schema, each)} - seen
        new -= account_tables(project.schema)
        seen |= new
    return False


def _is_deleted(project: Project, name: str) -> bool:
    table = project.schema.tables.get(name)
    writes = body_writes(project.schema).get(name, ())
    return (
        table is None
        or any(q.operation == "delete" for q in queries_of(project, table))
        or any(write.command is Command.DELETE for write in writes)
    )


def _cascading(schema: Schema, name: str) -> Iterator[str]:
    table = schema.tables.get(name)
    for key in table.of_kind(ConstraintKind.FOREIGN_KEY) if table is not None else ():
        if key.on_delete == "CASCADE" and key.references:
            yield key.references


def _notes_who(schema: Schema, key: Constraint) -> bool:
    """Whether it only notes which account did something (`reviewed_by`), and outlives the account."""
    return key.references in account_tables(schema) and (
        key.on_delete != "CASCADE" or all(name.endswith("_by") for name in key.columns)
    )


def _flag(table: Table, key: Constraint, policies: tuple[Policy, ...], severity: Severity) -> Flag:
    names = listed(key.columns)
    partial = partial_on(table, key.columns)
    lacks = (
        f"only the partial index {partial.name}, which a delete of the parent cannot use"
        if partial is not None
        else "no index"
    )
    does = f"{key.on_delete} then" if key.on_delete in _CASCADES else "the check that nothing refers to it"
    also = f" And {policies_do(policies, 'finds')} rows by it." if policies else ""
    name = f"idx_{table.name}_{'_'.join(key.columns)}"[:63]
    return Flag(
        object=f"constraint:{table.qualified}/{key.name}",
        location=key.location,
        message=f"{table.qualified} refers to {key.references} by {names} and has {lacks} there: when a "
        f"parent row is deleted, {does} reads the whole table, and so does every join from the parent.{also}",
        remedy=f"create index {ident(name)} on {relation(table.qualified)} ({columns(key.columns)});",
        severity=severity,
        related=tuple(policy.location for policy in policies),
    )

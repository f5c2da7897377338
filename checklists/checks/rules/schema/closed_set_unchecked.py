"""A column that takes one of a few words takes any."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.words import Word, words_of, written_words
from checklists.model import Confidence, Severity
from checklists.sql.questions.basetypes import base_type
from checklists.sql.questions.conventions import is_log
from checklists.sql.questions.values import allowed_values
from checklists.sql.quoting import ident, literal, relation
from checklists.sql.schema import Column, Constraint, ConstraintKind, Facet, Schema, Table, TableKind

CHECK = Check(
    items=("closed-sets-checked",),
    rule="check-constraint-enum",
    severity=Severity.LOW,
    reads=(Facet.TABLES, Facet.CONSTRAINTS, Facet.TYPES),
    also=(Input.SOURCES,),
    peers=("schemalint:prefer-text-to-enum",),
)
_SET = re.compile(r"(?:.*_)?(?:status|kind|type|role|stage|phase|tier|visibility|severity|priority)")
_STATE = re.compile(r"(?:.*_)?(?:status|role|stage|phase|tier|visibility|severity|priority)")
# What others define: the words come from outside, and nobody here can list them.
_FOREIGN = re.compile(
    r"mime|content|media|file|stripe|external|provider|webhook|event|card|job|token|event|browser|os|device|"
    r"address|us_state|region|country|error|http|entity|object|resource|subject|target|record|reference|data|"
    r"value|field|column|cursor|integration|vendor|platform|npm|grant|tax"
)
_ENOUGH = 2
_WORD = re.compile(r"[\w -]{1,40}")


def find(project: Project) -> Iterator[Said]:
    """Every text column without a CHECK of which its name, or the code, says that its words are few."""
    for table in project.schema.user_tables():
        if table.kind is TableKind.FOREIGN or table.partition_of or is_log(table):
            continue
        listed = allowed_values(table)
        said = tuple(words_of(project, table))
        for column in table.columns:
            if base_type(project.schema, column.type) not in ("text", "character varying"):
                continue
            if column.name in listed:
                yield Examined("columns")
                yield from _loose(table, column)
            elif not _is_bound(project.schema, table, column):
                yield from _free(project, table, column, said)


def _is_bound(schema: Schema, table: Table, column: Column) -> bool:
    """Whether a key, a constraint or a domain says something of it, or it is an array."""
    if column.type.endswith("[]") or column.generated or column.type in schema.types:
        return True
    return any(column.name in constraint.columns for constraint in table.constraints)


def _free(project: Project, table: Table, column: Column, said: tuple[Word, ...]) -> Iterator[Said]:
    by_name = _is_set(column)
    mine = [word for word in said if word.column == column.name]
    if by_name or mine:
        mine += written_words(project, table, column.name)
    words = sorted({word.text for word in mine if _WORD.fullmatch(word.text)})
    if not by_name and (len(words) < 2 or not _is_compared(mine)):
        return
    if len(words) < _ENOUGH and not _STATE.fullmatch(column.name):
        return  # a type or a kind of which the repo knows hardly a word is often another's
    yield Examined("columns")
    yield _flag(table, column, words)


def _is_set(column: Column) -> bool:
    return _SET.fullmatch(column.name) is not None and not _FOREIGN.search(column.name)


def _is_compared(words: list[Word]) -> bool:
    """Whether conditions of the schema speak of two words: code may compare a free text with one."""
    return len({w.text for w in words if w.object.startswith(("policy:", "index:"))}) > 1


def _flag(table: Table, column: Column, words: list[str]) -> Flag:
    name = ident(column.name)
    shown = ", ".join(literal(word) for word in words[:6])
    told = f"the repo knows {shown}" if words else "its name says that its words are few"
    return Flag(
        object=f"column:{table.qualified}.{column.name}",
        location=column.location or table.location,
        message=f"{table.qualified}.{column.name} takes any text, and {told}: a misspelt word is stored, "
        "and no "
        "condition finds it again.",
        remedy=f"alter table {relation(table.qualified)} add check ({name} in ({shown or '…'}));",
        confidence=None if len(words) > 1 else Confidence.MEDIUM if words else Confidence.LOW,
    )


def _loose(table: Table, column: Column) -> Iterator[Flag]:
    """What lets other values past a CHECK that lists them."""
    checks = [c for c in table.of_kind(ConstraintKind.CHECK) if column.name in c.columns]
    pending = next((c for c in checks if not c.validated), None)
    if pending is not None:
        yield _unvalidated(table, column, pending)
    elif not column.not_null and column.default is not None:
        yield Flag(
            object=f"column:{table.qualified}.{column.name}",
            location=column.location or table.location,
            message=f"{table.qualified}.{column.name} may be NULL, which is none of its words and passes its "
            "CHECK.",
            remedy=f"alter table {relation(table.qualified)} alter column {ident(column.name)} set not null;",
            severity=Severity.INFO,
        )


def _unvalidated(table: Table, column: Column, pending: Constraint) -> Flag:
    return Flag(
        object=f"constraint:{table.qualified}/{pending.name}",
        location=pending.location,
        message=f"The CHECK {pending.name} of {table.qualified}.{column.name} is NOT VALID and no migration "
        "validates it: rows from before may hold anything.",
        remedy=f"alter table {relation(table.qualified)} validate constraint {ident(pending.name)};",
    )

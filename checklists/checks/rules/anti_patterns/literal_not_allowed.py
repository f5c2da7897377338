"""A condition compares a column with a word that the column's CHECK does not allow."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.words import Word, words_of
from checklists.model import Severity
from checklists.sql.questions.values import allowed_values
from checklists.sql.quoting import listed
from checklists.sql.schema import Facet, Table

CHECK = Check(
    items=("hard-coded-values", "closed-sets-checked"),
    rule="hard-coded-id",
    severity=Severity.HIGH,
    reads=(Facet.TABLES, Facet.CONSTRAINTS, Facet.POLICIES, Facet.INDEXES),
    also=(Input.SOURCES,),
)
_WEIGHT = {"column": Severity.MEDIUM, "index": Severity.MEDIUM}
_WHAT = {"policy": "The policy", "index": "The index predicate"}


def find(project: Project) -> Iterator[Said]:
    """Every such word in a default, a policy, an index predicate, or a query's filter."""
    for table in project.schema.user_tables():
        allowed = allowed_values(table)
        if not allowed:
            continue
        yield Examined("columns", len(allowed))
        words = tuple(words_of(project, table))
        for word in words:
            if word.column in allowed and word.text not in allowed[word.column]:
                beside = any(
                    each.object == word.object
                    and each.column == word.column
                    and each.text in allowed[word.column]
                    for each in words
                )
                yield _flag(table, word, allowed[word.column], beside=beside)


def _flag(table: Table, word: Word, allowed: frozenset[str], *, beside: bool) -> Flag:
    kind = word.object.partition(":")[0]
    known = listed(tuple(sorted(allowed)), 6)
    where = f"'{word.text}' in {table.qualified}.{word.column}, which its CHECK does not allow ({known})"
    message = f"{_WHAT.get(kind, 'The query')} asks for {where}: no row ever has it."
    if kind == "column":
        message = f"The default is {where}: an insert that leaves the column out fails with 23514."
    return Flag(
        object=word.object,
        location=word.location,
        message=message,
        remedy=f"Use one of {known}, or add '{word.text}' to the CHECK.",
        severity=Severity.LOW if kind == "index" and beside else _WEIGHT.get(kind),
    )

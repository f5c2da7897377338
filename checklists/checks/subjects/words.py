"""The words that the repo compares columns with, or gives them by default."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checklists.checks.project import Project
from checklists.checks.subjects.usage import queries_of, spellings
from checklists.model import Location
from checklists.sql.expressions import Names, literals, text_literals
from checklists.sql.questions.access import clauses
from checklists.sql.schema import Schema, Table

_QUOTED = re.compile(r"""(["'])((?:(?!\1)[^\\\n])*)\1""")


@dataclass(frozen=True, slots=True)
class Word:
    """`object` names the policy, index, column or call that speaks of it."""

    object: str
    location: Location
    column: str
    text: str


def words_of(project: Project, table: Table) -> Iterator[Word]:
    """Words in policies, index predicates and defaults, then those that queries filter by."""
    yield from _in_schema(project.schema, table)
    for query in queries_of(project, table):
        for method, column, value in query.filters:
            if method == "eq" and (found := _QUOTED.fullmatch(value)) is not None and found[2]:
                name = f"call:{query.function}/{table.name}.{query.operation}"
                yield Word(name, query.location, column, found[2])


def _in_schema(schema: Schema, table: Table) -> Iterator[Word]:
    names = Names.of(schema, table)
    for policy in table.policies:
        for _, text in clauses(policy):
            for column, word in text_literals(text, names):
                yield Word(policy.object, policy.location, column, word)
    for index in table.indexes:
        for column, word in text_literals(index.predicate or "", names):
            yield Word(f"index:{index.schema}.{index.name}", index.location, column, word)
    for column_ in table.columns:
        found = literals(column_.default or "")
        if len(found) == 1:
            name = f"column:{table.qualified}.{column_.name}"
            yield Word(name, column_.location or table.location, column_.name, found[0])


def written_words(project: Project, table: Table, column: str) -> Iterator[Word]:
    """Words that queries write to a column, as in `{ status: 'open' }`, or compare it with in other ways."""
    names = "|".join(re.escape(name) for name in spellings(column))
    sets = re.compile(rf"""\b(?:{names})\b["']?\s*:\s*(["'])([^"'\n]+)\1""")
    for query in queries_of(project, table):
        name = f"call:{query.function}/{table.name}.{query.operation}"
        for _, word in sets.findall(query.payload):
            yield Word(name, query.location, column, word)
        for method, filtered, value in query.filters:
            if filtered == column and method in ("neq", "in"):
                yield from (Word(name, query.location, column, each[1]) for each in _QUOTED.findall(value))

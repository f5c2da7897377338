"""A table's policies search for each row, and nobody has looked at the plan (a hint)."""

from collections.abc import Iterator
from dataclasses import replace

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.expressions import Names, row_searches
from checklists.sql.questions.bodynames import searches
from checklists.sql.questions.recursion import refused
from checklists.sql.quoting import listed, relation
from checklists.sql.schema import Command, Facet, Policy, Schema, Table

CHECK = Check(
    items=("plans-known",),
    rule="rls-explain-profile",
    severity=Severity.INFO,
    reads=(Facet.RLS, Facet.POLICIES, Facet.FUNCTIONS),
)
_CLAIMS = """set local request.jwt.claims = '{"sub": "…", "role": "authenticated"}';"""


def find(project: Project) -> Iterator[Said]:
    """Every table whose policies for reading ask another table, or a function, about each row."""
    for table in project.schema.user_tables():
        if project.facts.is_small(table.qualified) or table.qualified in refused(project.schema):
            continue
        reading = [p for p in table.policies if p.governs(Command.SELECT)] if table.rls_enabled else []
        if reading:
            yield Examined("tables")
            found = _searches(project.schema, table, reading)
            if found:
                yield _flag(table, found)


def _searches(schema: Schema, table: Table, reading: list[Policy]) -> dict[str, Policy]:
    """What is asked for each row, and the first policy that does."""
    names = Names.of(schema, table)
    text = "\n".join(policy.using or "" for policy in reading)
    named = (each for each in names.functions if each.rpartition(".")[2] in text)
    names = replace(names, functions=frozenset(each for each in named if searches(schema, each)))
    found: dict[str, Policy] = {}
    for policy in reading:
        for asked in row_searches(policy.using or "", names):
            found.setdefault(asked, policy)
    return found


def _flag(table: Table, found: dict[str, Policy]) -> Flag:
    policies = tuple(dict.fromkeys(found.values()))
    return Flag(
        object=table.object,
        location=policies[0].location,
        message=f"For each row of {table.qualified} its policies ask {listed(tuple(found))}. What a list of "
        "it costs is for a plan to say.",
        remedy=f"begin;\nset local role authenticated;\n{_CLAIMS}\n"
        f"explain (analyze, buffers) a list of {relation(table.qualified)} as the code asks for "
        "it;\nrollback;",
        related=tuple(policy.location for policy in policies[1:]),
    )

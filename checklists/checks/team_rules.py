"""A team's rules as checks like all others: what they match in the sources, and what waits for the proof."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Rule, Said, Unsure
from checklists.checks.discovery import discover
from checklists.checks.project import Project
from checklists.errors import CountersealError
from checklists.live.model import LintRow
from checklists.model import Location, Severity
from checklists.sql.schema import Facet
from checklists.team import Team
from checklists.team.source_rule import SourceRule
from checklists.team.sql_lint import SqlLint
from checklists.ts.parse import matching

SECTION = "team"
# splinter's levels.
_LEVELS = {"error": Severity.HIGH, "warn": Severity.MEDIUM, "info": Severity.INFO}
RUNS_LATER = "it runs with the proof, on the database that the migrations build"


def rules_of(team: Team) -> tuple[Rule, ...]:
    """The checks that a team brings.

    Raises:
        CountersealError: One has the name of another, or informs an item that there is not.
    """
    rules = [(each.path, _of_sources(each)) for each in team.source_rules if not each.off]
    rules += [(each.path, _of_database(each)) for each in team.sql_lints]
    names, items = {rule.id for rule in discover()}, {item.id for item in team.items}
    for path, rule in rules:
        if rule.id in names:
            raise CountersealError(f"{path}: there is a check {rule.id} already.", "Give it another name.")
        names.add(rule.id)
        unknown = next((item for item in rule.check.items if item not in items), None)
        if unknown is not None:
            hint = "`counterseal explain` lists the items."
            raise CountersealError(f"{path}: there is no item {unknown} for it to inform.", hint)
    return tuple(rule for _, rule in rules)


def _of_sources(rule: SourceRule) -> Rule:
    check = Check(rule.items, rule.rule, rule.severity, rule.confidence, sources=True)

    def find(project: Project) -> Iterator[Said]:
        for path in project.layout.sources:
            text = project.snapshot.text(path)
            if text is None:
                continue
            yield Examined("source files")
            for line, end_line in matching(text, path, rule.matcher):
                yield Flag(f"file:{path}", Location(path, line, end_line), rule.message, rule.remedy)

    return Rule(rule.id, SECTION, check, find, rule.page)


def _flag(project: Project, row: LintRow, lint: Location) -> Flag:
    """A row of a lint, at the object that it names where the schema has that."""
    _, _, name = row.object.partition(":")
    schema = project.schema
    functions = (each for each in schema.functions.values() if each.qualified == name)
    named = schema.tables.get(name) or schema.views.get(name) or next(functions, None)
    return Flag(
        object=row.object or f"database:{row.key}",
        location=named.location if named is not None else lint,
        message=row.detail or row.key,
        remedy=row.remedy,
        severity=_LEVELS.get(row.level),
    )


def _of_database(lint: SqlLint) -> Rule:
    check = Check(lint.items, lint.rule, Severity.MEDIUM, reads=(Facet.TABLES,))
    here = Location(lint.path, 1, lint.sql.count("\n") + 1)

    def find(project: Project) -> Iterator[Said]:
        results = project.proof.lints if project.proof else ()
        result = next((each for each in results if each.lint == lint.id), None)
        if result is None:
            yield Unsure(f"file:{lint.path}", RUNS_LATER, here)
        elif result.fault:
            yield Unsure(f"file:{lint.path}", f"Postgres refused it: {result.fault}", here)
        else:
            yield Examined("databases")
            yield from (_flag(project, row, here) for row in result.rows)

    page = f"# {lint.id}\n\nThe team's own lint, {lint.path}; {RUNS_LATER}.\n\n```sql\n{lint.sql}```\n"
    return Rule(lint.id, SECTION, check, find, page)

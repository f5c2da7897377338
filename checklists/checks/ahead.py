"""The migrations read, and the checks asked that need no source, beside the reading of the sources."""

from collections.abc import Callable, Iterable, Iterator
from typing import NoReturn

from checklists.apart import beside
from checklists.checks.check import Input, Rule
from checklists.checks.discovery import discover
from checklists.checks.engine import report
from checklists.checks.project import Ahead, Project
from checklists.model import Report
from checklists.sql.questions.known import answers
from checklists.sql.questions.searched import searches_of
from checklists.sql.schema import Schema
from checklists.ts.index import SourceIndex


class _Unread(BaseException):
    """A check looked at the sources; no fault of the check's, which the engine would report."""


class _Sources(SourceIndex):
    """Stands for sources that nobody has read yet."""

    def __getattribute__(self, name: str) -> NoReturn:
        raise _Unread(name)


def begin(
    read: Callable[[], Schema], project: Callable[[Schema, SourceIndex], Project]
) -> Callable[[], Ahead]:
    """Begin; what is returned waits for the schema, with the reports on a project that has it.

    Args:
        read: Reads the migrations.
        project: From a schema and sources to the project.
    """
    rules = [rule for rule in discover() if Input.SOURCES not in rule.check.inputs and not rule.check.late]

    def work() -> Ahead:
        asked = project(read(), _Sources())
        reports = dict(_reports(rules, asked))
        searches_of(asked.schema)  # what takes longest of all that checks of sources ask of a schema
        return Ahead(asked.schema, asked.facts, reports, answers(asked.schema))

    return beside(work)


def _reports(rules: Iterable[Rule], project: Project) -> Iterator[tuple[str, Report]]:
    """By check; one that looks at sources after all is left to be asked when they are there."""
    for rule in rules:
        try:
            yield rule.id, report(rule, project)
        except _Unread:
            continue

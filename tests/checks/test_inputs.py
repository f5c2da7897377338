"""What a check declares as its inputs is all that it looks at: answers go stale by it."""

from collections.abc import Mapping
from typing import Any

import pytest
from gitrepos import sample

from checklists.checks.check import Check, Input, Rule
from checklists.checks.discovery import discover
from checklists.checks.loading import load_project
from checklists.checks.project import Project
from checklists.demo import materialise
from checklists.model import Severity
from checklists.repo.kinds import Kind, kind_of
from checklists.sql.schema import Facet

_OF = {Kind.SOURCE: Input.SOURCES, Kind.MIGRATION: Input.SCHEMA, Kind.OTHER: Input.FILES}


class Watched:
    """Stands for a project or its snapshot, and notes what was looked at."""

    def __init__(self, real: Any, seen: set[Input]) -> None:
        self._real, self._seen = real, seen

    def __getattr__(self, name: str) -> Any:
        if name == "snapshot":
            return Watched(self._real.snapshot, self._seen)
        noted: Mapping[str, Input] = {
            "schema": Input.SCHEMA,
            "sources": Input.SOURCES,
            "files": Input.FILES,
            "paths": Input.FILES,
        }
        if name in noted:
            self._seen.add(noted[name])
        return getattr(self._real, name)

    def text(self, path: str) -> str | None:
        kind = kind_of(path, frozenset())
        if kind in _OF:
            self._seen.add(_OF[kind])
        return self._real.text(path)


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, ...]:
    folder = tmp_path_factory.mktemp("inputs")
    return (
        load_project(materialise(folder / "demo")),
        load_project(sample("specification", folder / "specification")),
    )


@pytest.mark.parametrize("rule", discover(), ids=lambda rule: rule.id)
def test_a_check_looks_at_what_it_declares(rule: Rule, projects: tuple[Project, ...]) -> None:
    seen: set[Input] = set()
    for project in projects:
        list(rule.find(Watched(project, seen)))  # type: ignore[arg-type]
    undeclared = set() if Input.FILES in rule.check.inputs else seen - rule.check.inputs
    assert not undeclared, (
        f"{rule.id}: declare also=({', '.join(f'Input.{each.name}' for each in undeclared)},)"
    )


def test_a_check_that_declares_nothing_rests_on_every_file() -> None:
    bare = Check(("rls-enabled",), "r", Severity.LOW)
    assert bare.inputs == {Input.FILES}
    read = Check(("rls-enabled",), "r", Severity.LOW, reads=(Facet.RLS,), also=(Input.SOURCES,))
    assert read.inputs == {Input.SCHEMA, Input.SOURCES}

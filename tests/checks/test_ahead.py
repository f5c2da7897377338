"""What is asked while the sources are read says what it would say afterwards."""

from dataclasses import fields, replace
from pathlib import Path

import pytest
from gitrepos import sample

from checklists.checks import ahead
from checklists.checks.ahead import Asked, known, pays
from checklists.checks.check import Input
from checklists.checks.discovery import discover
from checklists.checks.engine import report, run
from checklists.checks.loading import load_project
from checklists.checks.project import Project
from checklists.repo.history import History
from checklists.sql.schema import Schema
from checklists.team import Facts


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The specification's repo, read in one process."""
    return load_project(sample("specification", tmp_path_factory.mktemp("usual") / "repo"))


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "ENOUGH", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)


@pytest.mark.usefixtures("eager")
def test_the_schema_and_the_reports_are_the_same(
    usual: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "read_schema", None)  # it is another process that reads
    project = load_project(sample("specification", tmp_path / "repo"))
    assert project.known is not None
    assert [getattr(project.schema, each.name) for each in fields(Schema)] == [
        getattr(usual.schema, each.name) for each in fields(Schema)
    ]
    assert len(project.reported) > 50
    assert list(run(project)) == list(run(usual))


def _asked(project: Project) -> Asked:
    assert isinstance(project.history, History)
    return Asked(project.snapshot, project.layout, project.history)


def test_a_check_that_turns_to_the_sources_waits_for_them(usual: Project) -> None:
    had = known(_asked(usual)).reports.keys()
    waiting = {rule.id for rule in discover()} - had
    assert {rule.id for rule in discover() if Input.SOURCES in rule.check.inputs} <= waiting
    assert "rls_disabled" in had
    assert "secret_in_history" in waiting  # it is begun beside, in a process of its own


def test_they_hold_for_that_schema_and_these_facts_alone(usual: Project) -> None:
    before = replace(usual, known=known(_asked(usual)))
    assert not before.reported  # its schema is another one
    project = replace(before, schema=before.known.schema if before.known else usual.schema)
    assert project.reported
    assert not replace(project, facts=Facts(public_tables=("public.tenders",))).reported


def test_what_was_reported_is_not_asked_again(usual: Project) -> None:
    had = known(_asked(usual))
    project = replace(usual, known=had, schema=had.schema)
    rule = next(rule for rule in discover() if rule.id == "rls_disabled")
    assert next(iter(run(project, [rule]))) is had.reports["rls_disabled"]
    assert report(rule, project) == had.reports["rls_disabled"]


def test_a_small_repo_and_a_single_processor_are_read_at_one_go(
    usual: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    assert not pays(usual.snapshot, usual.layout)
    monkeypatch.setattr(ahead, "ENOUGH", 10)
    assert pays(usual.snapshot, usual.layout)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert not pays(usual.snapshot, usual.layout)

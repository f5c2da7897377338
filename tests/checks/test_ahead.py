"""What is asked while the sources are read is what would be said when they are there."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from builders import migrations

from checklists.checks.ahead import begin
from checklists.checks.check import Input
from checklists.checks.discovery import discover
from checklists.checks.engine import report, run
from checklists.checks.project import Project
from checklists.demo import materialise
from checklists.sql.schema import Schema
from checklists.team import Facts
from checklists.ts.index import SourceIndex

SEEN = migrations("create table notes (id uuid, owner uuid references auth.users (id));")

# In a program of its own: the test runner's threads forbid a copy.
BOTH_WAYS = """
import sys
from pathlib import Path
from checklists import apart
from checklists.checks import loading
from checklists.checks.engine import run

read, read_schema = [], loading.read_schema
loading.read_schema = lambda *given: read.append(given) or read_schema(*given)
beside = loading.load_project(Path(sys.argv[1]))
reports = [*run(beside)]
print(len(read), len(beside.ahead.reports) > 60)
loading.can_copy = apart.can_copy = lambda: False
here = loading.load_project(Path(sys.argv[1]))
print(len(read), here.ahead, [*run(here)] == reports)
"""


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checklists.apart.can_copy", lambda: False)


def _project(schema: Schema, sources: SourceIndex) -> Project:
    return replace(SEEN, schema=schema, sources=sources)


def test_every_check_that_needs_no_source_says_the_same() -> None:
    ahead = begin(lambda: SEEN.schema, _project)()
    rules = {rule.id: rule for rule in discover()}
    assert "policy_always_true" in ahead.reports
    assert len(ahead.reports) > 60
    assert dict(ahead.reports) == {check: report(rules[check], SEEN) for check in ahead.reports}


def test_a_check_that_looks_at_sources_without_saying_so_is_left_for_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rule = next(r for r in discover() if r.id == "policy_always_true")
    monkeypatch.setattr(
        "checklists.checks.ahead.discover",
        lambda: (rule, replace(rule, id="sly", find=lambda project: iter(project.sources.gaps))),
    )
    assert [*begin(lambda: SEEN.schema, _project)().reports] == ["policy_always_true"]


def test_no_declared_reader_of_sources_is_asked() -> None:
    reports = begin(lambda: SEEN.schema, _project)().reports
    assert not [r.id for r in discover() if Input.SOURCES in r.check.inputs and r.id in reports]


def test_what_was_said_of_another_schema_or_other_facts_does_not_count() -> None:
    rule = next(r for r in discover() if r.id == "policy_always_true")
    ahead = begin(lambda: SEEN.schema, _project)()
    marked = replace(
        ahead, reports={"policy_always_true": replace(ahead.reports["policy_always_true"], rule="ahead")}
    )
    known = replace(SEEN, ahead=marked)
    assert [each.rule for each in run(known, [rule])] == ["ahead"]
    for other in (
        replace(known, schema=Schema()),
        replace(known, facts=Facts(public_tables=("public.notes",))),
    ):
        assert [each.rule for each in run(other, [rule])] == [rule.check.rule]


@pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) == 1, reason="needs two processors"
)
def test_a_repo_is_read_and_checked_alike_with_a_copy_and_without_one(tmp_path: Path) -> None:
    root = materialise(tmp_path / "demo")
    done = subprocess.run(
        [sys.executable, "-c", BOTH_WAYS, str(root)], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["0 True", "1 None True"]

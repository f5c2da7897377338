"""The sample repo is whole, the same each time, and holds what it promises."""

from pathlib import Path

import pytest
from gitrepos import git

from checklists.catalogue import items, load
from checklists.checks.engine import run
from checklists.checks.loading import load_project
from checklists.demo import PLANTED, SILENT, SOUND, UNDECIDED, Planted, materialise
from checklists.errors import CountersealError
from checklists.model import Finding, Report, Severity, Verdict
from checklists.repo import find_layout, read_snapshot
from checklists.review.suggesting import suggest


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return materialise(tmp_path_factory.mktemp("demo") / "sample")


@pytest.fixture(scope="module")
def reports(sample: Path) -> tuple[Report, ...]:
    return tuple(run(load_project(sample)))


@pytest.fixture(scope="module")
def findings(reports: tuple[Report, ...]) -> tuple[Finding, ...]:
    return tuple(finding for report in reports for finding in report.findings)


def test_it_is_a_clean_repo_of_one_commit(sample: Path) -> None:
    assert git(sample, "status", "--porcelain") == ""
    assert git(sample, "rev-list", "--count", "HEAD") == "1"
    assert git(sample, "log", "-1", "--format=%an %aI %G?") == "Quayside 2026-03-16T09:00:00+00:00 N"


def test_it_is_the_same_each_time(sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hooks = tmp_path / "template/hooks"
    hooks.mkdir(parents=True)
    (hooks / "post-commit").write_text(f"#!/bin/sh\ntouch '{tmp_path}/was-run'\n")
    (hooks / "post-commit").chmod(0o755)
    monkeypatch.setenv("GIT_TEMPLATE_DIR", str(tmp_path / "template"))
    monkeypatch.setenv("GIT_DEFAULT_HASH", "sha256")
    for name, value in {
        "user.name": "Someone", "core.autocrlf": "true", "commit.gpgSign": "true",
        "core.hooksPath": str(hooks), "init.defaultBranch": "trunk",
    }.items():  # fmt: skip
        git(tmp_path, "config", "--global", name, value)
    again = materialise(tmp_path / "again")
    assert git(again, "rev-parse", "main") == git(sample, "rev-parse", "main")
    assert not (tmp_path / "was-run").exists()
    assert not (again / ".git/hooks").exists()


def test_it_has_every_part_that_a_review_looks_at(sample: Path) -> None:
    snapshot = read_snapshot(sample)
    layout = find_layout(snapshot)
    assert len(layout.migrations) == 7
    assert [name for name, _ in layout.edge_functions] == ["close-tender", "notify-bidders"]
    assert layout.config
    assert layout.sql_tests
    assert layout.skipped == ()
    assert 15 <= len(layout.sources) <= 30
    assert {".gitignore", ".env.example"} <= snapshot.paths
    assert not any("dot-" in path for path in snapshot.paths)


def test_it_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(CountersealError, match="is not empty"):
        materialise(tmp_path)
    with pytest.raises(CountersealError, match="is not empty"):
        materialise(tmp_path / "mine.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_it_may_fill_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert (materialise(tmp_path / "empty") / "package.json").exists()


def test_the_tables_speak_of_every_item_once() -> None:
    checklists = ("security", "anti_patterns")
    asked = [item.id for section in load() if section.id in checklists for item in section.items]
    assert len(asked) == 22
    failing = {planted.item for planted in PLANTED}
    assert sorted((*failing, *UNDECIDED, *SILENT)) == sorted(asked)


def test_a_review_starts_with_every_kind_of_work(reports: tuple[Report, ...]) -> None:
    said = {item.id: suggest(item, reports) for item in items()}
    expected = dict.fromkeys((planted.item for planted in PLANTED), Verdict.FAIL)
    expected |= dict.fromkeys(UNDECIDED, Verdict.UNDETERMINED) | dict.fromkeys(SILENT, Verdict.PASS)
    assert {item: said[item].verdict for item in expected} == expected
    assert all(said[item].examined for item in expected)
    assert all(1 <= len(said[planted.item].findings) <= 3 for planted in PLANTED)


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: f"{planted.item}-{planted.rule}")
def test_planted_fault_is_found(planted: Planted, findings: tuple[Finding, ...]) -> None:
    found = [
        finding for finding in findings if finding.rule == planted.rule and planted.item in finding.items
    ]
    assert planted.object in {name for finding in found for name in (finding.object, *finding.within)}, found


def test_nothing_else_is_said_above_low(findings: tuple[Finding, ...]) -> None:
    planted = {(each.rule, each.object) for each in PLANTED}
    graver = [finding for finding in findings if finding.severity.rank <= Severity.MEDIUM.rank]
    assert [
        finding
        for finding in graver
        if planted.isdisjoint((finding.rule, name) for name in (finding.object, *finding.within))
    ] == []


@pytest.mark.parametrize("name", SOUND)
def test_sound_part_is_left_alone(name: str, findings: tuple[Finding, ...]) -> None:
    said = [f for f in findings if name in (f.object, *f.within) and f.severity.rank <= Severity.MEDIUM.rank]
    assert said == []


def test_sound_parts_are_parts(sample: Path) -> None:
    project = load_project(sample)
    schema, endpoints = project.schema, {endpoint.object for endpoint in project.sources.endpoints}
    objects = {table.object for table in schema.tables.values()} | {p.object for p in schema.policies()}
    objects |= {view.object for view in schema.views.values()} | {f.object for f in schema.functions.values()}
    objects |= {f"column:{t.qualified}.{c.name}" for t in schema.tables.values() for c in t.columns}
    objects |= {f"bucket:{bucket}" for bucket in schema.buckets}
    assert set(SOUND) <= objects | endpoints

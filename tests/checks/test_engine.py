"""Reports from what a check says."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from builders import migrations

from checklists.checks.check import Check, Examined, Find, Flag, Rule, Said, Unsure
from checklists.checks.engine import report, run
from checklists.checks.project import Project
from checklists.model import Confidence, Gap, Location, Report, Severity, Status
from checklists.repo import Layout, Snapshot, Subject
from checklists.sql.schema import Facet, Schema, SchemaGap
from checklists.ts.index import SourceIndex

PLACE = Location("m.sql", 3, 4)
FLAG = Flag("table:public.t", PLACE, "Bad.", "Mend.")
GAP = Gap("file:m.sql", "it does not parse")


def _project(schema: Schema = Schema(), sources: SourceIndex = SourceIndex()) -> Project:  # noqa: B008 - frozen
    snapshot = Snapshot(str(Path("/r")), Subject("c", "t"), {})
    return Project(snapshot, Layout("supabase", ()), schema, sources)


def _rule(*said: Said, **declared: object) -> Rule:
    def find(_project: Project) -> Iterator[Said]:
        yield from said

    return _rule_of(find, **declared)


def _rule_of(find: Find, **declared: object) -> Rule:
    check = Check(items=("x",), rule="r", severity=Severity.HIGH, **declared)  # type: ignore[arg-type]
    return Rule("some_check", "security", check, find, "")


def test_nothing_examined_is_not_applicable() -> None:
    assert report(_rule(), _project()).status is Status.NOT_APPLICABLE
    assert report(_rule(Examined("tables", 0)), _project()).status is Status.NOT_APPLICABLE


def test_examined_and_silent_is_clear_and_counts_add_up() -> None:
    said = report(_rule(Examined("tables"), Examined("tables", 2)), _project())
    assert (said.status, said.examined) == (Status.CLEAR, (("tables", 3),))


def test_flags_take_what_the_check_declares_and_are_numbered_by_object() -> None:
    said = report(_rule(FLAG, FLAG, peers=("p",)), _project())
    assert [f.id for f in said.findings] == ["some_check:table:public.t", "some_check:table:public.t#2"]
    assert {(f.severity, f.confidence, f.peers) for f in said.findings} == {
        (Severity.HIGH, Confidence.HIGH, ("p",))
    }


def test_a_broken_file_is_nothing_to_edge_functions_that_are_not_there() -> None:
    broken = _project(sources=SourceIndex(gaps=(GAP,)))
    assert report(_rule(sources=True), broken).status is Status.UNDETERMINED
    assert report(_rule(sources=True, edge=True), broken).status is Status.NOT_APPLICABLE
    entry = ("hello", "supabase/functions/hello/index.ts")
    having = replace(broken, layout=Layout("supabase", (), edge_functions=(entry,)))
    assert report(_rule(sources=True, edge=True), having).status is Status.UNDETERMINED


def test_unsure_is_undetermined_unless_flagged() -> None:
    unsure = Unsure("policy:p", "it calls an unknown function")
    assert report(_rule(Examined("policies"), unsure), _project()).status is Status.UNDETERMINED
    assert report(_rule(unsure, FLAG), _project()).status is Status.FLAGGED


def test_a_gap_in_what_the_check_reads_makes_it_undetermined() -> None:
    schema = Schema(gaps=(SchemaGap(GAP, frozenset({Facet.POLICIES})),))
    reads_it = _rule(Examined("policies"), reads=(Facet.POLICIES,))
    assert report(reads_it, _project(schema)).gaps == (GAP,)
    assert report(_rule(Examined("tables"), reads=(Facet.TABLES,)), _project(schema)).status is Status.CLEAR


def test_a_file_that_does_not_parse_reaches_checks_over_sources_even_with_nothing_examined() -> None:
    sources = SourceIndex(gaps=(GAP,))
    assert report(_rule(sources=True), _project(sources=sources)).status is Status.UNDETERMINED


def test_a_check_that_fails_is_undetermined_and_says_so() -> None:
    def find(_project: Project) -> Iterator[Said]:
        yield Examined("tables")
        raise KeyError("lost")

    said = report(_rule_of(find), _project())
    assert said.status is Status.UNDETERMINED
    assert "KeyError" in said.gaps[0].because


def test_a_finding_in_a_helper_names_the_endpoints_that_call_it() -> None:
    sources = SourceIndex(within={"lib/db.ts#list": ("action:app/a.ts#go",)})
    flag = Flag("call:lib/db.ts#list/tenders.select", PLACE, "Bad.", "Mend.")
    assert report(_rule(flag), _project(sources=sources)).findings[0].within == ("action:app/a.ts#go",)


def test_a_check_that_takes_its_time_is_begun_at_once_and_reported_in_its_turn() -> None:
    begun = Event()

    def slow(_project: Project) -> Iterator[Said]:
        begun.set()
        yield Examined("commits")

    def quick(_project: Project) -> Iterator[Said]:
        assert begun.wait(5), "it waits for the others"
        yield Examined("tables")

    rules = (replace(_rule_of(quick), id="quick"), replace(_rule_of(slow, late=True), id="slow"))
    said = list(run(_project(), rules))
    assert [(each.check, each.status) for each in said] == [("quick", Status.CLEAR), ("slow", Status.CLEAR)]


def test_the_same_is_said_where_half_of_the_checks_are_asked_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = migrations("create table notes (id uuid, owner uuid references auth.users (id));")
    here = tuple(run(seen))
    asked: list[int] = []

    def beside(work: Callable[[], dict[str, Report]]) -> Callable[[], dict[str, Report]]:
        asked.append(len(work()))
        return work

    monkeypatch.setattr("checklists.checks.engine.can_copy", lambda: True)
    monkeypatch.setattr("checklists.checks.engine.beside", beside)
    assert tuple(run(seen)) == here
    assert asked[0] > 60

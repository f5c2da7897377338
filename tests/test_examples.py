"""Every example on every check's page, and the promises each page makes."""

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from builders import committed, project

from checklists.catalogue import item_named
from checklists.checks.check import Input, Rule
from checklists.checks.discovery import discover
from checklists.checks.engine import report
from checklists.checks.examples import Example, examples
from checklists.checks.project import Project
from checklists.live.proving import prove
from checklists.model import Status

RULES = discover()
ONLY_WITH_A_PROOF = {"isolation_refuted"}
CASES = [
    pytest.param(
        rule, example, id=f"{rule.id}-{'flagged' if example.flagged else 'clear'}-{example.title or number}"
    )
    for rule in RULES
    for number, example in enumerate(examples(rule.page))
]


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_example(rule: Rule, example: Example, tmp_path: Path) -> None:
    seen = _project(example, tmp_path / "repo")
    if rule.id in ONLY_WITH_A_PROOF:
        seen = seen.proven(prove(seen.snapshot, seen.layout, seen.schema))
    said = report(rule, seen)
    _looks_at_what_it_declares(rule, seen)
    if not example.flagged:
        assert said.status in (Status.CLEAR, Status.NOT_APPLICABLE), said
        return
    assert said.status is Status.FLAGGED, said
    there = {
        (f.location.path, line, how)
        for f in said.findings
        for line in _lines(f)
        for how in (f.severity, None)
    }
    assert set(example.marks) <= there, said.findings


def _project(example: Example, root: Path) -> Project:
    """The files of an example; those of several commits in a repository."""
    if not example.earlier:
        return project(dict(example.files))
    return committed(root, *(dict(files) for files in (*example.earlier, example.files)))


def _lines(finding: object) -> range:
    place = finding.location  # type: ignore[attr-defined]
    return range(place.line, place.end_line + 1)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_page_has_both_kinds_of_example(rule: Rule) -> None:
    kinds = [example.flagged for example in examples(rule.page)]
    assert True in kinds
    assert False in kinds


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_page_has_its_sections(rule: Rule) -> None:
    headings = [line[3:] for line in rule.page.splitlines() if line.startswith("## ")]
    assert headings == ["Flagged", "Clear", "Remedy", "Silent when"]
    assert rule.page.startswith("# ")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_nothing_is_left_as_it_was_begun(rule: Rule) -> None:
    written = f"{rule.page}\n{sys.modules[rule.find.__module__].__doc__}\n{rule.find.__doc__}"
    assert not re.search(r"TODO:|What goes wrong, and for whom|that …", written)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_check_informs_items_that_exist(rule: Rule) -> None:
    assert rule.check.items
    assert all(item_named(item) for item in rule.check.items), rule.check.items


def test_check_ids_are_unique() -> None:
    ids = [rule.id for rule in RULES]
    assert len(ids) == len(set(ids))


class _Unseen:
    """Stands for a part of the project that a check says it does not look at."""

    def __getattribute__(self, name: str) -> object:
        raise AssertionError(f"it looks at {name}, undeclared")


def _looks_at_what_it_declares(rule: Rule, seen: Project) -> None:
    """What is not declared makes no signed answer stale."""
    inputs = rule.check.inputs
    for part, needed in (("schema", Input.SCHEMA), ("sources", Input.SOURCES)):
        if Input.FILES not in inputs and needed not in inputs:
            list(rule.find(replace(seen, **{part: _Unseen()})))

"""The check that the README of the checks writes, step by step, is one that works."""

import re
from pathlib import Path
from typing import Any

from builders import migrations, project

from checklists import checks
from checklists.catalogue import item_named
from checklists.checks.check import Rule
from checklists.checks.engine import report
from checklists.checks.examples import examples
from checklists.model import Severity, Status

RECIPE = Path(checks.__file__).with_name("README.md").read_text("utf-8")


def _written() -> Rule:
    code = re.findall(r"^```python\n(.*?)^```$", RECIPE, re.MULTILINE | re.DOTALL)
    (page,) = re.findall(r"^````markdown\n(.*?)^````$", RECIPE, re.MULTILINE | re.DOTALL)
    made: dict[str, Any] = {}
    exec("\n".join(code), made)
    return Rule("time_as_text", "anti_patterns", made["CHECK"], made["find"], page)


def test_its_page_is_its_test() -> None:
    rule = _written()
    flagged, clear = examples(rule.page)
    said = report(rule, project(dict(flagged.files)))
    assert [(f.location.path, f.location.line, None) for f in said.findings] == list(flagged.marks)
    assert report(rule, project(dict(clear.files))).status is Status.CLEAR
    assert all(item_named(item) for item in rule.check.items)


def test_it_examines_before_it_is_clear() -> None:
    assert report(_written(), migrations("select 1;")).status is Status.NOT_APPLICABLE


def test_the_sections_and_severities_are_those_that_there_are() -> None:
    headings = re.findall(r"^\| `## (.+?)` \|", RECIPE, re.MULTILINE)
    assert headings == [line[3:] for line in _written().page.splitlines() if line.startswith("## ")]
    assert all(f"`{severity}`:" in RECIPE for severity in Severity)

"""Every rule is accounted for: by a check, or by an item that asks a person."""

import pytest

from checklists.catalogue import item_named, items
from checklists.catalogue.rules import SpecifiedRule, specified_rules
from checklists.checks.discovery import discover
from tui.commands.checks import rules_served

OWN = frozenset({"data-pagination", "env-returned-to-caller"})
"""Rules of checks that the specification does not state: peers have them, or users expect them."""


def test_every_rule_is_served_by_a_check_or_an_item() -> None:
    assert {row["rule"] for row in rules_served() if not row["checks"] and not row["items"]} == set()


@pytest.mark.parametrize("rule", specified_rules(), ids=lambda rule: rule.slug)
def test_the_item_of_a_rule_is_one_that_no_machine_passes(rule: SpecifiedRule) -> None:
    assert rule.lines
    item = item_named(rule.item) if rule.item else None
    assert item is None or not item.automatic
    assert item is not None or rule.slug in {each.check.rule for each in discover()}


def test_there_are_no_others_and_none_twice() -> None:
    slugs = [rule.slug for rule in specified_rules()]
    assert len(slugs) == len(set(slugs)) == 110
    assert {rule.check.rule for rule in discover()} - set(slugs) - OWN == set()


def test_what_decides_an_item_is_a_check_that_informs_it() -> None:
    informs = {rule.id: rule.check.items for rule in discover()}
    named = [(check, item.id) for item in items() for check in item.decided_by]
    assert len(named) > 40
    assert [(check, item) for check, item in named if item not in informs.get(check, ())] == []

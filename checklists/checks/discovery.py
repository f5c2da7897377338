"""Finds the checks: every module under rules/ with a page of the same stem beside it."""

import importlib
import pkgutil
from functools import cache
from importlib import resources

from checklists.checks import rules
from checklists.checks.check import Rule


@cache
def discover() -> tuple[Rule, ...]:
    """All checks, ordered by section and id, those that take their time after all others.

    Raises:
        FileNotFoundError: A check has no page.
    """
    found = []
    for section in pkgutil.iter_modules(rules.__path__):
        package = f"{rules.__name__}.{section.name}"
        for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
            code = importlib.import_module(f"{package}.{module.name}")
            page = resources.files(package).joinpath(f"{module.name}.md").read_text("utf-8")
            found.append(Rule(module.name, section.name, code.CHECK, code.find, page))
    return tuple(sorted(found, key=lambda rule: rule.check.late))


def rule_named(check: str) -> Rule | None:
    """The check of that id."""
    return next((rule for rule in discover() if rule.id == check), None)

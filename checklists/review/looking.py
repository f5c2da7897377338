"""Every look at a project: the checks, and what the team says of what they found."""

from collections.abc import Iterator, Mapping

from checklists.catalogue import items
from checklists.checks.discovery import discover
from checklists.checks.engine import run
from checklists.checks.project import Project
from checklists.model import Report
from checklists.review.rulings import ruled


def look(project: Project) -> Iterator[Report]:
    """One report a check as soon as it is known, with the team's rulings; then one on these."""
    return ruled(run(project, discover()), project.team)


def informed_by() -> Mapping[str, frozenset[str]]:
    """For each item the checks that it waits for."""
    rules = discover()
    return {item.id: frozenset(rule.id for rule in rules if item.id in rule.check.items) for item in items()}

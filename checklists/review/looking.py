"""Every look at a project: the checks, and what the team says of what they found."""

from collections.abc import Iterator, Mapping
from itertools import chain

from checklists.checks.check import Rule
from checklists.checks.discovery import discover
from checklists.checks.engine import run
from checklists.checks.project import Project
from checklists.checks.team_rules import rules_of
from checklists.model import Report, Suggestion
from checklists.review.others import evidence
from checklists.review.rulings import ruled
from checklists.review.suggesting import suggest


def look(project: Project) -> Iterator[Report]:
    """One report a check as soon as it is known, then those of other scanners, with the team's rulings."""
    return ruled(chain(run(project, checks_of(project)), evidence(project)), project.team)


def look_at_claims(project: Project) -> Mapping[str, Suggestion]:
    """The suggestions, by item, of what speaks of the claims that the project's proof has made so far."""
    rules = checks_of(project)
    about = {item for rule in rules if rule.check.claims for item in rule.check.items}
    mine = [rule for rule in rules if about & set(rule.check.items)]
    reports = tuple(ruled(chain(run(project, mine), evidence(project)), project.team))
    return {item.id: suggest(item, reports) for item in project.items if item.id in about}


def checks_of(project: Project) -> tuple[Rule, ...]:
    """The checks that come with the tool, then the team's own.

    Raises:
        CountersealError: One of the team's has the name of another, or informs an item that there is not.
    """
    return (*discover(), *rules_of(project.team))


def informed_by(project: Project) -> Mapping[str, frozenset[str]]:
    """For each item the checks that it waits for."""
    rules = checks_of(project)
    return {
        item.id: frozenset(rule.id for rule in rules if item.id in rule.check.items) for item in project.items
    }

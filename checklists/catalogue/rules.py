"""The rules that the catalogue's items stand for, as data: each is served by checks, or by an item alone."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from checklists.model import Severity


@dataclass(frozen=True, slots=True)
class SpecifiedRule:
    """One rule: `slug` is what checks call `rule`, `lines` cite the specification.

    `severity` is that of the worst case. `item` is the item that asks a person, where checks at best
    inform the answer.
    """

    slug: str
    severity: Severity
    lines: tuple[str, ...]
    item: str = ""


@cache
def specified_rules() -> tuple[SpecifiedRule, ...]:
    """All rules, in the order of the specification's parts."""
    text = resources.files(__package__).joinpath("rules.toml").read_text("utf-8")
    return tuple(
        SpecifiedRule(row["slug"], Severity(row["severity"]), tuple(row["lines"]), row.get("item", ""))
        for row in tomllib.loads(text)["rule"]
    )

"""`counterseal checks`: every check with what it informs and serves, or every rule with who serves it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from checklists.catalogue import SECTIONS
from checklists.catalogue.rules import SpecifiedRule, specified_rules
from checklists.checks.check import Rule
from checklists.checks.discovery import discover
from checklists.checks.team_rules import SECTION
from tui.commands.explain import known_to
from tui.commands.text import wrapped


@click.command("checks")
@click.option("--rules", "by_rule", is_flag=True, help="Every rule, with what serves it.")
@click.option("--repo", type=click.Path(path_type=Path), help="With what its team adds.")
@click.option("--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True)
def command(repo: Path | None, form: str, *, by_rule: bool) -> int:
    """List every check with its severity, the items that it informs, its rule and the same rule elsewhere."""
    rows = rules_served() if by_rule else [_check(rule) for rule in sorted(known_to(repo)[0], key=_place)]
    if form == "json":
        click.echo(json.dumps(rows, indent=2))
    else:
        click.echo("\n".join(_rules(rows) if by_rule else _checks(rows)))
    return 0


def rules_served() -> list[dict[str, Any]]:
    """Each rule with its lines and severity, and the checks that serve it or the item that asks a person."""
    return [_served(each) for each in specified_rules()]


def _place(rule: Rule) -> tuple[int, str]:
    return (*SECTIONS, SECTION).index(rule.section), rule.id


def _served(rule: SpecifiedRule) -> dict[str, Any]:
    serving = [each for each in discover() if each.check.rule == rule.slug]
    items = [item for each in serving for item in each.check.items] + [rule.item] * bool(rule.item)
    return {
        "rule": rule.slug,
        "lines": list(rule.lines),
        "severity": rule.severity.value,
        "checks": [each.id for each in serving],
        "items": list(dict.fromkeys(items)),
    }


def _check(rule: Rule) -> dict[str, Any]:
    check = rule.check
    return {
        "check": rule.id,
        "section": rule.section,
        "severity": check.severity.value,
        "confidence": check.confidence.value,
        "items": list(check.items),
        "rule": check.rule,
        "peers": list(check.peers),
    }


def _checks(rows: list[dict[str, Any]]) -> Iterator[str]:
    section = ""
    for row in rows:
        if row["section"] != section:
            section = row["section"]
            yield from ("", click.style(section.replace("_", " ").upper(), bold=True))
        yield f"{row['check']}  {click.style(row['severity'], dim=True)}"
        words = [f"items {', '.join(row['items'])}", f"rule {row['rule']}"]
        words += [f"as {', '.join(row['peers'])}"] * bool(row["peers"])
        yield from wrapped("; ".join(words), "    ")
    yield f"\n{len(rows)} checks. One of them: counterseal explain CHECK"


def _rules(rows: list[dict[str, Any]]) -> Iterator[str]:
    for row in rows:
        yield f"{row['rule']}  {click.style(' '.join([row['severity'], *row['lines']]), dim=True)}"
        by = f"checks {', '.join(row['checks'])}" if row["checks"] else "a person"
        yield from wrapped(
            f"{by}; items {', '.join(row['items'])}" if row["items"] else "nothing yet", "    "
        )
    human = sum(bool(row["items"] and not row["checks"]) for row in rows)
    yield f"\n{len(rows)} rules, {human} of them a person's to answer."

"""`counterseal explain`: the page of a check, or what an item asks."""

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

import click

from checklists.catalogue import items
from checklists.checks.check import Rule
from checklists.checks.discovery import discover
from checklists.errors import CountersealError
from checklists.model import Item
from tui.text import visible


@click.command("explain")
@click.argument("name", metavar="[CHECK]", default="")
@click.option("--repo", type=click.Path(path_type=Path), help="With what its team adds.")
@click.option("--rev", default="HEAD", show_default=True, metavar="REV", help="The revision of that repo.")
def command(name: str, repo: Path | None, rev: str) -> int:
    """Print what CHECK looks for, why it matters and what to do.

    CHECK may be a finding or an item as well; without one, all checks and items are listed.
    """
    rules, asked = known_to(repo, rev)
    if not name:
        click.echo(visible("\n".join(_every_name(rules, asked))))
        return 0
    rule = next((each for each in rules if each.id == name.partition(":")[0]), None)
    item = next((each for each in asked if each.id == name), None)
    if rule is not None:
        click.echo(visible(rule.page.rstrip("\n")))
    elif item is not None:
        click.echo(visible("\n".join(_item(item, rules))))
    else:
        known = [*(rule.id for rule in rules), *(item.id for item in asked)]
        near = get_close_matches(name, known, 3)
        hint = f"Did you mean {' or '.join(near)}?" if near else "`counterseal explain` lists them."
        raise CountersealError(f"There is no check {name}.", hint)
    return 0


def known_to(repo: Path | None, rev: str = "HEAD") -> tuple[tuple[Rule, ...], tuple[Item, ...]]:
    """The checks and items that come with the tool, and those that a repo's team adds."""
    if repo is None:
        return discover(), items()
    from checklists.checks.team_rules import rules_of  # noqa: PLC0415 - reads git and YAML
    from checklists.repo.snapshot import read_snapshot  # noqa: PLC0415 - as above
    from checklists.team import read_team  # noqa: PLC0415 - as above

    team = read_team(read_snapshot(repo, rev))
    return (*discover(), *rules_of(team)), team.items


def _every_name(rules: tuple[Rule, ...], asked: tuple[Item, ...]) -> Iterator[str]:
    """Items, then checks, each on one line."""
    rows = [(item.id, item.title) for item in asked]
    checks = [(rule.id, rule.heading) for rule in rules]
    widest = max(len(name) for name, _ in (*rows, *checks))
    yield "ITEMS"
    yield from (f"  {name:<{widest}}  {title}" for name, title in rows)
    yield from ("", "CHECKS")
    yield from (f"  {name:<{widest}}  {title}" for name, title in checks)


def _item(item: Item, rules: tuple[Rule, ...]) -> Iterator[str]:
    yield f"# {item.title}"
    yield ""
    yield from (item.question, "", item.why)
    if item.human:
        yield from ("", item.human)
    checks = [rule for rule in rules if item.id in rule.check.items]
    yield ""
    yield "Checks that inform it:" if checks else "No check informs it: it is for a person to judge."
    yield from (f"  {rule.id}" for rule in checks)

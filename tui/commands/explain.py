"""`counterseal explain`: the page of a check, or what an item asks."""

from collections.abc import Iterator
from difflib import get_close_matches

import click

from checklists.catalogue import item_named, items
from checklists.checks.discovery import discover, rule_named
from checklists.errors import CountersealError
from checklists.model import Item
from tui.text import visible


@click.command("explain")
@click.argument("name", metavar="[CHECK]", default="")
def command(name: str) -> int:
    """Print what CHECK looks for, why it matters and what to do.

    CHECK may be a finding or an item as well; without one, all checks and items are listed.
    """
    if not name:
        click.echo("\n".join(_every_name()))
        return 0
    rule, item = rule_named(name.partition(":")[0]), item_named(name)
    if rule is not None:
        click.echo(visible(rule.page.rstrip("\n")))
    elif item is not None:
        click.echo("\n".join(_item(item)))
    else:
        known = [each.id for each in discover()] + [each.id for each in items()]
        near = get_close_matches(name, known, 3)
        hint = f"Did you mean {' or '.join(near)}?" if near else "`counterseal explain` lists them."
        raise CountersealError(f"There is no check {name}.", hint)
    return 0


def _every_name() -> Iterator[str]:
    """Items, then checks, each on one line."""
    rows = [(item.id, item.title) for item in items()]
    checks = [(rule.id, _heading(rule.page)) for rule in discover()]
    widest = max(len(name) for name, _ in (*rows, *checks))
    yield "ITEMS"
    yield from (f"  {name:<{widest}}  {title}" for name, title in rows)
    yield from ("", "CHECKS")
    yield from (f"  {name:<{widest}}  {title}" for name, title in checks)


def _heading(page: str) -> str:
    return page.partition("\n")[0].removeprefix("# ")


def _item(item: Item) -> Iterator[str]:
    yield f"# {item.title}"
    yield ""
    yield from (item.question, "", item.why)
    if item.human:
        yield from ("", item.human)
    checks = [rule for rule in discover() if item.id in rule.check.items]
    yield ""
    yield "Checks that inform it:" if checks else "No check informs it: it is for a person to judge."
    yield from (f"  {rule.id}" for rule in checks)

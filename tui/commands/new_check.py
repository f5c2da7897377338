"""`counterseal new-check`: a check and its page in a checkout of Counterseal, or a rule of a team's."""

import re
import tomllib
from pathlib import Path

import click

from checklists.catalogue import SECTIONS, item_named
from checklists.catalogue.rules import specified_rules
from checklists.checks.discovery import rule_named
from checklists.errors import CountersealError
from checklists.team.source_rule import UNFILLED

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_CODE = '''"""TODO: the defect, in one sentence."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.schema import Facet

CHECK = Check(
    items=("{item}",),
    rule="{rule}",
    severity=Severity.MEDIUM,
    reads=(Facet.TABLES,),
)


def find(project: Project) -> Iterator[Said]:
    """Every table that …"""
    for table in project.schema.user_tables():
        yield Examined("tables")
        if table.name == "todo":
            yield Flag(
                object=table.object,
                location=table.location,
                message=f"{{table.qualified}} …: what follows from it.",
                remedy="alter table …;",
            )
'''
_PAGE = """# TODO: the defect, in a few words

What goes wrong, and for whom.

## Flagged

```sql
create table public.todo (id uuid primary key); -- flag
```

## Clear

```sql
create table public.done (id uuid primary key);
```

## Remedy

What to do, and in which order.

## Silent when

What it leaves out on purpose.
"""
_RULE = """# An ast-grep rule: https://ast-grep.github.io/reference/yaml.html
id: {name}
language: TypeScript
severity: off  # nothing is reported until this is: error for high, warning medium, info low, hint a note
message: "{todo} what is wrong, and what follows from it"
note: "{todo} what to do instead"
rule:
  pattern: console.log($$$)
metadata:
  items: [{item}]  # ids of the catalogue or of .counterseal/checklists/*.toml
  confidence: medium
"""


@click.command("new-check")
@click.argument("name")
@click.option("--item", default="", metavar="ITEM", help="The item that it informs.")
@click.option("--rule", default="", metavar="RULE", help="Of Counterseal's own: the rule that it serves.")
@click.option("--section", type=click.Choice(SECTIONS), help="Of Counterseal's own; the item's by default.")
@click.option("--repo", default=".", type=click.Path(path_type=Path), help="The checkout to write to.")
def command(name: str, item: str, rule: str, section: str | None, repo: Path) -> int:
    """Write the beginnings of a check called NAME, named for the defect: snake_case.

    In a checkout of Counterseal that is a module and its page, elsewhere a rule of the team's own.
    """
    _refuse(name, item)
    written = _files(repo, name, item, rule, section)
    for file, text in written:
        _write(file, text)
        click.echo(f"Wrote {file}")
    off = "" if any(file.suffix == ".py" for file, _ in written) else ", give it a severity"
    click.echo(f"Fill in what it says TODO{off}, then try: counterseal scan . --worktree")
    return 0


def _refuse(name: str, item: str) -> None:
    if not _NAME.fullmatch(name):
        raise CountersealError(f"{name!r} is no name for a check.", "Name it for the defect: rls_disabled")
    if rule_named(name) is not None:
        raise CountersealError(f"There is a check {name} already.", f"Read it: counterseal explain {name}")
    if item and not re.fullmatch(r"[a-z0-9-]+", item):
        raise CountersealError(f"{item!r} is no id of an item.", "`counterseal explain` lists the items.")


def _files(repo: Path, name: str, item: str, rule: str, section: str | None) -> tuple[tuple[Path, str], ...]:
    rules = repo / "checklists/checks/rules"
    if not (rules.is_dir() and _is_counterseal(repo)):
        text = _RULE.format(todo=UNFILLED, name=name, item=item or "hard-coded-values")
        return ((repo / ".counterseal/rules" / f"{name}.yml", text),)
    known = item_named(item) if item else None
    if known is None:
        what = f"The catalogue has no item {item}." if item else "A check informs an item, and none is named."
        raise CountersealError(what, "Name it: --item ITEM; `counterseal explain` lists them.")
    if rule not in {each.slug for each in specified_rules()}:
        what = f"There is no rule {rule}." if rule else "A check serves a rule, and none is named."
        raise CountersealError(what, "Name it: --rule RULE; `counterseal checks --rules` lists them.")
    folder = rules / (section or known.section)
    code = _CODE.format(item=item, rule=rule)
    return (folder / f"{name}.py", code), (folder / f"{name}.md", _PAGE)


def _is_counterseal(repo: Path) -> bool:
    try:
        project = tomllib.loads((repo / "pyproject.toml").read_text("utf-8")).get("project", {})
    except (OSError, ValueError):
        return False
    return isinstance(project, dict) and project.get("name") == "counterseal"


def _write(file: Path, text: str) -> None:
    if file.is_symlink() or file.exists():
        raise CountersealError(f"{file} is there already and was left as it is.", "Choose another name.")
    if any(folder.is_symlink() for folder in (file.parent, file.parent.parent)):
        raise CountersealError(f"{file.parent} is a symbolic link and is not followed.", "Remove the link.")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    except OSError as error:
        hint = f"Give yourself the right to write in {file.parent}, and try again."
        raise CountersealError(f"{file} cannot be written: {error.strerror}.", hint) from None

"""A team's own look at the database: a query in the shape of splinter's lints, which runs with the proof."""

import re
from dataclasses import dataclass

from checklists.errors import CountersealError
from checklists.sql.questions.lint_query import query_fault

COLUMNS = (
    "name", "title", "level", "facing", "categories", "description", "detail", "remediation", "metadata",
    "cache_key",
)  # fmt: skip
"""What such a query returns, in this order: splinter's README, "Lint Interface"."""

_HEADER = re.compile(r"^--[ \t]*(items|rule)[ \t]*:[ \t]*(.+?)[ \t]*$", re.MULTILINE)
_HINT = "Begin it with `-- items: ITEM, …`, and return splinter's ten columns; then commit it."


@dataclass(frozen=True, slots=True)
class SqlLint:
    """One lint: its file's stem, the items that it informs, and the SQL."""

    id: str
    path: str
    items: tuple[str, ...]
    rule: str
    sql: str


def parse_sql_lint(path: str, data: bytes) -> SqlLint:
    """The lint in a file's bytes, which is not run.

    Raises:
        CountersealError: It does not parse, is not one SELECT of these columns, or names no items.
    """
    name = path.rpartition("/")[2].removesuffix(".sql")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise CountersealError(f"{path} is not UTF-8 text.", _HINT) from None
    said = dict(_HEADER.findall(text))
    items = tuple(each.strip() for each in said.get("items", "").split(",") if each.strip())
    if not items:
        raise CountersealError(f"{path} does not say which items it informs.", _HINT)
    because = query_fault(text, COLUMNS)
    if because:
        raise CountersealError(f"{path}: {because}.", _HINT)
    return SqlLint(name, path, items, said.get("rule", name), text)

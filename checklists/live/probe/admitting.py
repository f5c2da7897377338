"""What policies admit by: the columns of a table that they ask, and the values that they want."""

import json
import re
from collections.abc import Iterable, Iterator

from checklists.live.probe.context import Context
from checklists.live.probe.readings import reading
from checklists.live.rows.candidates import Value
from checklists.live.rows.relations import Attribute
from checklists.sql.questions.access import clauses

_LITERAL = r"'[^']*'(?:::[a-z_.\" ]+(?:\[\])?)?"
_AFTER = (
    r"\b{column}\"?\)*(?:::[a-z_. \"]+(?:\[\])?)*\)*\s*(?:=|<>|!=|@>|&&|in\b|i?like\b)\s*(?:any\s*)?\(*\s*"
    rf"(?:array\s*\[)?\s*({_LITERAL}(?:\s*,\s*{_LITERAL})*)"
)
_BEFORE = rf"({_LITERAL})\)*\s*=\s*(?:any\s*)?\(*(?:\"?\w+\"?\.)?\"?{{column}}\b"
_NUMBER = r"\b{column}\"?\)*(?:::\w+)?\s*(?:=|>=|>|<=|<|in\b)\s*\(*\s*'?(-?\d+)"
_KEY = (
    r"\b{column}\"?\s*->>?\s*'(\w+)'(?:::text)?\)*(?:::\w+)?"
    r"(?:\s*(?:=|in\b)\s*(?:any\s*)?\(*\s*(?:array\[)?'([^']+)')?"
)


def asking(context: Context, target: str, table: str) -> str:
    """The texts of a table's policies that read another one, with the helpers that they call; empty where
    none does.
    """
    known, schema = context.table(target), context.ground.schema
    found: dict[str, None] = {}
    for policy in known.policies if known else ():
        for _, text in clauses(policy):
            read = reading(schema, text)
            if table in read.tables:
                found[text] = None
                called = (f.body for f in schema.functions.values() if f.qualified in read.functions)
                found.update(dict.fromkeys(called))
    return "\n".join(found)


def names(text: str, column: str) -> bool:
    """Whether a text speaks of a column of that name."""
    return bool(re.search(rf"\b{re.escape(column)}\b", text, re.IGNORECASE))


def wanted(attribute: Attribute, texts: Iterable[str]) -> tuple[Value, ...]:
    """The values that the texts compare the column with, as text; of a number those beside it too."""
    named = [text for text in texts if names(text, attribute.name)]
    if attribute.base == "bool" and not attribute.is_array:
        return ("true", "false") if named else ()
    return tuple(dict.fromkeys(value for text in named for value in _compared(attribute, text)))


def _compared(attribute: Attribute, text: str) -> Iterator[str]:
    column = re.escape(attribute.name)
    if attribute.base in ("json", "jsonb"):
        for key, value in _found(_KEY, column, text):
            yield json.dumps({key: value or True})
    elif attribute.base in ("int2", "int4", "int8", "numeric", "float4", "float8"):
        for (number,) in _found(_NUMBER, column, text):
            yield from (number, str(int(number) + 1), str(int(number) - 1))
    else:
        for pattern in (_AFTER, _BEFORE):
            for (listed,) in _found(pattern, column, text):
                for value in re.findall(r"'([^']*)'", listed):
                    plain = not attribute.is_array or value.startswith("{")
                    yield value if plain else "{" + json.dumps(value) + "}"


def _found(pattern: str, column: str, text: str) -> Iterator[tuple[str, ...]]:
    for match in re.finditer(pattern.replace("{column}", column), text, re.IGNORECASE):
        yield match.groups()

"""Function bodies that name a column which their table does not have: each call of them fails."""

import re
from functools import lru_cache

from checklists.sql.questions.bodywrites import body_writes
from checklists.sql.schema import Command, Function, Schema, Table

_LISTED = re.compile(
    r"\s*(?:as\s+\w+\s*)?\(([\w\s,\"]+)\)\s*(?:values|select|overriding|default)\b", re.IGNORECASE
)
_SET = re.compile(r"\s*(?:as\s+)?(?:\w+\s+)?set\s+\"?(\w+)\"?\s*=", re.IGNORECASE)
_BRANCHES = re.compile(r"\b(?:if|case|exception|loop)\b", re.IGNORECASE)


@lru_cache(maxsize=4)
def failing(schema: Schema) -> dict[str, str]:
    """By signature, what makes every call of a function fail: `sleep_hours of public.days`.

    A statement counts that no branch stands before, or where all that the function writes is at fault. Of an
    INSERT the columns are looked at that it lists, of an UPDATE the one that it sets first.
    """
    faults: dict[str, list[str]] = {}
    surely: dict[str, str] = {}
    for name, writes in body_writes(schema).items():
        table = schema.tables[name]
        for write in writes:
            if isinstance(write.by, Function):
                missing = _missing(table, write.command, write.text)
                told = f"{missing} of {table.qualified}" if missing else ""
                faults.setdefault(write.by.signature, []).append(told)
                if told and not _BRANCHES.search(_before(write.by.body, write.text)):
                    surely.setdefault(write.by.signature, told)
    return {signature: told[0] for signature, told in faults.items() if all(told)} | surely


def _before(body: str, text: str) -> str:
    return body.partition(text)[0]


def _missing(table: Table, command: Command, text: str) -> str:
    matched = _LISTED.match(text) if command is Command.INSERT else _SET.match(text)
    named = matched[1].split(",") if matched is not None else []
    known = {column.name for column in table.columns}
    names = (each.strip().strip('"') for each in named)
    return next((each for each in names if known and not {each, each.lower()} & known), "")

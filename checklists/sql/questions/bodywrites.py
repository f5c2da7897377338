"""Which tables function bodies and jobs write, as evidence of what a schema is used for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from checklists.sql.comments import without_comments
from checklists.sql.schema import Command, CronJob, Function, Schema

_NAME = r'(?:only\s+)?(?:"?(\w+)"?\s*\.\s*)?"?(\w+)"?'
_WRITE = re.compile(rf"\b(insert\s+into|update|delete\s+from)\s+{_NAME}([^;]*)", re.IGNORECASE)
_UPSERT = re.compile(r"\bon\s+conflict\b.*?\bdo\s+update\b(.*)", re.IGNORECASE | re.DOTALL)
_COMMANDS = {"i": Command.INSERT, "u": Command.UPDATE, "d": Command.DELETE}


@dataclass(frozen=True, slots=True)
class BodyWrite:
    """One statement that writes; `text` is what follows the table's name.

    An INSERT that updates on conflict is an UPDATE as well, with what follows DO UPDATE.
    """

    by: Function | CronJob
    command: Command
    text: str


@lru_cache(maxsize=8)
def body_writes(schema: Schema) -> Mapping[str, tuple[BodyWrite, ...]]:
    """The writing statements of functions and jobs, by the qualified table that they write."""
    found: dict[str, list[BodyWrite]] = {}
    bodies: list[tuple[Function | CronJob, str]] = [(f, f.body) for f in schema.functions.values()]
    bodies += [(job, job.command) for job in schema.cron_jobs]
    for by, body in bodies:
        for verb, where, name, rest in _WRITE.findall(without_comments(body)):
            written = f"{where or 'public'}.{name}".lower()
            if written in schema.tables:
                writes = found.setdefault(written, [])
                writes.append(BodyWrite(by, _COMMANDS[verb[0].lower()], rest))
                if verb[0].lower() == "i" and (upsert := _UPSERT.search(rest)):
                    writes.append(BodyWrite(by, Command.UPDATE, upsert[1]))
    return {name: tuple(writes) for name, writes in found.items()}

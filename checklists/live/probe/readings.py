"""What an expression reads through all the functions that it calls: tables, and the session."""

import re
from dataclasses import dataclass
from functools import lru_cache

from checklists.sql.expressions.scope import function_names
from checklists.sql.questions.guards import called_in
from checklists.sql.schema import Schema

_SESSION = re.compile(
    r"\bauth\s*\.\s*\w+\s*\(|current_setting\s*\(|\b(?:current_user|session_user|current_role)\b",
    re.IGNORECASE,
)
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class Reading:
    """`tables` are mentioned in it or in a function's body, `functions` are the repo's that it calls;
    `session` says whether it, or a function, asks who is calling.
    """

    tables: frozenset[str]
    functions: frozenset[str]
    session: bool


@lru_cache(maxsize=4096)
def reading(schema: Schema, text: str) -> Reading:
    """Read a policy's expression with everything that it calls."""
    known = function_names(schema)
    functions: set[str] = set()
    texts, queue = [text], [text]
    for _ in range(_DEEPEST):
        called = {name for each in queue for name in called_in(each)} & known - functions
        functions |= called
        queue = [f.body for f in schema.functions.values() if f.qualified in called]
        texts += queue
    whole = "\n".join(texts)
    words = set(re.findall(r"[a-z_][\w$]*", whole.lower())) | set(re.findall(r'"([^"]+)"', whole))
    tables = {name for name in schema.tables if name.partition(".")[2] in words and _named(name, whole)}
    return Reading(frozenset(tables), frozenset(functions), bool(_SESSION.search(whole)))


def _named(table: str, text: str) -> bool:
    """Whether it stands where a relation does."""
    schema, _, name = table.partition(".")
    pattern = (
        rf'\b(?:from|join|into|update|only)\s+\(*\s*(?:"?{re.escape(schema)}"?\s*\.\s*)?"?{re.escape(name)}\b'
    )
    return bool(re.search(pattern, text, re.IGNORECASE))

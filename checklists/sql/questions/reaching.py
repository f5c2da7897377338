"""What a call of a function reaches, and what it asks its caller for."""

import re
from collections.abc import Iterator
from functools import lru_cache

from checklists.sql.questions.bodynames import BodyNames, body_names, only_reads
from checklists.sql.schema import Function, Schema

_SECRETS = "token|secret|code|hash|api_?key"
_SECRET = re.compile(_SECRETS, re.IGNORECASE)
_KNOWN_TO_FEW = rf"\w*(?:{_SECRETS})\w*"
_CATALOG = ("pg_catalog.", "information_schema.", "public.pg_")


@lru_cache(maxsize=4096)
def read_tables(schema: Schema, function: Function) -> frozenset[str] | None:
    """The qualified relations that a call reads, those of the functions that it calls included; None where it
    may do more than read, or its body does not show them.
    """
    if not only_reads(schema, function):
        return None
    found: set[str] = set()
    queue, seen = [function], {function.signature}
    while queue:
        each = queue.pop()
        names = body_names(each)
        if names is None:
            return None
        found |= {_qualified(schema, each, name) for name in names.relations}
        inner = [f for f in _called(schema, names) if f.signature not in seen]
        seen |= {f.signature for f in inner}
        queue += inner
    return frozenset(name for name in found if not name.startswith(_CATALOG))


def _called(schema: Schema, names: BodyNames) -> Iterator[Function]:
    wanted = {(where or "public", name) for where, name in names.functions}
    return (each for each in schema.functions.values() if (each.schema, each.name) in wanted)


def _qualified(schema: Schema, function: Function, name: tuple[str, str]) -> str:
    """The relation as the function's own search_path finds it; `public` where it pins none."""
    where, relation = name
    path = (function.search_path or "public").replace('"', "").replace("'", "").split(",")
    places = [where] if where else [each.strip() for each in path]
    known = (f"{each}.{relation}" for each in places)
    return next(
        (n for n in known if n in schema.tables or n in schema.views), f"{where or 'public'}.{relation}"
    )


def asks_secret(function: Function) -> str | None:
    """The column, called like a secret, that the body compares with an argument: who calls has to know it."""
    if _SECRET.search(function.body) is None:
        return None
    arguments = [re.escape(name) for name in function.argument_names if name]
    given = "|".join([*arguments, r"\$\d+"])
    told = rf'(?:"?{re.escape(function.name)}"?\s*\.\s*)?"?(?:{given})"?(?!\w)'
    told = rf"(?:(?:upper|lower|b?trim)\s*\(\s*)*{told}"
    column = rf'(?:(?:upper|lower|b?trim)\s*\(\s*)*(?:"?\w+"?\s*\.\s*)?"?({_KNOWN_TO_FEW})"?\s*\)*'
    for pattern in (rf"(?<![\w.]){column}\s*=\s*{told}", rf"(?<![\w.]){told}\s*=\s*{column}"):
        for found in re.finditer(pattern, function.body, re.IGNORECASE):
            named = re.match(r'(?:\w+\s*\(\s*)*"?\w+"?\s*\.', found[0]) is not None
            if named or found[1].lower() not in function.argument_names:
                return found[1]
    return None

"""Parse trees of plpgsql bodies, where libpg_query's own limits are worked around."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from checklists.sql.parse import SyntaxFault, plpgsql, plpgsql_function
from checklists.sql.schema import Function

_SECTION = re.compile(r"\bdeclare\b.*?\bbegin\b", re.IGNORECASE | re.DOTALL)
_OWN_TYPE = re.compile(
    r'(?<=\s)(?:"[^"]+"|\w+)\.(?:"[^"]+"|\w+)(?:\.(?:"[^"]+"|\w+))?(?:%\w+|\[\])?(?=\s*(?:;|:=|=|default\b|not\b))',
    re.IGNORECASE,
)
# Which RETURN statements the grammar allows depends on the kind of result alone.
_RESULTS = ("text", "void", "setof record")


@lru_cache(maxsize=512)
def block_tree(body: str) -> Mapping[str, Any]:
    """The tree of a DO block.

    Raises:
        SyntaxFault: It cannot be read.
    """
    return _tried(plpgsql, body)


@lru_cache(maxsize=512)
def function_tree(function: Function) -> Mapping[str, Any]:
    """The tree of a function's body, its parameters among the variables.

    Raises:
        SyntaxFault: It cannot be read.
    """
    names = (f'"{name or f"_{number}"}" text' for number, name in enumerate(function.argument_names, 1))
    head = f"CREATE FUNCTION f({', '.join(names)}) RETURNS"

    def parsed(text: str) -> Mapping[str, Any]:
        fault = SyntaxFault("it is not plpgsql")
        for result in _RESULTS:
            try:
                return plpgsql_function(f"{head} {result} LANGUAGE plpgsql AS {{}}", text)
            except SyntaxFault as again:
                fault = again
        raise fault

    return _tried(parsed, function.body)


def _tried(parsed: Callable[[str], Mapping[str, Any]], body: str) -> Mapping[str, Any]:
    """The tree; where it fails on a variable of the repo's own type, of the body with plainer types."""
    try:
        return parsed(body)
    except SyntaxFault as fault:
        plain = _SECTION.sub(lambda section: _OWN_TYPE.sub("record", section[0]), body)
        if plain == body:
            raise
        try:
            return parsed(plain)
        except SyntaxFault:
            raise fault from None

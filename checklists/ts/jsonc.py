"""JSON as tsconfig.json and deno.jsonc allow it: with comments and trailing commas."""

import json
import re
from typing import Any

_TOKENS = re.compile(r'("(?:[^"\\\n]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_TRAILING = re.compile(r'("(?:[^"\\\n]|\\.)*")|,(?=\s*[}\]])')


def read_object(text: str | None) -> dict[str, Any]:
    """The object, or an empty one where the text is missing, is not JSON or holds something else."""
    if not text:
        return {}
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = _read_loosely(text)
    return data if isinstance(data, dict) else {}


def _read_loosely(text: str) -> object:
    plain = _TOKENS.sub(lambda found: found[1] or " ", text.lstrip("\ufeff"))
    try:
        return json.loads(_TRAILING.sub(lambda found: found[1] or "", plain))
    except (ValueError, RecursionError):
        return None


def strings(value: object) -> list[str]:
    """Every string in the value, in order: the targets of a path alias, the conditions of an export."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for each in value for text in strings(each)]
    if isinstance(value, dict):
        return [text for each in value.values() for text in strings(each)]
    return []

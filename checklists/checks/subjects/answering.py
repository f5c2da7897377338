"""Whether what a query found is sent to whoever called, read off the text of the answers."""

import re

from checklists.checks.subjects.steering import without_strings
from checklists.ts.index import Function, Query

_DECLARED = re.compile(
    r"\b(?:const|let|var)\s+(\{[^=]*?\}|\[[^=]*?\]|[\w$]+)(?:\s*:[^=;\n]+?)?\s*=\s*([^;]*?)"
    r"(?:;|\n\s*\n|\n(?=\s*(?:const|let|var|if|return|try|await|for|\})))"
)
_LONGEST = 200  # as much of an answer as is kept
_NAMES = re.compile(r"(?<![.\w$])[A-Za-z_$][\w$]*")
_ASKED = re.compile(r"!!?\s*[\w$.?]+|[\w$.?]+\s*(?:\?(?![.?])|[!=]==?|>=?|<=?)|\b[\w$]+\??\.length\b")


def answers_with(function: Function, query: Query) -> bool:
    """Whether an answer holds what the query found, or what was made of it; in doubt it does.

    A condition (`!row`, `rows.length > 0`) tells one bit of it, and counts as nothing.
    """
    if not query.result or not function.replies or query.function != function.id:
        return True
    found = set(query.result)
    for target, value in _DECLARED.findall(without_strings(function.text)):
        if found & set(_NAMES.findall(_ASKED.sub("", value))):
            found.update(_NAMES.findall(target))
    if any(len(reply.text) >= _LONGEST for reply in function.replies):
        return True
    texts = (_ASKED.sub("", without_strings(reply.text)) for reply in function.replies if not reply.refuses)
    return any(found & set(_NAMES.findall(_plain(text))) for text in texts)


def _plain(text: str) -> str:
    """The text without the keys of its objects: `{ rows: 3 }` says nothing of a variable `rows`."""
    return re.sub(r"([{,]\s*)[\w$]+\s*:", r"\1", text)

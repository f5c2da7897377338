"""Whether a text names an object, by the words of its name."""

import re

_WORD = re.compile(r"\w+")


def words_of(name: str) -> frozenset[str]:
    """What to look for: `policy:public.bids/Owners read` and `column:public.bids.sum` are named by `bids`."""
    kind, _, rest = name.partition(":")
    owner = rest.partition("/")[0].partition("(")[0].split(".")
    return frozenset(_WORD.findall(owner[1 if kind != "bucket" and len(owner) > 1 else 0].lower()))


def mentions(text: str, words: frozenset[str]) -> bool:
    """Whether all of the words stand in the text, in whatever order."""
    return bool(words) and words <= set(_WORD.findall(text.lower()))

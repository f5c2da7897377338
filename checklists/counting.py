"""Counts in words: "1 policy", "2 tables with RLS"; and names up to a number of them."""

import re
from collections.abc import Sequence

# What follows the noun that is counted: "tables | with RLS", "tests | that act as a role".
_TAIL = re.compile(r" (?=with |that |of |made |who |for )")
# "that act" becomes "that acts"; "that browsers call" stays, its verb belongs to the browsers.
_VERB = re.compile(r"^that (\w*[^s\W])\b")
_ENDINGS = (("ies", "y"), ("xes", "x"), ("ches", "ch"), ("s", ""))


def counted(count: int, plural: str) -> str:
    """`count` of `plural`, with the noun in the singular for one."""
    return f"{count} {singular(plural) if count == 1 else plural}"


def singular(plural: str) -> str:
    """The singular of an English noun phrase such as "insert policies"."""
    noun, *tail = _TAIL.split(plural, maxsplit=1)
    if noun.endswith("people"):
        return " ".join((f"{noun.removesuffix('people')}person", *tail))
    for ending, one in _ENDINGS:
        if noun.endswith(ending):
            noun = noun.removesuffix(ending) + one
            break
    return " ".join((noun, *(_VERB.sub(r"that \1s", words) for words in tail)))


def named(names: Sequence[str], most: int = 5) -> str:
    """The first names, and how many more there are: `a, b and 4 more`."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{', '.join(names[:most])}{more}"

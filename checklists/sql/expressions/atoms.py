"""The values that part of an expression can take, and how they compare and combine in three-valued logic."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True, slots=True)
class Literal:
    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """A value that is not known but equal to itself within one row."""

    key: str


class Unknown:
    """Some value that is not NULL."""


OTHER = Unknown()
Atom = None | bool | Literal | Named | Unknown
Atoms = frozenset[Atom]
ANYTHING: Atoms = frozenset({None, OTHER})
NULL: Atoms = frozenset({None})
TRUTHS: Atoms = frozenset({True, False})
WORDS = {"t": True, "true": True, "f": False, "false": False}


def same_value(a: Atom, b: Atom) -> bool | None:
    """Whether two values that are not NULL are equal; None where that is not known."""
    if isinstance(a, Named) and isinstance(b, Named):
        return True if a.key == b.key else None
    if isinstance(a, Literal) and isinstance(b, bool):
        a, b = b, a
    if isinstance(a, bool) and isinstance(b, Literal):
        word = WORDS.get(b.text.lower())
        return None if word is None else a is word
    known = (bool, Literal)
    return a == b if isinstance(a, known) and isinstance(b, known) else None


def truths(atoms: Atoms) -> frozenset[bool | None]:
    """The truth values that a condition with these values can have."""
    found: set[bool | None] = set()
    for atom in atoms:
        if atom is None or isinstance(atom, bool):
            found.add(atom)
        elif isinstance(atom, Literal) and atom.text.lower() in WORDS:
            found.add(WORDS[atom.text.lower()])
        else:
            found |= {True, False}
    return frozenset(found)


def fold(parts: Iterable[Atoms], *, any_of: bool) -> Atoms:
    """What OR (`any_of`) or AND makes of the parts; NULL stays NULL unless another part decides."""
    found: frozenset[bool | None] = frozenset({not any_of})
    for part in parts:
        found = frozenset(_join(a, b, any_of) for a, b in product(found, truths(part)))
    return frozenset(found)


def _join(a: bool | None, b: bool | None, decides: bool) -> bool | None:  # noqa: FBT001 - a truth value
    if a is decides or b is decides:
        return decides
    return None if a is None or b is None else not decides

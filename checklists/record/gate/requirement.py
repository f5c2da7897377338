"""One point of what the policy asks for: whether it is there, and what would bring it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Requirement:
    """One point: whether it holds, why, what would make it hold, and the files that it is about.

    `by_signing`: it holds as soon as those have signed who are still missing.
    """

    name: str
    holds: bool
    about: str
    hint: str = ""
    paths: tuple[str, ...] = ()
    by_signing: bool = False


def met(name: str, about: str) -> Requirement:
    """A point that holds."""
    return Requirement(name, holds=True, about=about)


def unmet(
    name: str, about: str, hint: str, paths: tuple[str, ...] = (), *, by_signing: bool = False
) -> Requirement:
    """A point that does not hold."""
    return Requirement(name, holds=False, about=about, hint=hint, paths=paths, by_signing=by_signing)

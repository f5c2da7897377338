"""Where a call stands: its function, its loop, its place."""

from dataclasses import dataclass

from checklists.model import Location
from checklists.ts.loops import Loop
from checklists.ts.scope import FunctionScope

NOWHERE = Location("", 0, 0)
"""Stands until the place is filled in."""


@dataclass(frozen=True, slots=True)
class Site:
    """`holder` is the id of the innermost named function, or `path#module` at the top of the file."""

    location: Location
    start: int
    holder: str
    function: FunctionScope | None
    loop: Loop | None

"""Which function folds which kind of statement."""

from collections.abc import Callable
from typing import Any

from checklists.sql.folding.state import Database
from checklists.sql.schema import Facet
from checklists.sql.statements import Statement

Handler = Callable[[Database, Any, Statement], None]

HANDLERS: dict[str, Handler] = {}
# What a statement of this kind may touch, where it could not be folded.
TOUCHES: dict[str, frozenset[Facet]] = {}
# What looks at every statement once it is folded.
AFTERWARDS: list[Callable[[Database, Statement], None]] = []


def handles(*kinds: str, touches: tuple[Facet, ...] = ()) -> Callable[[Handler], Handler]:
    """Registers a handler for libpg_query's kinds of node; it gets database, node and statement."""

    def register(handler: Handler) -> Handler:
        for kind in kinds:
            HANDLERS[kind] = handler
            TOUCHES[kind] = frozenset(touches)
        return handler

    return register

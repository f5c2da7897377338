"""Questions about a whole schema that take long to answer: asked once, the answers kept beside the schema."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

from checklists.sql.schema import Schema

R = TypeVar("R")


@lru_cache(maxsize=8)
def answers(_schema: Schema) -> dict[str, Any]:
    """What is known of the schema, by question; who was handed the schema may add what came with it."""
    return {}


def remembered(question: Callable[[Schema], R]) -> Callable[[Schema], R]:
    """The question, answered by what is known where that is."""
    name = f"{question.__module__}.{question.__qualname__}"

    @wraps(question)
    def asked(schema: Schema) -> R:
        known = answers(schema)
        if name not in known:
            known[name] = question(schema)
        answer: R = known[name]
        return answer

    return asked

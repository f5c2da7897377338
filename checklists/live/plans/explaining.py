"""Asks Postgres for a plan, and reads its cost and what it touches."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checklists.live.probe.actors import Actor
from checklists.live.probe.trying import attempt

Node = Mapping[str, Any]
_TELLS_MEMORY = 170000  # Postgres 17; a database by name may be older


@dataclass(frozen=True, slots=True)
class Explained:
    """`cost` is the planner's, the same on every machine; `nodes` all of the plan, sub-plans included.

    `planning_mb` is the memory that planning it took, in megabytes (10^6 bytes).
    """

    cost: float
    nodes: tuple[Node, ...]
    planning_mb: float = 0.0

    @property
    def per_row(self) -> str:
        """What is evaluated for each row of the first scan."""
        return " ".join(str(node.get("Filter", "")) for node in self.nodes if "Relation Name" in node)

    def uses(self, index: str) -> bool:
        """Whether an index finds rows by a condition, and is not only read through."""
        return any(node.get("Index Name") == index and "Index Cond" in node for node in self.nodes)

    @property
    def indexes(self) -> frozenset[str]:
        """The indexes that find rows by a condition."""
        return frozenset(str(n["Index Name"]) for n in self.nodes if "Index Name" in n and "Index Cond" in n)


def explain(connection: Any, actor: Actor | None, query: str, *, before: str = "") -> Explained | None:
    """The plan of a query as somebody (None: as `postgres`); None where it cannot be planned."""
    memory = ", memory" if connection.info.server_version >= _TELLS_MEMORY else ""
    answer = attempt(connection, actor, f"explain (format json{memory}) {query}", before=before)
    if answer.failed or not answer.first:
        return None
    read = answer.first[0]
    told = (json.loads(read) if isinstance(read, str) else read)[0]
    plan, used = told["Plan"], told.get("Planning", {}).get("Memory Allocated", 0)
    return Explained(float(plan["Total Cost"]), tuple(_walk(plan)), used / 1000)  # it is told in kB


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for inner in node.get("Plans", ()):
        yield from _walk(inner)

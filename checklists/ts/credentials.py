"""The credential of a client that is handed in: what the callers of its function give."""

from collections.abc import Iterable
from dataclasses import replace

from checklists.ts.chains import arguments, properties
from checklists.ts.clients import Clients, Origin, Provenance
from checklists.ts.index import Key, Query
from checklists.ts.parse import Node, unwrap
from checklists.ts.scope import ModuleScope

Sites = dict[str, list[tuple[ModuleScope, Node]]]
"""By function id, the calls (and `new` expressions) that run it."""

_MAX_DEPTH = 6


class Credentials:
    """Answers once every call of the program is known."""

    def __init__(self, clients: Clients, sites: Sites) -> None:
        self._clients, self._sites = clients, sites
        self._known: dict[Origin, Key] = {}

    def settle(self, query: Query, origin: Origin | None) -> Query:
        """The query with the key that all callers agree on, where its client is a parameter."""
        if origin is None or query.key is not Key.UNKNOWN:
            return query
        return replace(query, key=self._of(origin, 0))

    def _of(self, origin: Origin, depth: int) -> Key:
        if origin not in self._known:
            self._known[origin] = Key.UNKNOWN  # a function that hands its client to itself adds nothing
            if depth < _MAX_DEPTH:
                sites = self._sites.get(origin.function, ())
                self._known[origin] = _one(self._given(origin, module, node, depth) for module, node in sites)
        return self._known[origin]

    def _given(self, origin: Origin, module: ModuleScope, call: Node, depth: int) -> Key:
        listed = arguments(call)
        if origin.position >= len(listed):
            return Key.UNKNOWN
        value = unwrap(listed[origin.position])
        path = origin.path
        if path and value.kind() == "object":
            held = properties(value).get(path)
            if held is None:
                return Key.UNKNOWN
            value, path = unwrap(held), ""
        found: Provenance | None = self._clients.of(value, module, path)
        if found is None:
            return Key.UNKNOWN
        if found.key is Key.UNKNOWN and found.origin is not None and found.origin != origin:
            return self._of(found.origin, depth + 1)
        return found.key


def _one(keys: Iterable[Key]) -> Key:
    different = set(keys)
    return different.pop() if len(different) == 1 else Key.UNKNOWN

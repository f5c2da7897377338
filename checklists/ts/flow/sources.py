"""Where a caller's values enter a function: parameters, request bodies, search parameters, route segments."""

import re
from dataclasses import dataclass
from enum import StrEnum

from checklists.ts.flow.syntax import arguments, callee, squeeze
from checklists.ts.parse import Node

_BODY = re.compile(r"(?:^|\.)(?:json|formData|text|arrayBuffer|blob|bytes)$")
_REQUEST_NAMES = frozenset(
    {"req", "request", "_req", "_request", "c.req", "ctx.req", "ctx.request", "context.request"}
)
_HONO = re.compile(r"^c(?:tx|ontext)?\.req\.(query|queries|param|parseBody|json|formData|text|raw\.\w+)$")
_REQUEST_URL = re.compile(r"^(?:newURL\(([\w.]+)\.url\)|([\w.]+)\.nextUrl)$")
# What the caller does not choose of an address that reached this server.
OF_URL = "search params"
FIXED_PARTS = frozenset({"host", "hostname", "origin", "port", "protocol"})
_URL_PARTS = re.compile(r"\.(?:searchParams|search|pathname|hash)\b")


class State(StrEnum):
    """How far a caller's value has been looked at; the first is the worst."""

    RAW = "raw"
    ASSERTED = "asserted"  # a schema accepted it, but the value itself is used on
    HELPER = "helper"  # went through a function that may have checked it
    BY_HAND = "by hand"  # tested by the function itself
    CONVERTED = "converted"  # Number(x), String(x)
    PARSED = "parsed"  # came out of a schema; text may still hold any characters

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(State).index(self)


@dataclass(frozen=True, slots=True)
class Taint:
    """A value that a caller controls; `whole` where it may be an object with keys of the caller's choice."""

    source: str
    state: State = State.RAW
    whole: bool = True


def worst(first: Taint | None, second: Taint | None) -> Taint | None:
    """The less looked-at of two values that end up in one."""
    if first is None or second is None:
        return first or second
    return first if first.state.rank <= second.state.rank else second


def read_of_request(call: Node, request: frozenset[str]) -> Taint | None:
    """The value that a call reads from the request, or None.

    Args:
        call: A call expression.
        request: Names of variables that hold the request, besides the usual ones.
    """
    name = callee(call)
    hono = _HONO.match(name)
    if hono:
        return Taint(
            "search params"
            if hono[1].startswith("quer")
            else "route parameter"
            if hono[1] == "param"
            else "request body"
        )
    found = _BODY.search(name)
    if found and not arguments(call):
        root = name[: found.start()]
        root = root.removesuffix(".clone()")
        if root in request or root in _REQUEST_NAMES:
            return Taint("form data" if name.endswith("formData") else "request body")
    return None


def is_request_url(node: Node, request: frozenset[str]) -> bool:
    """Whether an expression is the address that was asked for: `new URL(request.url)`, `request.nextUrl`."""
    text = squeeze(node.text())
    found = _REQUEST_URL.match(text)
    return found is not None and (
        (found[1] or found[2]) in request or (found[1] or found[2]) in _REQUEST_NAMES
    )


def read_of_url(node: Node, request: frozenset[str]) -> Taint | None:
    """`request.nextUrl.searchParams`, `new URL(request.url).searchParams`, `req.query` and `req.body`."""
    text = squeeze(node.text())
    head = text.partition(".")[0]
    if head not in request and head not in _REQUEST_NAMES and not text.startswith("newURL("):
        return None
    if text in {f"{head}.body", f"{head}.query"}:
        return Taint("request body" if text.endswith("body") else "search params")
    about_url = ".nextUrl" in text or text.startswith("newURL(")
    return Taint(OF_URL, whole=False) if about_url and _URL_PARTS.search(text) else None

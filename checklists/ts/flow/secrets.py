"""Shared secrets: a value from the request compared with one from the environment."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from checklists.ts.flow.body import Body
from checklists.ts.flow.gates import Gate, branch_gates, covered_after
from checklists.ts.flow.syntax import comparison, identifiers, leaves, operands
from checklists.ts.parse import Mark, Node, unwrap

_ENVIRONMENT = re.compile(r"process\.env|Deno\.env|import\.meta\.env|\benv\.get\(")
_REQUEST = re.compile(
    r"headers?\b[^;]{0,80}\.get\(|\.header\(|headers\[|headers\(\)|searchParams|\.json\(\)|\.query\b|cookies"
)
_SECRET_NAME = re.compile(
    r"(?:^|[._])(?:\w*_)?(?:SECRET|TOKEN|API_?KEY|PASSWORD|SERVICE_ROLE_KEY|AUTH_KEY)\b", re.IGNORECASE
)
# A row found by what the caller presented, and a secret that the database keeps.
_CAPABILITY = (
    r"(?:\w*_)?(?:tokens?|token_?hash|secrets?|api_?key|access_?key|key_?hash|magic_?link|nonce|otp|"
    r"(?:access|invite|invitation|join|share|voucher|redeem|redemption|claim|pairing|unsubscribe)_?(?:code|key))"
)
_KEEPING = r"""\.from\(\s*['"`]\w*(?:api_?keys?|tokens?|secrets?|invites?|invitations?|credentials?)['"`]"""
_BY_SECRET = (
    r"\bfind_api_?key\w*\(|\bwhere\(\s*eq\(\s*\w*\.?api_?keys?\.|"
    rf"""\.(?:eq|match|filter)\(\s*(?:\{{\s*)?['"`]?{_CAPABILITY}['"`]?\s*[,:]|"""
    r"""\.from\(\s*['"`]\w*voucher\w*['"`]\s*\)(?s:.{0,200}?)\.eq\(\s*['"`]code['"`]|"""
    r"""\.rpc\([^()]{0,80}\{[^{}]{0,120}?\b(?:p_|_)?(?:token|code|secret)\b"""
)
_FOUND = re.compile(_BY_SECRET)
_LOOKED_UP = re.compile(f"{_KEEPING}|{_BY_SECRET}")
_MAKES = re.compile(r"\.(?:insert|upsert)\(")
_KEPT = re.compile(
    r"""\.rpc\(\s*['"`]\w*(?:token|secret|api_?key)\w*['"`]|\bget\w*(?:Token|Secret|ApiKey)\w*\("""
)


@dataclass(frozen=True, slots=True)
class SecretTest:
    """A test of what was sent against a secret; `fails_open` where an unset secret lets all pass."""

    gate: Gate
    branch: Mark
    fails_open: bool = False


def secret_tests(body: Body) -> Iterator[SecretTest]:
    """Each test of a request's value against a secret."""
    if not _REQUEST.search(body.module.slice(body.function.node)):
        return
    given = _names(body, _REQUEST.search)
    sides = _Sides(body, given, _names(body, _ENVIRONMENT.search) | _names(body, _KEPT.search) - given)
    for branch in body.branches:
        condition = branch.condition
        found = list(branch_gates(branch.mark, condition, sides.differ, sides.equal))
        yield from (SecretTest(gate, branch.mark) for gate in found)
        parts = list(operands(condition, "&&"))
        if not found and len(parts) > 1 and any(sides.differ(part) for part in parts):
            yes = branch.mark.node.field("consequence")
            exit_ = leaves(yes) if yes is not None else None
            if exit_ is not None and all(sides.differ(p) or sides.is_secret(p) for p in parts):
                yield SecretTest(Gate(covered_after(branch.mark.node), exit_), branch.mark, fails_open=True)


@dataclass(frozen=True, slots=True)
class _Sides:
    """Tells the two sides of a comparison apart."""

    body: Body
    given: frozenset[str]
    secret: frozenset[str]

    def is_secret(self, node: Node) -> bool:
        text, names = node.text(), identifiers(node)
        if _ENVIRONMENT.search(text) or self.secret & names or _SECRET_NAME.search(text):
            return True
        return any(_is_secret_constant(self.body, name) for name in names)

    def is_given(self, node: Node) -> bool:
        return bool(self.given & identifiers(node)) or bool(_REQUEST.search(node.text()))

    def differ(self, node: Node) -> bool:
        return self._compares(node, "!=", "!==")

    def equal(self, node: Node) -> bool:
        return self._compares(node, "==", "===")

    def _compares(self, node: Node, *operators: str) -> bool:
        sides = comparison(node)
        if sides is None or sides[1] not in operators:
            return False
        left, right = unwrap(sides[0]), unwrap(sides[2])
        if left.kind() == "string" or right.kind() == "string":
            return False  # a literal is no secret
        return (self.is_secret(left) and self.is_given(right)) or (
            self.is_secret(right) and self.is_given(left)
        )


def is_lookup(query_text: str, *, one: bool) -> bool:
    """Whether a query is itself how the caller's key or token is checked; `one` says that it reads a row.

    A list of keys, or the deletion of an invitation, is none: it finds rows by something else.
    """
    by_secret = _looks_up(query_text) and (one or _FOUND.search(query_text) is not None)
    return by_secret or bool(_KEPT.search(query_text))


def _looks_up(text: str) -> bool:
    """Whether a text finds a row by what was presented, and makes none."""
    return bool(_LOOKED_UP.search(text)) and not _MAKES.search(text)


def lookup_names(body: Body) -> frozenset[str]:
    """Variables that hold a row found by a key or token that the caller presented."""
    return _names(body, _looks_up)


def returned_lookup(body: Body) -> Mark | None:
    """The first return of a row that is found like this, for whoever called to test."""
    return next((each for each in body.returns if _looks_up(each.node.text())), None)


def _names(body: Body, matches: Callable[[str], object]) -> frozenset[str]:
    """Variables whose value matches, or is made from one that does."""
    found: set[str] = set()
    for local in body.locals:
        if matches(local.value.text()) or (found and found & identifiers(local.value)):
            found.add(local.name)
    return frozenset(found)


def _is_secret_constant(body: Body, name: str) -> bool:
    constant = body.module.constants.get(name)
    return constant is not None and bool(_ENVIRONMENT.search(constant.value.text()))

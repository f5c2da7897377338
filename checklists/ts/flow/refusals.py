"""Exits that say themselves why: a 401, `throw new Error('Forbidden')`, a redirect to the sign-in page.

Their author turns callers away there. What the test rests on may be out of sight (a cookie of the app's own,
a session in Redis, a row that only its owner has), so what follows is neither guarded for sure nor open.
"""

import re
from collections.abc import Iterator

from checklists.ts.flow.body import Body, result_names
from checklists.ts.flow.claims import Claim, Says
from checklists.ts.flow.gates import covered_after
from checklists.ts.flow.syntax import comparison, identifiers, leaves, squeeze
from checklists.ts.flow.tested import Held
from checklists.ts.parse import Node, find_kinds, span, unwrap

_REFUSES = re.compile(
    r"\b40[13]\b|unauthori[sz]ed|not authori[sz]ed|forbidden|not?[ _-]?(?:signed|logged)[ _-]?in|"
    r"unauthenticated|not authenticated|access[ _-]?(?:denied|revoked)|permission|not allowed to|"
    r"sign[ -]?in (?:first|required)|login[ _-]required|"
    r"auth(?:entication|orization)?[ _-]required|session (?:expired|invalid|required)|"
    r"(?:redirect|Location)\W+[^;]*['\"`/](?:[\w-]+/)*(?:login|log-in|signin|sign-in|auth)\b|"
    r"(?:^|\W)(?:refuse|deny|reject)[A-Z]\w*\(",
    re.IGNORECASE,
)
_HIDES = re.compile(r"\b404\b|notFound\(")
_ALLOWS = re.compile(
    r"\b(?:can|may|owns?|is(?:Owner|Member|Admin|Allowed|Authori[sz]ed)|has(?:Access|Permission|Role))[A-Z(]?\w*\(?|"
    r"[uU]ser_?[iI]d\s*[!=]==|[!=]==\s*[\w.]*\b[uU]ser\w*(?:\?\.|\.)"
)
# Tests that say nothing of who calls: where a request came from, how often, what is switched on.
_BESIDE = re.compile(
    r"origin|referr?er|user-?_?agent|\bua\b|csrf|captcha|turnstile|rate_?-?limit|limiter|quota|\.method\b|"
    r"content-?type",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"headers?\b|\.header\(|searchParams|\.json\(\)|\.formData\(\)|\.text\(\)|\.query\b|\.params?\b|cookies\b"
)
# What takes a part of a text and asks nobody: a value that went only through these is as it was sent.
_PLAIN = frozenset(
    {
        "Boolean", "String", "URL", "cookies", "decodeURIComponent", "endsWith", "formData", "get", "getAll",
        "has", "header", "headers", "includes", "json", "match", "parse", "replace", "slice", "split",
        "startsWith", "substring", "test", "text", "toLowerCase", "toString", "trim", "trimStart",
    }
)  # fmt: skip
_NOTHING = frozenset({"null", "undefined", "''", '""', "0", "true", "false"})
_BECAUSE = "the test in line {} turns callers away, and what it rests on could not be followed"


def refusals(body: Body, own: list[Held]) -> Iterator[Held]:
    """What lies behind such an exit, except where a claim that is already known decides it."""
    known = {span(held.exit) for held in own if held.exit is not None}
    told = {name.name for held in own if _is_worthless(held) for name in result_names(body, held.claim.call)}
    sent: set[str] | None = None
    for branch in body.branches:
        yes = branch.mark.node.field("consequence")
        exit_ = leaves(yes) if yes is not None and branch.mark.kind == "if_statement" else None
        if exit_ is None or span(exit_) in known or not _refuses(exit_, branch.condition):
            continue
        sent = _sent(body) if sent is None else sent
        if not branch.names & told and _asks(branch.condition, sent):
            because = _BECAUSE.format(branch.mark.line)
            claim = Claim(branch.mark, "refusal", "unknown", Says.UNKNOWN)
            yield Held(claim, None, covered_after(branch.mark.node), exit_, because=because)


def caught(body: Body, own: list[Held]) -> Iterator[Held]:
    """`try { await requireRole() } catch (e) { … 403 }`: what follows, where the `catch` lets some go on."""
    for clause in body.catches:
        above, inside = clause.node.parent(), clause.node.field("body")
        block = above.field("body") if above is not None else None
        if above is None or inside is None or block is None or not _REFUSES.search(inside.text()):
            continue
        first, last = span(block)
        held = next((h for h in own if h.gates and first <= h.covers[0] and h.covers[1] <= last), None)
        if held is not None:
            because = (
                f"those whom the test in line {held.claim.call.line} turns away may go on in its `catch`"
            )
            claim = Claim(held.claim.call, "refusal", "unknown", Says.UNKNOWN)
            yield Held(claim, None, covered_after(above), because=because)


def _refuses(exit_: Node, condition: Node) -> bool:
    text = exit_.text()
    if _REFUSES.search(text):
        return True
    return bool(_HIDES.search(text)) and bool(_ALLOWS.search(condition.text()))


def _is_worthless(held: Held) -> bool:
    """A test that is known to let everyone pass, or an answer that nothing tests."""
    return held.gates is False


def _asks(condition: Node, sent: set[str]) -> bool:
    """Whether a condition asks more than whether something was sent."""
    if _BESIDE.search(condition.text()):
        return False
    calls = {_last(call) for call in find_kinds(condition, "call_expression")}
    names = identifiers(condition) - sent - _PLAIN - {"undefined", "req", "request"}
    return (
        bool(calls - _PLAIN) or bool(names) or any(map(_compares, find_kinds(condition, "binary_expression")))
    )


def _compares(node: Node) -> bool:
    """Whether a value is held against another, and not only looked for."""
    sides = comparison(node)
    if sides is None or sides[1] not in ("==", "===", "!=", "!=="):
        return False
    left, right = unwrap(sides[0]).text(), unwrap(sides[2]).text()
    return not {left, right} & _NOTHING and not left.startswith("typeof") and not left.endswith(".length")


def _sent(body: Body) -> set[str]:
    """Parameters, and variables that hold what was sent, as it was sent."""
    sent = {name for parameter in body.function.parameters for name in parameter.names}
    for local in sorted(body.locals, key=lambda each: each.start):
        value = unwrap(local.value)
        calls = {_last(call) for call in find_kinds(value, "call_expression")}
        names = identifiers(value)
        if not calls - _PLAIN and (names & sent or _REQUEST.search(value.text())):
            sent.add(local.name)
    return sent


def _last(call: Node) -> str:
    function = call.field("function")
    return squeeze(function.text()).rpartition(".")[2].partition("(")[0] if function is not None else ""

"""What every call of a module calls, in short, read off the text: asking the syntax tree link by link costs
far more.
"""

import re

from checklists.ts.naming import callee
from checklists.ts.parse import Mark, Span

_WORD = r"[A-Za-z_$][\w$]*"
_LINKS = rf"(?:\s*\??\.\s*#?{_WORD})*(?=[(`])"
# Keywords that begin an expression which only the tree can tell: `function () {}.call()`, `import.meta.x()`.
_PLAIN = re.compile(rf"(?!(?:function|new)\b|import\s*\.){_WORD}{_LINKS}")
_ONWARD = re.compile(_LINKS)
_MADE = re.compile(rf"new {_WORD}(?:\.{_WORD})*(?=\()")
_NOISE = re.compile(r"[\s?]+")


def callees(text: str, marks: tuple[Mark, ...]) -> dict[Span, str]:
    """By span, the names of all calls and `new` expressions, as `naming.callee` writes them.

    Calls that begin at one offset are a chain, `a.b(c).d(e)`: read from the innermost, each goes on from
    where the one within it ends.
    """
    names: dict[Span, str] = {}
    within: dict[int, tuple[int, str]] = {}
    for mark in reversed(marks):
        if mark.kind == "call_expression":
            name = _called(text, mark, within.get(mark.start))
            within[mark.start] = mark.end, name
        elif mark.kind == "new_expression":
            made = _MADE.match(text, mark.start)
            name = made[0] if made else callee(mark.node)
        else:
            continue
        names[mark.start, mark.end] = name
    return names


def _called(text: str, mark: Mark, inner: tuple[int, str] | None) -> str:
    if inner is None:
        found = _PLAIN.match(text, mark.start)
        return _squeezed(found[0]) if found else callee(mark.node.field("function"))
    found = _ONWARD.match(text, inner[0])
    return f"{inner[1]}(){_squeezed(found[0])}" if found else callee(mark.node.field("function"))


def _squeezed(links: str) -> str:
    return links if links.replace(".", "").isalnum() else _NOISE.sub("", links)

"""One plan in sentences: what makes a read dear, how dear, and what it costs once that is mended."""

from collections.abc import Iterator

import click

from checklists.live.model import Plan
from tui.commands.text import wrapped
from tui.text import visible

_DEARER = 1.1
"""Times the cost without row security, below which there is nothing to tell."""
_MENDED = {"initplan": "with the call in a (select …)", "missing_index": "with the index"}


def plan_text(plan: Plan) -> Iterator[str]:
    """The object, why it costs, the figures, and the SQL that mends it."""
    yield f"  {visible(plan.object)} as {visible(plan.actor)}"
    sentences = (f"{plan.because[:1].upper()}{plan.because[1:]}.", cost(plan))
    yield from wrapped(" ".join(filter(None, sentences)), "    ")
    if plan.rewrite:
        yield from (click.style(f"      {visible(line)}", dim=True) for line in plan.rewrite.splitlines())


def cost(plan: Plan) -> str:
    """The figures as a sentence; empty where there is nothing to tell."""
    mended = _MENDED.get(plan.kind, "once that is mended")
    if plan.ratio is None or plan.ratio <= 0:
        return ""
    if plan.ratio < _DEARER:
        saved = 0 if plan.rewritten is None else round(100 * (1 - plan.rewritten / plan.ratio))
        return f"{mended[0].upper()}{mended[1:]} a read costs {saved} % less." if saved > 0 else ""
    dear = f"With row security a read costs {_times(plan.ratio)} times as much as without"
    return f"{dear}{f'; {mended} {_after(plan.rewritten)}' if plan.rewritten is not None else ''}."


def _after(rewritten: float) -> str:
    if rewritten < 1 / _DEARER:
        return "less than without"
    return f"{_times(rewritten)} times" if rewritten >= _DEARER else "about as much as without"


def _times(ratio: float) -> str:
    return f"{ratio:.1f}".removesuffix(".0")

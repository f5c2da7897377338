"""The scenes that the snapshot tests compare and the README shows.

`python tests/tui/scenes.py` draws screenshots/ anew, after a change that is meant to be seen.
"""

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from html import unescape
from pathlib import Path
from time import sleep

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

from demo import MemoryStore, demo_ports, demo_project, demo_reports  # noqa: E402
from driving import SMALL, WIDE, type_text, until  # noqa: E402
from proof_demo import demo_proof  # noqa: E402
from textual.pilot import Pilot  # noqa: E402
from textual.worker import get_current_worker  # noqa: E402

from checklists.catalogue import items  # noqa: E402
from checklists.checks.project import Project  # noqa: E402
from checklists.live.ground import Tell  # noqa: E402
from checklists.model import Answer, Outcome, Verdict  # noqa: E402
from checklists.review.draft import Context, Draft  # noqa: E402
from checklists.review.state import Review  # noqa: E402
from checklists.review.suggesting import suggest  # noqa: E402
from tui.app import ConsoleApp  # noqa: E402
from tui.glyphs import UNICODE  # noqa: E402
from tui.screens.opening import OpeningScreen  # noqa: E402
from tui.screens.seal import SealScreen  # noqa: E402

SCREENSHOTS = Path(__file__).parents[2] / "screenshots"
STILL_OPEN = (
    "actions-authenticated", "uploads-validated", "permissive-policies", "select-star", "missing-indexes",
    "float-money", "hard-coded-values", "unhandled-errors",
)  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """An app, the size of its terminal, and what brings it to the moment that is shown."""

    app: Callable[[], ConsoleApp]
    before: Callable[[Pilot[int]], Awaitable[None]]
    size: tuple[int, int] = WIDE


def draft_of(*, left_open: tuple[str, ...] = (), current: str | None = None) -> Draft:
    """The demo's review with every other item answered, much as a reviewer would."""
    reports = demo_reports()
    suggestions = {item.id: suggest(item, reports) for item in items()}
    answers = {
        name: _answer(name, said.verdict) for name, said in suggestions.items() if name not in left_open
    }
    notes = {"no-client-secrets": "Bundle read on staging."}
    review = Review(tuple(suggestions), suggestions, answers, notes, current=current)
    context = Context("Tenders, bids and their documents.", "Buyers publish, bidders submit.", "40 buyers")
    return Draft(review, demo_project().snapshot.subject, context=context)


def _answer(name: str, verdict: Verdict) -> Answer:
    if name == "rate-limits":
        expires = date(2027, 1, 31)
        return Answer(
            Outcome.WAIVED, verdict, reason="The host limits sign-in; the rest follows.", expires=expires
        )
    if verdict is Verdict.UNDETERMINED:
        return Answer(Outcome.PASS, verdict, note="Tried by hand on staging.")
    return Answer(Outcome(verdict.value), verdict)


def _opening() -> ConsoleApp:
    def load(tell: Callable[[str, int, int], None]) -> Project:
        tell("files", 412, 412)
        tell("migrations", 64, 64)
        tell("sources", 0, 126)
        while not get_current_worker().is_cancelled:
            sleep(0.01)
        return demo_project()

    since = iter((0.0, 0.0, 0.0, 0.0))  # the third stage has gone on for three seconds
    return ConsoleApp(replace(demo_ports(), load=load, clock=lambda: next(since, 3.0)), glyphs=UNICODE)


def _review() -> ConsoleApp:
    draft = draft_of(left_open=STILL_OPEN, current="permissive-policies")
    return ConsoleApp(demo_ports(MemoryStore(draft)), glyphs=UNICODE)


def _whole() -> ConsoleApp:
    return ConsoleApp(demo_ports(MemoryStore(draft_of())), glyphs=UNICODE)


class _Consent:
    """Given or not, and never changed."""

    def __init__(self, *, given: bool) -> None:
        self._given = given

    def given(self, project: Project) -> bool:
        return self._given

    def give(self, project: Project) -> None:
        """Nothing is kept."""


def _proving(project: Project, _progress: object, tell: Tell) -> Project:
    proof = demo_proof()
    for claim in proof.claims:
        tell(claim)
    return project.proven(proof)


def _proof(*, given: bool) -> ConsoleApp:
    draft = draft_of(left_open=STILL_OPEN, current="permissive-policies")
    ports = replace(demo_ports(MemoryStore(draft)), prove=_proving, consent=_Consent(given=given))
    return ConsoleApp(ports, glyphs=UNICODE)


async def _matrix(pilot: Pilot[int]) -> None:
    assert isinstance(pilot.app, ConsoleApp)
    app = pilot.app
    await _answerable(pilot)
    await until(pilot, lambda: bool(app._proof.claims) and not app._proof.running)
    app.clear_notifications()
    await pilot.press("m")
    await pilot.pause()
    await pilot.press("right", "right", "right")
    await pilot.pause(0.3)


async def _consent(pilot: Pilot[int]) -> None:
    await _answerable(pilot)
    await pilot.press("m")
    await pilot.pause(0.3)


async def _reading(pilot: Pilot[int]) -> None:
    def reached() -> bool:
        return isinstance(pilot.app.screen, OpeningScreen) and len(pilot.app.screen.reached) == 3

    await until(pilot, reached)


async def _answerable(pilot: Pilot[int]) -> None:
    assert isinstance(pilot.app, ConsoleApp)
    app = pilot.app
    await until(pilot, lambda: app.answerable)
    await pilot.pause(0.3)


async def _evidence(pilot: Pilot[int]) -> None:
    await _answerable(pilot)
    await pilot.press("enter", "enter")
    await pilot.pause(0.3)


async def _verdict(pilot: Pilot[int]) -> None:
    await _answerable(pilot)
    await pilot.press("s")
    await until(pilot, lambda: isinstance(pilot.app.screen, SealScreen))
    await pilot.press("r")
    await type_text(pilot, "Bids of others can be read.")
    await pilot.press("enter")
    await pilot.pause(0.3)


SCENES = {
    "opening": Scene(_opening, _reading),
    "review": Scene(_review, _answerable),
    "review_small": Scene(_review, _answerable, SMALL),
    "evidence_small": Scene(_review, _evidence, SMALL),
    "seal": Scene(_whole, _verdict),
    "matrix": Scene(partial(_proof, given=True), _matrix),
    "matrix_small": Scene(partial(_proof, given=True), _matrix, SMALL),
    "consent": Scene(partial(_proof, given=False), _consent),
}
SHOWN = ("opening", "review", "seal")
"""The scenes that are kept as pictures in screenshots/."""


async def draw(scene: Scene) -> str:
    """The scene as an SVG that is the same each time."""
    app = scene.app()
    async with app.run_test(size=scene.size) as pilot:
        await scene.before(pilot)
        svg = app.export_screenshot(title="counterseal")
    named = re.sub(r"terminal-\d+", "terminal", svg)
    return _TEXT.sub(_without_edges, named).rstrip() + "\n"


_SPACE = "&#160;"
_TEXT = re.compile(r'<text([^>]*?) x="([\d.]+)"([^>]*?) textLength="([\d.]+)"([^>]*)>([^<]*)</text>')


def _without_edges(match: re.Match[str]) -> str:
    """A run of text placed by its first visible character: some viewers drop the spaces around it."""
    before, x, between, length, after, words = match.groups()
    lead = 0
    while words.startswith(_SPACE, lead * len(_SPACE)):
        lead += 1
    inner = words[lead * len(_SPACE) :]
    trail = 0
    while inner.endswith(_SPACE):
        inner, trail = inner.removesuffix(_SPACE), trail + 1
    if not inner:
        return ""
    cell = float(length) / len(unescape(words))
    at, wide = float(x) + lead * cell, float(length) - (lead + trail) * cell
    return f'<text{before} x="{at:g}"{between} textLength="{wide:g}"{after}>{inner}</text>'


async def _write_all() -> None:
    SCREENSHOTS.mkdir(exist_ok=True)
    for name in SHOWN:
        (SCREENSHOTS / f"{name}.svg").write_text(await draw(SCENES[name]), "utf-8")


if __name__ == "__main__":
    asyncio.run(_write_all())

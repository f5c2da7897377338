"""The proof behind the screen: asked for once, upgrading suggestions, shown as a matrix."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from demo import demo_ports, demo_reports
from driving import console, shown, until

from checklists.checks.project import Project
from checklists.live.errors import SandboxError
from checklists.live.ground import Tell
from checklists.live.model import Action, Cause, Claim, ClaimStatus, Proof
from checklists.live.proving import Progress, Stage
from checklists.model import Answer, Outcome, Report, Suggestion, Verdict
from checklists.review.consent import may_prove, remember
from checklists.review.looking import look_at_claims
from checklists.review.store import DraftStore
from tui.glyphs import ASCII, UNICODE
from tui.matrix import matrix
from tui.messages import Answered
from tui.ports import Ports
from tui.proof_state import ProofState
from tui.screens.matrix import MatrixScreen
from tui.widgets.prompt import Words

HOLE = Claim(
    "public.tenders",
    "anon",
    Action.DELETE,
    ClaimStatus.REFUTED,
    "a visitor deletes a row of A's",
    ("line 3 of 1_a.sql was refused",),
    (Cause(("policy:public.tenders/Delete",)),),
    "begin;\ndelete from public.tenders;\nrollback;",
)
CLAIMS = (
    Claim("public.bids", "A", Action.SELECT, ClaimStatus.PROVEN, sql="select 1;"),
    Claim("public.tenders", "anon", Action.SELECT, ClaimStatus.CLOSED),
    HOLE,
)


class Asked:
    """A consent kept in memory."""

    def __init__(self, *, given: bool) -> None:
        self.yes = given

    def given(self, project: Project) -> bool:
        return self.yes

    def give(self, project: Project) -> None:
        self.yes = True


def proving(project: Project, progress: Progress, tell: Tell) -> Project:
    progress(Stage.APPLY, "1_a.sql", 0, 1)
    for claim in CLAIMS:
        tell(claim)
    return project.proven(Proof("18.1", claims=CLAIMS))


def failing(project: Project, progress: Progress, tell: Tell) -> Project:
    raise SandboxError("The proof needs the extra `live`.", "pip install it.")


def ports(*, given: bool, **changes: object) -> Ports:
    return replace(demo_ports(), prove=proving, consent=Asked(given=given), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("given", [True, False])
async def test_what_is_missing_is_told_before_consent_is_asked(given: bool) -> None:
    fault = SandboxError("The proof needs the extra `live`.", "Install it.")
    outside = ports(given=False, unable=lambda: fault)
    assert isinstance(outside.consent, Asked)
    async with console(outside) as (app, pilot):
        outside.consent.yes = given
        await pilot.press("m")
        await until(pilot, lambda: "The proof needs the extra `live`. Install it." in shown(app))
        assert "RUN THE MIGRATIONS?" not in shown(app)
        assert [each.message for each in app._notifications] == [f"{fault.message} {fault.hint}"]


async def test_nothing_runs_before_it_was_asked_for() -> None:
    asked = Asked(given=False)
    async with console(replace(demo_ports(), prove=proving, consent=asked)) as (app, pilot):
        await pilot.press("m")
        await pilot.pause()
        assert not app._proof.claims
        assert "RUN THE MIGRATIONS?" in shown(app)
        await pilot.press("escape")
        await pilot.pause()
        assert not asked.yes
        assert not app._proof.claims
        await pilot.press("m", "y")
        await until(pilot, lambda: bool(app._proof.claims) and not app._proof.running)
        assert asked.yes


async def test_after_the_first_time_it_starts_by_itself() -> None:
    async with console(ports(given=True)) as (app, pilot):
        await until(pilot, lambda: len(app._proof.claims) == 3 and not app._proof.running)
        assert "1 refuted" in app._proof.state
        assert app._project is not None
        assert app._project.proof is not None


async def test_a_hole_is_suggested_while_the_rest_is_still_tried() -> None:
    held, seen = Event(), []

    def waits(project: Project, progress: Progress, tell: Tell) -> Project:
        tell(HOLE)
        held.wait(20)
        return project.proven(Proof("18.1", claims=CLAIMS))

    def upgraded(project: Project) -> Mapping[str, Suggestion]:
        seen.append(project.proof)
        return look_at_claims(project)

    async with console(replace(ports(given=True), prove=waits, upgraded=upgraded)) as (app, pilot):
        await until(pilot, lambda: app.review.suggestions["policies-tested"].verdict is Verdict.FAIL)
        assert "delete on public.tenders is refuted" in app.review.suggestions["policies-tested"].because
        assert app._proof.running
        assert seen[0] is not None
        assert seen[0].unread
        held.set()
        await until(pilot, lambda: not app._proof.running)


async def test_answers_outlive_the_proof() -> None:
    async with console(ports(given=False)) as (app, pilot):
        await pilot.press("c")
        await pilot.pause()
        answers = app.review.answers
        assert answers
        await pilot.press("m", "y")
        await until(pilot, lambda: bool(app._proof.claims) and not app._proof.running)
        assert app.review.answers == answers
        assert app.review.suggestions


async def test_a_proof_that_reopens_an_answer_says_so_and_keeps_its_words(tmp_path: Path) -> None:
    store, name = DraftStore(tmp_path), "rls-enabled"

    def check(project: Project) -> Iterator[Report]:
        return iter(() if project.proof else demo_reports())

    outside = replace(ports(given=False), store=lambda _project: store, check=check)
    async with console(outside) as (app, pilot):
        verdict = app.review.suggestions[name].verdict
        given = Answer(Outcome.NOT_APPLICABLE, verdict, note="Tried by hand.")
        app.post_message(Answered(name, given, name))
        await until(pilot, lambda: name in app.review.answers)
        await pilot.press("m", "y")
        await until(pilot, lambda: name in app.reopened and not app._proof.running)
        told = "The proof changed what is suggested, so your answer is open again: rls-enabled."
        assert [each.message for each in app._notifications].count(told) == 1
        assert app.review.current == name
        assert "what you said  Tried by hand." in shown(app)
        await pilot.press("o")
        await until(pilot, lambda: bool(app.screen.query(Words)))
        assert app.screen.query_one(Words).text == "Tried by hand."


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_the_matrix_shows_how_each_cell_is_known(size: tuple[int, int]) -> None:
    async with console(ports(given=True), size=size) as (app, pilot):
        await until(pilot, lambda: len(app._proof.claims) == 3 and not app._proof.running)
        await pilot.press("m")
        await pilot.pause()
        await pilot.press("right")
        await pilot.pause()
        text = shown(app)
        assert "Isolation matrix" in text
        assert text.index("public.tenders") < text.index("public.bids")
        assert "delete as visitor: refuted (provisional)" in text
        assert "a visitor deletes a row of A's" in text
        await pilot.press("escape")
        await pilot.pause()
        assert "Isolation matrix" not in shown(app)


async def test_every_actor_and_every_word_of_the_key_is_whole_at_80_columns() -> None:
    actors, actions = ("anon", "anonymous", "A", "B", "C", "admin"), tuple(Action)[:4]
    name = "public.organisation_member_invitations"
    doubt = ("calls a stand-in",)
    claims = tuple(
        Claim(name, who, what, ClaimStatus.BROKEN, "", doubt) for who in actors for what in actions
    )
    async with console(ports(given=True), size=(80, 24)) as (app, pilot):
        await app.push_screen(MatrixScreen(claims, "proven", UNICODE))
        await pilot.pause()
        text = shown(app)
        assert all(actor in text.split("\n")[1].split() for actor in actors)
        assert text.count("!~!~!~!~") == len(actors)
        assert "organisation_m…" in text
        assert any("! broken" in line for line in text.split("\n")[-4:])
        await pilot.resize_terminal(140, 40)
        await pilot.pause()
        assert name in shown(app)
        assert "!~ !~ !~ !~" in shown(app)


async def test_the_matrix_in_ascii() -> None:
    async with console(ports(given=True), glyphs=ASCII) as (app, pilot):
        await until(pilot, lambda: len(app._proof.claims) == 3 and not app._proof.running)
        await pilot.press("m", "right")
        await pilot.pause()
        assert "x~" in shown(app)
        assert shown(app).isascii()


async def test_a_proof_that_cannot_be_had_says_why() -> None:
    async with console(replace(ports(given=True), prove=failing)) as (app, pilot):
        await until(pilot, lambda: "needs the extra" in app._proof.state)
        assert not app._proof.running
        assert app.answerable


def test_the_worst_tables_come_first() -> None:
    seen = matrix(CLAIMS)
    assert seen.tables == ("public.tenders", "public.bids")
    assert seen.actors == ("anon", "A")
    assert [claim.command for claim in seen.cells["public.tenders", "anon"]] == [Action.SELECT, Action.DELETE]


def test_a_state_counts_what_was_claimed() -> None:
    state = ProofState().claiming(HOLE).claiming(CLAIMS[0])
    assert state.state == "trying every table: 2 claims, 1 refuted, 1 proven"
    assert state.failed("gone").claims == (HOLE, CLAIMS[0])


def test_a_yes_is_kept_by_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    here, there = tmp_path / "a", tmp_path / "b"
    here.mkdir()
    there.mkdir()
    assert not may_prove(here)
    remember(here)
    assert may_prove(here)
    assert not may_prove(there)

"""The team's own items before the gate: they are asked as the catalogue's are, and as the base has them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from gitrepos import commit, write
from team import RAE, Team, closed, make_team

from checklists.errors import CountersealError
from checklists.model import Outcome
from checklists.record.facts import Standing
from checklists.record.gate.decide import gate
from checklists.record.keys import Key, Scheme
from checklists.record.rerun import rerun
from checklists.record.signing import sign
from checklists.record.staleness.states import State
from checklists.record.toml import from_bytes, to_bytes
from checklists.record.verify import Against, verify

LIST, POLICY = ".counterseal/checklists/payments.toml", ".counterseal/policy.toml"
ASKED = """title = "Payments"
[[item]]
id = "refunds-checked"
title = "Refunds are checked"
question = "Does somebody approve each refund?"
why = "Money leaves."
severity = "high"
"""
START = 'schema = "counterseal.policy/1"\n'


@pytest.fixture
def team(tmp_path: Path) -> Team:
    """`main` has a team's section, and a policy that wants one signer and every item."""
    team = make_team(tmp_path)
    ada = team.ada
    ada.git("checkout", "-q", "main")
    write(ada.clone, {LIST: ASKED, POLICY: START})
    ada.push("Ask of refunds", "main")
    ada.git("checkout", "-q", "work")
    ada.git("merge", "-q", "main")
    ada.git("push", "-q", "origin", "work")
    team.rae.fetch()
    return team


def sealed(team: Team, outcome: Outcome) -> Path:
    """Rae's approval, with that answer to the team's item."""
    team.rae.answer_all()
    words = ("answer", team.rae.clone, "refunds-checked", outcome.value, "--note", "Looked.")
    done = team.rae(*words)
    assert done.exit_code == 0, done.output
    record = team.rae.seal("--reason", "A demo")
    team.rae.push()
    return record


def test_a_failing_item_of_the_team_closes_the_gate(team: Team) -> None:
    sealed(team, Outcome.FAIL)
    assert "1 item is failing: refunds-checked" in closed(team.gate())["items"].about


def test_an_answered_item_of_the_team_opens_it_and_goes_stale(team: Team) -> None:
    record = sealed(team, Outcome.PASS)
    said = team.gate()
    assert closed(said) == {}
    states = {each.item: each.state for each in said.signed[0].states}
    assert states["refunds-checked"] is State.VALID
    assert {fact.standing for fact in rerun(record)} == {Standing.HOLDS}
    write(team.rae.clone, {"app/more.ts": "export const x = 1\n"})
    team.rae.push("More")
    again = {each.item: each for each in team.gate().signed[0].states}
    assert again["refunds-checked"].state is State.STALE
    assert again["refunds-checked"].paths == ("app/more.ts",)


@pytest.mark.parametrize(("text", "lack"), [(ASKED.replace("each refund", "any"), "stale"), (None, "new")])
def test_what_the_head_takes_out_of_the_teams_questions_is_still_asked(
    team: Team, text: str | None, lack: str
) -> None:
    place = team.rae.clone / LIST
    place.write_text(text) if text else place.unlink()
    commit(team.rae.clone, "Ask less")
    team.rae.answer_all()
    team.rae.seal()
    team.rae.push()
    assert f"1 item is {lack}: refunds-checked" in closed(team.gate())["items"].about


def test_a_section_of_the_team_can_be_required(team: Team) -> None:
    ada = team.ada
    ada.git("checkout", "-q", "main")
    write(ada.clone, {POLICY: f'{START}[review]\nrequired = ["payments"]\n'})
    assert ada("config", "validate", ada.clone).exit_code == 0
    assert ada("config", "validate", ada.clone / POLICY).exit_code == 0
    ada.push("Require payments", "main")
    sealed(team, Outcome.PASS)
    assert "1 of 1 required items are answered" in team.gate().requirements[4].about
    write(ada.clone, {POLICY: f'{START}[review]\nrequired = ["paiments"]\n'})
    assert "did you mean payments?" in ada("config", "validate", ada.clone).output
    ada.push("Misspell it", "main")
    with pytest.raises(CountersealError, match="there is no item or section 'paiments'"):
        team.gate()


def test_checklists_that_cannot_be_read_leave_nothing_open(team: Team) -> None:
    ada = team.ada
    ada.git("checkout", "-q", "main")
    write(ada.clone, {LIST: "title = 1\n"})
    ada.push("Break it", "main")
    with pytest.raises(CountersealError, match=LIST):
        gate(ada.clone, rev="work", base="main", now=datetime.now(UTC))


def test_a_record_that_leaves_out_what_the_team_asks_is_not_verified(team: Team) -> None:
    record = sealed(team, Outcome.PASS)

    def fact() -> tuple[Standing, str]:
        said = verify(record, Against(repo=team.rae.clone), today=date(2026, 1, 1))
        return next((each.standing, each.about) for each in said if each.name == "team answers")

    assert fact() == (Standing.HOLDS, "1 item")
    value = from_bytes(record.read_bytes())
    left = replace(value, item=tuple(each for each in value.item if each.id != "refunds-checked"))
    record.write_bytes(to_bytes(left))
    key = Key(Scheme.SSH, str(team.rae.key), "ssh-keygen")
    record.with_name(f"{record.name}.sig").write_bytes(sign(record.read_bytes(), key))
    assert fact() == (Standing.FAILS, "without an answer: refunds-checked")
    assert value.reviewer == RAE

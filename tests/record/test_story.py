"""A change on its way into a release, told with real git, real keys and two reviewers."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from gitrepos import commit, git, write
from team import FILES, RAE, SAM, SOURCE, closed, make_team, public

from checklists.record.staleness.states import State
from checklists.record.toml import from_bytes

NEXT = "supabase/migrations/20240102000000_more.sql"


def test_the_story(tmp_path: Path) -> None:
    team = make_team(tmp_path)
    ada, rae, sam = team.ada, team.rae, team.sam

    # Nobody has looked yet: the gate is closed, and says who is to look.
    assert set(closed(team.gate())) == {"role code-reviewer", "role security-auditor", "people", "items"}

    # The first reviewer seals as code reviewer; the auditor is missing.
    rae.answer_all()
    until = (date.today() + timedelta(days=20)).isoformat()  # noqa: DTZ011 - as the command reads it
    waived = rae(
        "answer", rae.clone, "rate-limits", "waived", "--reason", "The host limits.", "--expires", until
    )
    assert waived.exit_code == 0, waived.output
    first = rae.seal("--role", "code-reviewer")
    rae.push()
    said = closed(team.gate())
    assert set(said) == {"role security-auditor", "people"}
    assert said["role security-auditor"].about == "0 of 1 signed: nobody signed as it"

    # The second seals as security auditor: open.
    sam.fetch()
    sam.answer_all()
    sam.seal("--role", "security-auditor")
    sam.push()
    said = team.gate()
    assert closed(said) == {}
    assert {each.vouched.principal for each in said.signed if each.counts} == {RAE, SAM}
    assert said.authors == {"ada@example.org"}

    # A migration is added: what rests on the schema is stale, the rest is not.
    ada.fetch()
    write(ada.clone, {NEXT: "alter table public.notes add column at timestamptz not null default now();\n"})
    ada.push("Say when")
    said = team.gate()
    assert set(closed(said)) == {"role code-reviewer", "role security-auditor", "people", "items"}
    states = {each.item: each for each in said.signed[0].states}
    assert {states[i].state for i in ("rls-enabled", "permissive-policies", "float-money")} == {State.STALE}
    assert {states[i].state for i in ("errors-masked", "n-plus-one", "cors-configured")} == {State.CARRIED}
    assert states["rls-enabled"].paths == (NEXT,)
    assert closed(said)["items"].paths == (NEXT,)

    stale = {item for item, each in states.items() if each.state is State.STALE}

    # The next review asks those alone, and takes over the rest with the record that it comes from. Both look
    # at the same time: the record that the one pushes takes no answer from the other.
    for person in (rae, sam):
        person.fetch()
        listed = " ".join(person("answers", person.clone).output.split())
        assert f"1 file that it rests on changed: {NEXT}" in listed
        assert f"{len(states) - len(stale)} of {len(states)} items answered" in listed
        person.answer_all()
    for person, role in ((rae, "code-reviewer"), (sam, "security-auditor")):
        person.fetch()
        again = from_bytes(person.seal("--role", role).read_bytes())
        person.push()
        carried = {item.id: item.carried for item in again.item}
        assert {item for item, where in carried.items() if not where} == stale
        assert again.previous is not None
        if person is rae:
            assert set(carried.values()) == {"", from_bytes(first.read_bytes()).record_id}
            assert (
                next(each for each in again.waiver if each.item == "rate-limits").expires.isoformat() == until
            )
    assert closed(team.gate()) == {}

    # Main moves on elsewhere; the change is squashed onto it: the records hold of the result.
    other = tmp_path / "other"
    git(tmp_path, "clone", "-q", str(team.origin), "other")
    write(other, {"README.md": FILES["README.md"] + "More.\n"})
    commit(other, "Write more")
    git(other, "merge", "-q", "--squash", "origin/work")
    commit(other, "Answer pings, and say when (#7)")
    git(other, "push", "-q", "origin", "main")
    said = team.gate("origin/main")
    assert closed(said) == {}
    valid = [each for each in said.signed if each.counts]
    assert {state.state for each in valid for state in each.states} == {State.VALID}

    # The waiver runs out: closed, from that day on.
    end = datetime.fromisoformat(f"{until}T12:00:00").replace(tzinfo=UTC)
    assert closed(team.gate("origin/main", end - timedelta(days=1))) == {}
    said = closed(team.gate("origin/main", end))
    assert f"rate-limits: it expired on {until}" in said["waivers"].about
    assert "1 item is waived without a waiver that holds: rate-limits" in said["role code-reviewer"].about

    # A key is revoked on main: closed.
    revoked = ada("trust", "revoke", SAM, "--repo", other)
    assert revoked.exit_code == 0, revoked.output
    commit(other, "Revoke a key")
    git(other, "push", "-q", "origin", "main")
    said = team.gate("origin/main")
    assert set(closed(said)) == {"role security-auditor", "people"}
    assert any("revoked" in each.because for each in said.refused)


def test_a_change_to_a_source_alone_leaves_the_schema_answered(tmp_path: Path) -> None:
    team = make_team(tmp_path)
    team.rae.answer_all()
    team.rae.seal("--role", "code-reviewer")
    team.rae.push()
    team.ada.fetch()
    write(team.ada.clone, {SOURCE: FILES[SOURCE]})
    team.ada.push("Take it back")
    states = {each.item: each.state for each in team.gate().signed[0].states}
    assert (states["float-money"], states["n-plus-one"]) == (State.CARRIED, State.STALE)


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_what_it_prints(tmp_path: Path, form: str) -> None:
    team = make_team(tmp_path)
    ada = team.ada
    done = ada("gate", ada.clone, "--base", "origin/main", "--format", form)
    assert done.exit_code == 1, done.output
    first = {
        "text": "The gate is closed for",
        "json": '{\n  "schema": "counterseal.gate/1",\n  "gate": "closed",',
        "github": "::error title=Gate%3A role code-reviewer::0 of 1 signed: nobody signed as it.",
    }[form]
    assert done.output.startswith(first)
    if form == "text":
        lines = done.output.splitlines()
        assert lines[1].startswith("✗ role code-reviewer")
        assert public(team.rae).split()[1] not in done.output

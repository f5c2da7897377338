"""A scan of the recorded commit, compared with what the record says was suggested."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from gitrepos import commit, git, repository, write
from team import ANSWERS, RAE, Person, make_person

from checklists.model import Verdict
from checklists.record.facts import Standing
from checklists.record.rerun import rerun
from checklists.record.toml import from_bytes, to_bytes

FLAWED = {
    "supabase/migrations/20240101000000_a.sql": "create table public.t (id uuid primary key, price float8);\n"
}


@pytest.fixture
def person(tmp_path: Path) -> Person:
    start = repository(tmp_path / "start", FLAWED)
    git(tmp_path, "clone", "-q", "--bare", str(start), "origin.git")
    rae = make_person(tmp_path, RAE, tmp_path / "origin.git")
    assert rae("review", rae.clone, "--plain", given=ANSWERS).exit_code == 0
    return rae


def test_the_same_scan_says_the_same(person: Person) -> None:
    record = person.seal("--reason", "A demo")
    write(person.clone, {"supabase/migrations/20240102000000_b.sql": "drop table public.t;\n"})
    commit(person.clone)
    said = tuple(rerun(record))
    assert {fact.standing for fact in said} == {Standing.HOLDS}
    count = len(from_bytes(record.read_bytes()).item)
    assert said[-1].about == f"{count} of {count} suggestions are what a scan of the commit says"


def test_a_suggestion_that_was_made_up_is_named(person: Person) -> None:
    record = person.seal("--reason", "A demo")
    said = from_bytes(record.read_bytes())
    items = tuple(
        replace(item, suggestion=Verdict.PASS, fingerprint="0" * 64) if item.id == "float-money" else item
        for item in said.item
    )
    record.write_bytes(to_bytes(replace(said, item=items)))
    differing = [fact for fact in rerun(record) if fact.standing is Standing.FAILS]
    assert [fact.name for fact in differing] == ["rerun float-money"]
    assert differing[0].about.startswith("the record says pass, a scan fail: ")
    other = replace(said.inputs, tool="counterseal 0.0.1")
    record.write_bytes(to_bytes(replace(said, item=items, inputs=other)))
    facts = {fact.name: fact for fact in rerun(record)}
    assert facts["rerun float-money"].standing is Standing.NOT_CHECKED
    assert "it was made with counterseal 0.0.1" in facts["rerun float-money"].about


def test_another_question_is_not_compared(person: Person) -> None:
    record = person.seal("--reason", "A demo")
    said = from_bytes(record.read_bytes())
    first, *rest = said.item
    changed = (replace(first, question="0" * 64), replace(rest[0], id="no-such-item"), *rest[1:])
    record.write_bytes(to_bytes(replace(said, item=changed)))
    facts = [fact.about for fact in rerun(record) if fact.standing is Standing.NOT_CHECKED]
    assert facts == [
        "this version asks something else",
        "this version asks no such question",
        f"not asked then: {rest[0].id}",
    ]


def test_from_the_command_line(person: Person, tmp_path: Path) -> None:
    record = person.seal("--reason", "A demo")
    signers = tmp_path / "signers"
    public = person.key.with_suffix(".pub").read_text()
    signers.write_text(f'{RAE} namespaces="counterseal-review" {public}')
    done = person("verify", record, "--signers", signers, "--rerun")
    assert done.exit_code == 0, done.output
    assert "suggestions are what a scan of the commit says" in done.output
    said = json.loads(person("verify", record, "--signers", signers, "--rerun", "--format", "json").output)
    assert said["facts"][-1]["name"] == "rerun"
    missing = person("verify", tmp_path / "none.toml", "--rerun")
    assert missing.exit_code == 2

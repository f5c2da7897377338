"""Every way in which a change could let itself in, and what the gate says of it."""

import hashlib
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from gitrepos import commit, git, write
from sealing import make_key
from team import ADA, FILES, MIGRATION, RAE, SAM, SOURCE, Approved, closed

from checklists.model import Justification, Outcome
from checklists.record.facts import Standing
from checklists.record.gate.decide import Gate, gate
from checklists.record.gate.steps import steps
from checklists.record.keys import Key, Scheme
from checklists.record.model import Decision, Record, Waiver
from checklists.record.signing import sign
from checklists.record.toml import to_bytes
from checklists.record.verify import Against, verify

NAMESPACES = 'namespaces="counterseal-review"'
SIGNERS, REVOKED = ".counterseal/allowed_signers", ".counterseal/revoked_keys"
POLICY_FILE = ".counterseal/policy.toml"


def reasons(said: Gate) -> str:
    return "\n".join(each.because for each in said.refused)


def test_it_is_open_before_anybody_attacks(approved: Approved) -> None:
    assert closed(approved.gate()) == {}


def test_a_signer_list_changed_on_the_head(approved: Approved, tmp_path: Path) -> None:
    mallory = make_key(tmp_path / "keys", "mallory")
    listed = git(approved.repo, "show", f"main:{SIGNERS}")
    key = mallory.with_suffix(".pub").read_text()
    path, record = approved.record(SAM)
    forged = replace(
        record, reviewer="mal@example.org", record_id=f"{record.record_id[:12]}/mal@example.org-1"
    )
    approved.on("work", {SIGNERS: f"{listed}\nmal@example.org {NAMESPACES} {key}"})
    approved.on("work", approved.sealed(forged, mallory))
    git(approved.repo, "checkout", "-q", "work")
    git(approved.repo, "rm", "-q", path, f"{path}.sig")
    commit(approved.repo)
    git(approved.repo, "checkout", "-q", "main")
    said = approved.gate()
    assert "main does not name mal@example.org among its signers" in reasons(said)
    assert {each.vouched.principal for each in said.signed} == {RAE, SAM}  # the deleted one still speaks


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (f"* {NAMESPACES} KEY", "its principal is a pattern"),
        (f"*@example.org {NAMESPACES} KEY", "its principal is a pattern"),
        ("mal@example.org KEY", 'it lacks namespaces="counterseal-review"'),
        ('mal@example.org namespaces="git" KEY', "its namespaces do not name counterseal-review"),
        (f"mal@example.org cert-authority,{NAMESPACES} KEY", "an authority certifies"),
    ],
)
def test_a_line_of_the_base_that_says_too_much(
    approved: Approved, tmp_path: Path, line: str, why: str
) -> None:
    mallory = make_key(tmp_path / "keys", "mallory")
    key = mallory.with_suffix(".pub").read_text().strip()
    _, record = approved.record(SAM)
    forged = replace(
        record, reviewer="mal@example.org", record_id=f"{record.record_id[:12]}/mal@example.org-1"
    )
    approved.on("main", {SIGNERS: line.replace("KEY", key) + "\n"})
    approved.on("work", approved.sealed(forged, mallory))
    said = approved.gate()
    assert why in reasons(said)
    assert not any(each.counts for each in said.signed)
    assert "signers" in closed(said)


def test_a_signature_for_another_purpose(approved: Approved) -> None:
    _, record = approved.record(SAM)
    again = replace(record, record_id=f"{record.record_id[:12]}/{SAM}-2")
    approved.on("work", approved.sealed(again, approved.keys[SAM], "file"))
    assert "its signature was made for 'file', not for counterseal-review" in reasons(approved.gate())


def test_a_record_copied_to_another_repo(approved: Approved, tmp_path: Path) -> None:
    other = tmp_path / "other"
    git(tmp_path, "init", "-q", "-b", "main", "other")
    paths = git(approved.repo, "ls-tree", "-r", "--name-only", "work", ".counterseal").splitlines()
    for path in paths:
        data = approved.repo.joinpath(path).parent
        data.mkdir(parents=True, exist_ok=True)
    git(approved.repo, "checkout", "-q", "work")
    shutil.copytree(approved.repo / ".counterseal", other / ".counterseal")
    write(other, {MIGRATION: "create table public.open (id int);\n", SOURCE: FILES[SOURCE]})
    commit(other)
    said = gate(other, base="main", now=datetime.now(UTC))
    assert {"items", "people"} <= set(closed(said))
    assert not any(each.counts for each in said.signed)


def test_a_record_copied_to_another_commit(approved: Approved) -> None:
    path, record = approved.record(SAM)
    moved = path.replace(record.record_id[:12], "0" * 12)
    data = git(approved.repo, "show", f"work:{path}").encode() + b"\n"
    signature = git(approved.repo, "show", f"work:{path}.sig").encode() + b"\n"
    approved.on("work", {MIGRATION: FILES[MIGRATION] + "grant all on public.notes to anon;\n"})
    approved.on("work", {moved: data, f"{moved}.sig": signature})
    said = closed(approved.gate())
    assert said["items"].paths == (MIGRATION,)


def test_the_signature_of_another_file(approved: Approved) -> None:
    path, _ = approved.record(SAM)
    theirs, _ = approved.record(RAE)
    signature = git(approved.repo, "show", f"work:{theirs}.sig").encode() + b"\n"
    approved.on("work", {f"{path}.sig": signature})
    said = approved.gate()
    assert "its signature is not over these bytes" in reasons(said)


def test_a_key_that_expired_does_not_sign_for_an_earlier_day(approved: Approved) -> None:
    lines = git(approved.repo, "show", f"main:{SIGNERS}").splitlines()
    expired = [line.replace(NAMESPACES, f'{NAMESPACES},valid-before="20250101"') for line in lines]
    approved.on("main", {SIGNERS: "\n".join(expired) + "\n"})
    for who in (RAE, SAM):
        _, record = approved.record(who)
        back = replace(
            record,
            record_id=f"{record.record_id[:12]}/{who}-2",
            signed_at=datetime(2024, 6, 1, tzinfo=UTC),
        )
        approved.on("work", approved.sealed(back, approved.keys[who]))
    said = approved.gate()
    assert not said.signed
    assert "its key is not, or no longer, one that main lets sign" in reasons(said)


def test_a_waiver_dated_back_or_ahead(approved: Approved) -> None:
    _, record = approved.record(SAM)
    today = datetime.now(UTC).date()
    item = next(each for each in record.item if each.id == "rls-enabled")
    items = tuple(replace(each, answer=Outcome.WAIVED) if each is item else each for each in record.item)
    for number, (issued, expires, why) in enumerate(
        [
            (today, today + timedelta(days=300), "the policy allows at most 14 days"),
            (today + timedelta(days=295), today + timedelta(days=300), "which is still to come"),
            (today - timedelta(days=30), today - timedelta(days=1), "it expired on"),
            (today - timedelta(days=300), today + timedelta(days=10), "the policy allows at most 14 days"),
        ],
        2,
    ):
        waiver = Waiver(Justification.ACCEPTED_RISK, "Known", SAM, issued, expires, item="rls-enabled")
        forged = replace(
            record, item=items, waiver=(waiver,), record_id=f"{record.record_id[:12]}/{SAM}-{number}"
        )
        approved.on("work", approved.sealed(forged, approved.keys[SAM]))
        said = approved.gate()
        state = next(s for s in said.signed if s.vouched.record.record_id == forged.record_id)
        assert why in state.waivers[0].fault
        assert not state.counts


@pytest.mark.parametrize(
    ("by", "why"),
    [(ADA, "is an author of the change"), ("eve@example.org", "signed no record of this change")],
)
def test_a_waiver_approved_by_the_author_or_by_nobody(approved: Approved, by: str, why: str) -> None:
    _, record = approved.record(SAM)
    today = datetime.now(UTC).date()
    items = tuple(
        replace(each, answer=Outcome.WAIVED) if each.id == "rls-enabled" else each for each in record.item
    )
    waiver = Waiver(
        Justification.TEST_ONLY, "Known", by, today, today + timedelta(days=5), item="rls-enabled"
    )
    forged = replace(record, item=items, waiver=(waiver,), record_id=f"{record.record_id[:12]}/{SAM}-2")
    approved.on("work", approved.sealed(forged, approved.keys[SAM]))
    said = approved.gate()
    state = next(s for s in said.signed if s.vouched.record.record_id == forged.record_id)
    assert why in state.waivers[0].fault


def test_a_revocation_file_that_is_removed(approved: Approved) -> None:
    git(approved.repo, "rm", "-q", REVOKED)
    commit(approved.repo)
    said = closed(approved.gate())
    assert said["revocations"].about == f"main has no {REVOKED}"
    assert "touch" in said["revocations"].hint


def test_a_revocation_file_that_cannot_be_read(approved: Approved) -> None:
    approved.on("main", {REVOKED: b"SSHKRL\n\0\0broken"})
    said = approved.gate()
    assert not said.signed
    assert "the list of revoked keys cannot be read" in reasons(said)


def test_a_scope_list_that_is_edited(approved: Approved) -> None:
    path, record = approved.record(SAM)
    changed = {MIGRATION: FILES[MIGRATION] + "grant all on public.notes to anon;\n"}
    approved.on("work", changed)
    listing = git(
        approved.repo, "ls-tree", "-rz", "--full-tree", "work", "--", *record.subject.scope
    ).encode()
    folder = path.rpartition("/")[0]
    approved.on("work", {f"{folder}/scope.lstree": listing})
    said = approved.gate()
    assert closed(said)["items"].paths == (MIGRATION,)


def test_a_scope_that_leaves_something_out(approved: Approved) -> None:
    _, record = approved.record(SAM)
    listing = subprocess.run(
        ["git", "ls-tree", "-rz", "--full-tree", record.subject.commit, "--", "app"],
        cwd=approved.repo, capture_output=True, check=True,
    ).stdout  # fmt: skip
    subject = replace(record.subject, scope=("app",), scope_sha256=hashlib.sha256(listing).hexdigest())
    narrow = replace(record, subject=subject, record_id=f"{record.record_id[:12]}/{SAM}-2")
    approved.on("work", approved.sealed(narrow, approved.keys[SAM]))
    said = approved.gate()
    state = next(s for s in said.signed if s.vouched.record.record_id == narrow.record_id)
    assert not state.counts
    assert MIGRATION in {path for each in state.states for path in each.paths}


@pytest.mark.parametrize("how", ["file", "field"])
def test_a_reviewer_who_is_renamed(approved: Approved, how: str) -> None:
    path, _ = approved.record(RAE)
    data = git(approved.repo, "show", f"work:{path}").encode() + b"\n"
    signature = git(approved.repo, "show", f"work:{path}.sig").encode() + b"\n"
    other = path.replace(f"{RAE}-1", f"{SAM}-9")
    if how == "field":
        data = data.replace(f'"{RAE}"'.encode(), f'"{SAM}"'.encode()).replace(
            f"{RAE}-1".encode(), f"{SAM}-9".encode()
        )
    git(approved.repo, "checkout", "-q", "work")
    git(approved.repo, "rm", "-q", path, f"{path}.sig")
    commit(approved.repo)
    approved.on("work", {other: data, f"{other}.sig": signature})
    said = reasons(approved.gate())
    assert ("it is named" in said) if how == "file" else ("its signature is not over these bytes" in said)


def test_line_ends_that_were_rewritten_are_explained(approved: Approved) -> None:
    path, _ = approved.record(SAM)
    data = git(approved.repo, "show", f"work:{path}").encode() + b"\n"
    approved.on("work", {path: data.replace(b"\n", b"\r\n")})
    assert "its line ends or byte order mark were rewritten; records are LF and UTF-8" in reasons(
        approved.gate()
    )
    git(approved.repo, "checkout", "-q", "work")
    facts = verify(approved.repo / path, Against(repo=approved.repo), today=datetime.now(UTC).date())
    assert facts[0].standing is Standing.FAILS
    assert "line ends" in facts[0].about


def test_a_key_that_stands_twice(approved: Approved) -> None:
    path, _ = approved.record(SAM)
    data = git(approved.repo, "show", f"work:{path}").encode() + b"\n"
    twice = data.replace(b'verdict = "approve"\n', b'verdict = "approve"\nverdict = "approve"\n')
    approved.on("work", {path: twice})
    assert "it is not a record: Cannot overwrite a value" in reasons(approved.gate())


def test_one_key_under_two_names_is_one_person(approved: Approved) -> None:
    listed = git(approved.repo, "show", f"main:{SIGNERS}")
    key = approved.keys[RAE].with_name(f"{approved.keys[RAE].name}.pub").read_text()
    approved.on("main", {SIGNERS: f"{listed}\ntwin@example.org {NAMESPACES} {key}"})
    _, record = approved.record(RAE)
    twin = replace(
        record, reviewer="twin@example.org", role="security-auditor",
        record_id=f"{record.record_id[:12]}/twin@example.org-1",
    )  # fmt: skip
    approved.on("work", approved.sealed(twin, approved.keys[RAE]))
    revoked = approved.keys[SAM].with_name(f"{approved.keys[SAM].name}.pub").read_text()
    approved.on("main", {REVOKED: revoked})
    said = approved.gate()
    assert set(closed(said)) == {"people"}
    assert closed(said)["people"].about == f"1 of 2 people signed: {RAE} = twin@example.org"


def test_an_author_does_not_sign_off_nor_does_a_co_author(approved: Approved) -> None:
    listed = git(approved.repo, "show", f"main:{SIGNERS}")
    key = approved.keys[ADA].with_name(f"{approved.keys[ADA].name}.pub").read_text()
    approved.on("main", {SIGNERS: f"{listed}\n{ADA} {NAMESPACES} {key}"})
    _, record = approved.record(SAM)
    own = replace(record, reviewer=ADA, record_id=f"{record.record_id[:12]}/{ADA}-1")
    files = {**approved.sealed(own, approved.keys[ADA]), "docs/why.md": "It was asked for.\n"}
    approved.on("work", files, f"x\n\nCo-authored-by: Sam <{SAM}>")
    said = approved.gate()
    assert set(closed(said)) == {"role security-auditor", "people"}
    assert f"{ADA} is an author of the change" in closed(said)["role security-auditor"].about
    assert f"{SAM} is an author of the change" in closed(said)["role security-auditor"].about


def test_a_rejection_that_was_deleted_still_stands(approved: Approved) -> None:
    _, record = approved.record(SAM)
    no = replace(record, verdict=Decision.REJECT, record_id=f"{record.record_id[:12]}/{SAM}-2", previous=None)
    files = approved.sealed(no, approved.keys[SAM])
    approved.on("work", files)
    assert "veto" in closed(approved.gate())
    git(approved.repo, "checkout", "-q", "work")
    git(approved.repo, "rm", "-q", *files)
    commit(approved.repo)
    git(approved.repo, "checkout", "-q", "main")
    said = closed(approved.gate())
    assert said["veto"].about == f"rejected by {SAM} ({no.record_id})"


def test_a_rejection_is_answered_by_the_same_person_alone(
    approved: Approved, digest: Callable[[Record], str]
) -> None:
    _, record = approved.record(SAM)
    no = replace(record, verdict=Decision.REJECT, record_id=f"{record.record_id[:12]}/{SAM}-2", previous=None)
    yes = replace(record, record_id=f"{record.record_id[:12]}/{SAM}-3", previous=digest(no))
    other = replace(record, reviewer=RAE, record_id=f"{record.record_id[:12]}/{RAE}-3", previous=digest(no))
    approved.on("work", approved.sealed(no, approved.keys[SAM]))
    approved.on("work", approved.sealed(other, approved.keys[RAE]))
    assert "veto" in closed(approved.gate())
    approved.on("work", approved.sealed(yes, approved.keys[SAM]))
    assert closed(approved.gate()) == {}


@pytest.fixture
def digest() -> Callable[[Record], str]:
    return lambda record: hashlib.sha256(to_bytes(record)).hexdigest()


def test_a_policy_changed_on_the_head_is_not_asked(approved: Approved) -> None:
    approved.on("work", {".counterseal/policy.toml": 'schema = "counterseal.policy/1"\n'})
    said = approved.gate()
    assert len(said.base.policy.role) == 2


POLICY = """schema = "counterseal.policy/1"
[review]
signers = 1
{review}
[[role]]
name = "security-auditor"
{role}
"""


def alone(approved: Approved, review: str = "", role: str = "") -> None:
    """Only Sam's word is there, and this is the policy."""
    revoked = approved.keys[RAE].with_name(f"{approved.keys[RAE].name}.pub").read_text()
    approved.on("main", {REVOKED: revoked, POLICY_FILE: POLICY.format(review=review, role=role)})


def answered(record: Record, item: str, outcome: Outcome, number: int = 2) -> Record:
    """Sam's next record, with another answer to one item."""
    items = tuple(replace(each, answer=outcome) if each.id == item else each for each in record.item)
    previous = hashlib.sha256(to_bytes(record)).hexdigest()
    name = f"{record.record_id[:12]}/{SAM}-{number}"
    return replace(record, item=items, previous=previous, record_id=name)


def test_a_role_that_need_not_answer_what_the_policy_requires(approved: Approved) -> None:
    """A narrow role keeps its own signature; what it left failing is not answered by that."""
    alone(approved, 'required = ["security", "n-plus-one"]', 'required = ["security"]')
    assert closed(approved.gate()) == {}
    _, record = approved.record(SAM)
    approved.on("work", approved.sealed(answered(record, "n-plus-one", Outcome.FAIL), approved.keys[SAM]))
    said = approved.gate()
    assert any(each.counts for each in said.signed)
    assert set(closed(said)) == {"items"}
    assert closed(said)["items"].about.endswith("; 1 item is failing: n-plus-one")


def test_a_role_whose_items_hold_while_what_the_policy_requires_is_stale(approved: Approved) -> None:
    review = 'carried = "accepted"\nrequired = ["errors-masked", "rls-enabled"]'
    alone(approved, review, 'required = ["errors-masked"]')
    approved.on("work", {MIGRATION: FILES[MIGRATION] + "grant all on public.notes to anon;\n"})
    said = approved.gate()
    assert any(each.counts for each in said.signed)
    assert set(closed(said)) == {"items"}
    items = closed(said)["items"]
    assert items.about.startswith("1 of 2 required items are answered and valid in ")
    assert items.about.endswith("; 1 item is stale: rls-enabled")
    assert items.paths == (MIGRATION,)


def two_roles(approved: Approved, review: str = "") -> None:
    """The auditor need not answer n-plus-one, the code reviewer nothing else."""
    policy = POLICY.format(
        review=f'required = ["rls-enabled", "n-plus-one"]\n{review}', role='required = ["rls-enabled"]'
    )
    approved.on(
        "main", {POLICY_FILE: f'{policy}[[role]]\nname = "code-reviewer"\nrequired = ["n-plus-one"]\n'}
    )


def test_what_roles_answer_adds_up(approved: Approved) -> None:
    two_roles(approved)
    _, record = approved.record(SAM)
    unsaid = tuple(item for item in record.item if item.id != "n-plus-one")
    narrow = replace(answered(record, "", Outcome.PASS), item=unsaid)
    approved.on("work", approved.sealed(narrow, approved.keys[SAM]))
    assert closed(approved.gate()) == {}


def test_a_fail_is_not_outweighed_by_another_persons_pass(approved: Approved) -> None:
    two_roles(approved)
    _, record = approved.record(SAM)
    no = answered(record, "n-plus-one", Outcome.FAIL)
    approved.on("work", approved.sealed(no, approved.keys[SAM]))
    said = approved.gate()
    assert {each.vouched.principal for each in said.signed if each.counts} == {RAE, SAM}
    assert set(closed(said)) == {"items"}
    items = closed(said)["items"]
    assert items.about.startswith("1 of 2 required items are answered and valid in ")
    assert items.about.endswith(f"; n-plus-one fails in {no.record_id}")
    assert items.hint.startswith(f"Mend it and have {SAM} review it again, or waive it")
    assert [each.what for each in steps(said)] == [f"{items.about}. {items.hint}"]
    approved.on("work", approved.sealed(answered(no, "n-plus-one", Outcome.PASS, 3), approved.keys[SAM]))
    assert closed(approved.gate()) == {}


def test_a_fail_that_was_deleted_still_speaks(approved: Approved) -> None:
    two_roles(approved)
    _, record = approved.record(SAM)
    files = approved.sealed(answered(record, "n-plus-one", Outcome.FAIL), approved.keys[SAM])
    approved.on("work", files)
    git(approved.repo, "checkout", "-q", "work")
    git(approved.repo, "rm", "-q", *files)
    commit(approved.repo)
    git(approved.repo, "checkout", "-q", "main")
    assert set(closed(approved.gate())) == {"items"}


@pytest.mark.parametrize("role", ["security-auditor", "reviewer"])
@pytest.mark.parametrize("verdict", [Decision.COMMENT, Decision.REJECT])
def test_a_fail_speaks_whatever_the_role_and_the_verdict(
    approved: Approved, role: str, verdict: Decision
) -> None:
    two_roles(approved, "veto = false")
    _, record = approved.record(SAM)
    no = replace(answered(record, "n-plus-one", Outcome.FAIL), role=role, verdict=verdict)
    approved.on("work", approved.sealed(no, approved.keys[SAM]))
    assert f"n-plus-one fails in {no.record_id}" in closed(approved.gate())["items"].about


def test_a_fail_that_the_policy_takes_or_does_not_ask_about_closes_nothing(approved: Approved) -> None:
    two_roles(approved, 'failing = "accepted"')
    _, record = approved.record(SAM)
    approved.on("work", approved.sealed(answered(record, "n-plus-one", Outcome.FAIL), approved.keys[SAM]))
    assert closed(approved.gate()) == {}
    two_roles(approved)
    no = answered(record, "errors-masked", Outcome.FAIL, 3)
    approved.on("work", approved.sealed(no, approved.keys[SAM]))
    assert "errors-masked" not in closed(approved.gate())["items"].about


def test_a_fail_of_what_changed_since_speaks_no_more(approved: Approved) -> None:
    """What it judged is gone; that it is better now, those who count say."""
    two_roles(approved, 'carried = "accepted"')
    _, record = approved.record(SAM)
    no = replace(answered(record, "n-plus-one", Outcome.FAIL), verdict=Decision.COMMENT)
    approved.on("work", approved.sealed(no, approved.keys[SAM]))
    assert "fails in" in closed(approved.gate())["items"].about
    approved.on("work", {SOURCE: FILES[SOURCE] + "// mended\n"})
    assert "fails in" not in closed(approved.gate())["items"].about


@pytest.mark.parametrize(
    ("days", "verdict", "holds"),
    [(5, Decision.APPROVE, True), (0, Decision.APPROVE, False), (5, Decision.COMMENT, False)],
)
def test_a_fail_that_one_who_counts_waived(
    approved: Approved, days: int, verdict: Decision, *, holds: bool
) -> None:
    two_roles(approved)
    _, record = approved.record(SAM)
    _, theirs = approved.record(RAE)
    no = answered(record, "n-plus-one", Outcome.FAIL)
    until = NOW.date() + timedelta(days=days)
    waiver = Waiver(Justification.ACCEPTED_RISK, "Known", RAE, NOW.date(), until, item="n-plus-one")
    waived = replace(
        answered(theirs, "n-plus-one", Outcome.WAIVED), waiver=(waiver,), verdict=verdict,
        record_id=f"{theirs.record_id[:12]}/{RAE}-2",
    )  # fmt: skip
    approved.on("work", approved.sealed(no, approved.keys[SAM]))
    approved.on("work", approved.sealed(waived, approved.keys[RAE]))
    said = closed(approved.gate(now=NOW))
    assert ("items" not in said) is holds


def test_an_item_waived_without_a_waiver(approved: Approved) -> None:
    alone(approved, 'required = ["n-plus-one"]')
    _, record = approved.record(SAM)
    approved.on("work", approved.sealed(answered(record, "n-plus-one", Outcome.WAIVED), approved.keys[SAM]))
    said = closed(approved.gate())
    assert "1 item is waived without a waiver that holds: n-plus-one" in said["items"].about


def test_one_person_may_sign_in_two_roles(approved: Approved) -> None:
    """A record takes the place of an earlier one of the same role alone."""
    alone(approved, role='[[role]]\nname = "code-reviewer"\n')
    _, record = approved.record(SAM)
    approved.on(
        "work",
        approved.sealed(
            replace(answered(record, "", Outcome.PASS), role="code-reviewer"), approved.keys[SAM]
        ),
    )
    assert closed(approved.gate()) == {}


GLASS = """schema = "counterseal.break-glass/1"
commit = "{commit}"
scope = ["app", "supabase"]
scope_sha256 = "{scope}"
by = "sam@example.org"
reason = "Outage"
at = {at:%Y-%m-%dT%H:%M:%S}Z
hours = 2
"""
NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("before", "after", "opens"),
    [
        ("hours = 2", "hours = 2", True),
        ("hours = 2", "hours = 3", False),  # longer than the policy allows
        ("hours = 2", "hours = 0", False),
        ("hours = 2", "hours = 1", False),  # over by then
        ('reason = "Outage"', 'reason = " "', False),
        ("T11:", "T12:", True),
        ("T11:", "T13:", False),  # not yet
        ("Z", "", False),  # at no known moment
        ("sam@", "rae@", False),  # no member
        ('["app", "supabase"]', "[]", False),
        ('["app", "supabase"]', '["app"]', False),  # another scope than the digest's
        ("break-glass/1", "break-glass/2", False),
    ],
)
def test_breaking_the_glass_further_than_the_policy_allows(
    approved: Approved, before: str, after: str, *, opens: bool
) -> None:
    listed = git(approved.repo, "show", f"main:{SIGNERS}")
    lines = listed.replace(NAMESPACES, 'namespaces="counterseal-break-glass"')
    policy = f'{POLICY.format(review="", role="")}[break_glass]\nmembers = ["{SAM}"]\nhours = 2\n'
    approved.on("main", {SIGNERS: lines, POLICY_FILE: policy})
    listing = subprocess.run(
        ["git", "ls-tree", "-rz", "--full-tree", "work", "--", "app", "supabase"],
        cwd=approved.repo, capture_output=True, check=True,
    ).stdout  # fmt: skip
    scope, at = hashlib.sha256(listing).hexdigest(), NOW - timedelta(hours=1)
    text = GLASS.format(commit=git(approved.repo, "rev-parse", "work").strip(), scope=scope, at=at)
    assert before in text
    data = text.replace(before, after).encode()
    key = Key(Scheme.SSH, str(approved.keys[SAM]), "ssh-keygen")
    path = ".counterseal/break-glass/1.toml"
    approved.on("work", {path: data, f"{path}.sig": sign(data, key, "counterseal-break-glass")})
    said = approved.gate(now=NOW)
    assert not said.holds
    assert said.open is opens


def test_who_is_no_member_does_not_sign_as_the_role(approved: Approved) -> None:
    alone(approved, role='members = ["eve@example.org"]')
    said = closed(approved.gate())
    assert f"{SAM} is no member of security-auditor" in said["role security-auditor"].about


def test_an_author_is_one_however_the_address_is_spelt(approved: Approved) -> None:
    alone(approved)
    approved.on("work", {"README.md": "# More\n"}, f"x\n\nCo-authored-by: Sam <{SAM.upper()}>")
    assert "people" in closed(approved.gate())


def test_a_rejection_withdraws_what_the_same_person_approved_in_another_role(approved: Approved) -> None:
    alone(approved, review="veto = false")
    _, record = approved.record(SAM)
    no = replace(answered(record, "", Outcome.PASS), verdict=Decision.REJECT, role="code-reviewer")
    approved.on("work", approved.sealed(no, approved.keys[SAM]))
    said = closed(approved.gate())
    assert f"{no.record_id} stands in its place" in said["role security-auditor"].about
    assert "veto" not in said


def test_nobody_takes_the_place_of_another_persons_record(approved: Approved) -> None:
    _, record = approved.record(SAM)
    _, theirs = approved.record(RAE)
    digest = hashlib.sha256(to_bytes(record)).hexdigest()
    other = replace(theirs, record_id=f"{theirs.record_id[:12]}/{RAE}-2", role=record.role, previous=digest)
    approved.on("work", approved.sealed(other, approved.keys[RAE]))
    assert closed(approved.gate()) == {}


@pytest.mark.parametrize(("failing", "shut"), [("refused", True), ("accepted", False)])
def test_whether_a_fail_is_taken_is_the_policys_to_say(
    approved: Approved, failing: str, *, shut: bool
) -> None:
    alone(approved, f'failing = "{failing}"')
    _, record = approved.record(SAM)
    approved.on("work", approved.sealed(answered(record, "n-plus-one", Outcome.FAIL), approved.keys[SAM]))
    assert ("items" in closed(approved.gate())) is shut


@pytest.mark.parametrize(
    ("limits", "days", "fault"),
    [
        ('approvers = ["eve@example.org"]', 5, "may not approve waivers"),
        ("", 0, "it expired on"),
        ("blocker = 0", 1, "the policy allows none"),
        ("blocker = 5", 5, ""),
        ("blocker = 5", 6, "the policy allows at most 5 days"),
    ],
)
def test_a_waiver_that_the_policy_does_not_allow(
    approved: Approved, limits: str, days: int, fault: str
) -> None:
    alone(approved, 'required = ["rls-enabled"]', f"[waivers]\n{limits}")
    _, record = approved.record(SAM)
    issued = NOW.date()
    waiver = Waiver(
        Justification.TEST_ONLY, "Known", SAM, issued, issued + timedelta(days=days), item="rls-enabled"
    )
    waived = replace(answered(record, "rls-enabled", Outcome.WAIVED), waiver=(waiver,))
    approved.on("work", approved.sealed(waived, approved.keys[SAM]))
    said = closed(approved.gate(now=NOW))
    assert ("waivers" in said) is bool(fault)
    assert not fault or fault in said["waivers"].about


def test_a_change_that_does_not_merge(approved: Approved) -> None:
    approved.on("work", {"README.md": "# Ours\n"})
    approved.on("main", {"README.md": "# Theirs\n"})
    said = closed(approved.gate())
    assert said["merge"].paths == ("README.md",)


def test_a_record_whose_id_is_of_another_commit(approved: Approved) -> None:
    path, record = approved.record(SAM)
    moved = replace(record, record_id=f"{'0' * 12}/{SAM}-2")
    (data, signature) = approved.sealed(moved, approved.keys[SAM]).values()
    place = f"{path.rpartition('/')[0]}/{SAM}-2.toml"
    approved.on("work", {place: data, f"{place}.sig": signature})
    assert "is not of commit" in reasons(approved.gate())


def test_a_role_that_wants_two_is_not_filled_by_one(approved: Approved) -> None:
    alone(approved, role="signers = 2")
    assert closed(approved.gate())["role security-auditor"].about.startswith("1 of 2 signed")


def test_an_author_who_signs_in_capitals_is_the_author(approved: Approved) -> None:
    name = ADA.upper()
    listed = git(approved.repo, "show", f"main:{SIGNERS}")
    key = approved.keys[ADA].with_name(f"{approved.keys[ADA].name}.pub").read_text()
    alone(approved, 'required = ["rls-enabled"]')
    approved.on("main", {SIGNERS: f"{listed}\n{name} {NAMESPACES} {key}"})
    _, record = approved.record(SAM)
    waiver = Waiver(
        Justification.TEST_ONLY, "Known", name, NOW.date(), NOW.date() + timedelta(days=5), item="rls-enabled"
    )
    own = replace(
        answered(record, "rls-enabled", Outcome.WAIVED), reviewer=name, waiver=(waiver,), previous=None,
        record_id=f"{record.record_id[:12]}/{name}-1",
    )  # fmt: skip
    approved.on("work", approved.sealed(own, approved.keys[ADA]))
    said = next(
        each for each in approved.gate(now=NOW).signed if each.vouched.record.record_id == own.record_id
    )
    assert f"{name} is an author of the change" in said.faults
    assert said.waivers[0].fault == f"{name}, who approved it, is an author of the change"


def test_a_waiver_of_a_record_that_was_replaced_closes_nothing(approved: Approved) -> None:
    alone(approved)
    _, record = approved.record(SAM)
    long_ago = NOW.date() - timedelta(days=900)
    waiver = Waiver(Justification.TEST_ONLY, "Known", SAM, long_ago, long_ago, item="rls-enabled")
    bad = replace(answered(record, "rls-enabled", Outcome.WAIVED), waiver=(waiver,))
    approved.on("work", approved.sealed(bad, approved.keys[SAM]))
    assert "waivers" in closed(approved.gate())
    good = replace(answered(bad, "rls-enabled", Outcome.PASS, 3), waiver=())
    approved.on("work", approved.sealed(good, approved.keys[SAM]))
    assert closed(approved.gate()) == {}

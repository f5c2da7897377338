"""Records that lie in git notes alone: the gate and the next review trust them no more than files."""

from dataclasses import replace
from pathlib import Path

import pytest
from gitrepos import commit, git, write
from sealing import Bench
from team import MIGRATION, SAM, Approved, closed

from checklists.record.gate.decide import Gate
from checklists.record.latest import latest_of
from checklists.record.model import Decision, Record
from checklists.record.noted import mirror
from checklists.repo.notes import NOTES_REF, write_note


def rejection(approved: Approved) -> tuple[Record, bytes]:
    """Sam's, and the note that holds it."""
    _, record = approved.record(SAM)
    no = replace(record, verdict=Decision.REJECT, record_id=f"{record.record_id[:12]}/{SAM}-2", previous=None)
    data, signature = approved.sealed(no, approved.keys[SAM]).values()
    return no, data + signature


def hang(approved: Approved, on: str, note: bytes) -> None:
    git(approved.repo, "config", "user.name", "Sam")
    git(approved.repo, "config", "user.email", SAM)
    write_note(approved.repo, on, note)


def refusals(said: Gate) -> list[tuple[str, str]]:
    return [(each.path, each.because) for each in said.refused if each.path.startswith(NOTES_REF)]


def test_a_rejection_in_a_note_keeps_the_gate_shut(approved: Approved) -> None:
    no, note = rejection(approved)
    hang(approved, no.subject.commit, note)
    said = approved.gate()
    assert closed(said)["veto"].about == f"rejected by {SAM} ({no.record_id})"
    (found,) = [each for each in said.signed if each.vouched.record == no]
    assert found.vouched.candidate.path == f"{NOTES_REF}/{no.record_id}.toml"


def test_an_approval_in_a_note_counts_and_once_beside_its_file(approved: Approved) -> None:
    path, record = approved.record(SAM)
    files = [approved.repo / path, approved.repo / f"{path}.sig"]
    git(approved.repo, "checkout", "-q", "work")
    hang(approved, record.subject.commit, b"".join(each.read_bytes() for each in files))
    assert len(approved.gate().signed) == 2
    git(approved.repo, "checkout", "-q", "main")
    policy = (approved.repo / ".counterseal/policy.toml").read_text()
    git(approved.repo, "branch", "-q", "alone", record.subject.commit)
    said = approved.gate("alone")
    assert "security-auditor" in policy
    assert "role security-auditor" not in closed(said)


def test_a_note_that_hangs_on_another_commit_is_refused(approved: Approved) -> None:
    no, note = rejection(approved)
    head = git(approved.repo, "rev-parse", "work").strip()
    hang(approved, head, note)
    said = approved.gate()
    assert closed(said) == {}
    assert refusals(said) == [
        (
            f"{NOTES_REF}/{head[:12]}/{SAM}-2.toml",
            f"it hangs on {head[:12]}, and is of {no.subject.commit[:12]}",
        )
    ]


def test_notes_of_commits_that_are_no_part_of_the_change_are_not_asked(approved: Approved) -> None:
    git(approved.repo, "checkout", "-q", "-b", "elsewhere", "main")
    write(approved.repo, {MIGRATION: "select 1;\n"})
    other = commit(approved.repo, "elsewhere")
    git(approved.repo, "checkout", "-q", "main")
    hang(approved, other, rejection(approved)[1])
    said = approved.gate()
    assert (closed(said), refusals(said)) == ({}, [])


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ((b'verdict = "reject"', b'verdict = "approve"'), "its signature is not over these bytes"),
        ((b'reviewer = "sam@', b'reviewer = "rae@'), "its signature is not over these bytes"),
        ((b"-----BEGIN SSH SIGNATURE-----", b"-----BEGIN SSH"), "its signature cannot be read"),
    ],
)
def test_a_note_is_worth_its_signature(approved: Approved, change: tuple[bytes, bytes], why: str) -> None:
    no, note = rejection(approved)
    hang(approved, no.subject.commit, note.replace(*change, 1))
    said = approved.gate()
    assert closed(said) == {}
    assert why in refusals(said)[0][1]


def test_a_note_that_holds_something_else_is_named(approved: Approved) -> None:
    no, _ = rejection(approved)
    hang(approved, no.subject.commit, b"Ship it.\n")
    said = approved.gate()
    assert closed(said) == {}
    assert refusals(said)[0][0] == f"{NOTES_REF}/{no.subject.commit[:12]}/note"


def test_the_next_review_goes_on_from_a_note(bench: Bench, tmp_path: Path) -> None:
    sealed = bench.sealed(out=tmp_path / "out")
    assert latest_of(bench.repo, "reviewer@example.org") is None
    mirror(sealed.record, bench.repo)
    write(bench.repo, {"docs.md": "# Later\n"})
    commit(bench.repo, "later")
    found = latest_of(bench.repo, "reviewer@example.org")
    assert found is not None
    assert (found.data, found.signature) == (sealed.record.read_bytes(), sealed.signature.read_bytes())
    assert bench.prepared(out=tmp_path / "next").record.previous == found.sha256
    git(bench.repo, "checkout", "-q", "--orphan", "apart")
    commit(bench.repo, "apart")
    assert latest_of(bench.repo, "reviewer@example.org") is None

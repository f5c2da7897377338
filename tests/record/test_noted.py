"""Records in git notes: the files' own bytes, and as hard to forge."""

from dataclasses import replace
from pathlib import Path

import pytest
from gitrepos import commit, git, write
from sealing import TODAY, Bench

from checklists.errors import RecordError
from checklists.record.facts import Fact, Standing, exit_status
from checklists.record.noted import mirror, split, unfolded
from checklists.record.toml import from_bytes, to_bytes
from checklists.record.verify import Against, verify
from checklists.repo.notes import NOTES_REF, read_note, write_note


def head(repo: Path) -> str:
    return git(repo, "rev-parse", "HEAD")


def verified(bench: Bench, repo: Path, rev: str = "HEAD") -> list[tuple[Fact, ...]]:
    with unfolded(repo, rev) as files:
        against = Against(bench.signers, None, repo, "HEAD")
        return [(fact, *verify(file, against, today=TODAY)) for file, fact in files]


def failing(facts: tuple[Fact, ...]) -> list[str]:
    return [fact.name for fact in facts if fact.standing is Standing.FAILS]


def test_a_note_holds_the_files_bytes_and_verifies_without_them(bench: Bench, tmp_path: Path) -> None:
    sealed = bench.sealed(out=tmp_path / "out")
    assert mirror(sealed.record, bench.repo) == head(bench.repo)
    note = read_note(bench.repo, head(bench.repo))
    assert note == sealed.record.read_bytes() + sealed.signature.read_bytes()
    assert split(note) == ((sealed.record.read_bytes(), sealed.signature.read_bytes()),)
    (facts,) = verified(bench, bench.repo)
    assert exit_status(facts) == 0
    assert {"note", "signature", "signer", "commit", "scope", "answers"} <= {
        fact.name for fact in facts if fact.standing is Standing.HOLDS
    }
    unsigned = [fact.name for fact in facts if fact.standing is Standing.NOT_CHECKED]
    assert unsigned == ["revocation", "page", "scope list"]


def test_nothing_is_pushed_and_a_clone_has_it_when_it_asks(bench: Bench, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(bench.repo), "origin.git")
    git(bench.repo, "remote", "add", "origin", str(tmp_path / "origin.git"))
    mirror(bench.sealed().record, bench.repo)
    assert git(tmp_path / "origin.git", "for-each-ref", NOTES_REF) == ""
    git(bench.repo, "push", "-q", "origin", NOTES_REF)
    git(tmp_path, "clone", "-q", str(tmp_path / "origin.git"), "clone")
    clone = tmp_path / "clone"
    with pytest.raises(RecordError, match="has no record of") as refused, unfolded(clone, "HEAD"):
        pass
    assert refused.value.hint.endswith(f"git fetch origin {NOTES_REF}:{NOTES_REF}")
    git(clone, "fetch", "-q", "origin", f"{NOTES_REF}:{NOTES_REF}")
    (facts,) = verified(bench, clone)
    assert exit_status(facts) == 0


def test_two_records_hang_on_one_commit_each_once(bench: Bench) -> None:
    first, second = bench.sealed().record, bench.sealed().record
    for record in (first, second, second):
        mirror(record, bench.repo)
    with unfolded(bench.repo, "HEAD") as files:
        assert [file.name for file, _ in files] == [first.name, second.name]
    assert [exit_status(facts) for facts in verified(bench, bench.repo)] == [0, 0]


def test_notes_of_two_clones_are_joined_by_git(bench: Bench, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", str(bench.repo), "clone")
    first, second = bench.sealed().record, bench.sealed().record
    mirror(first, bench.repo)
    mirror(second, tmp_path / "clone")
    git(bench.repo, "fetch", "-q", str(tmp_path / "clone"), f"{NOTES_REF}:refs/notes/theirs")
    git(bench.repo, "notes", f"--ref={NOTES_REF}", "merge", "-q", "-s", "union", "refs/notes/theirs")
    assert [exit_status(facts) for facts in verified(bench, bench.repo)] == [0, 0]


@pytest.mark.parametrize(
    ("before", "after", "fact"),
    [
        (b'verdict = "approve"', b'verdict = "comment"', "signature"),
        (b"-----END SSH SIGNATURE-----", b"-----END SSH SIGNATURE----", "signature"),
        (b"-----END SSH SIGNATURE-----\n", b"", "signature"),
        (b'reviewer = "reviewer@', b'reviewer = "mallory@', "signer"),
        (b"\n[subject]", b"\n\n\n[subject]", "signature"),
    ],
)
def test_a_note_that_was_changed_fails(bench: Bench, before: bytes, after: bytes, fact: str) -> None:
    mirror(bench.sealed().record, bench.repo)
    note = read_note(bench.repo, head(bench.repo)) or b""
    assert before in note
    write_note(bench.repo, head(bench.repo), note.replace(before, after, 1))
    (facts,) = verified(bench, bench.repo)
    assert fact in failing(facts)


def test_a_record_that_was_hung_on_another_commit_fails(bench: Bench) -> None:
    reviewed = mirror(bench.sealed().record, bench.repo)
    note = read_note(bench.repo, reviewed) or b""
    write(bench.repo, {"README.md": "# Later\n"})
    later = commit(bench.repo, "later")
    write_note(bench.repo, later, note)
    (facts,) = verified(bench, bench.repo)
    assert failing(facts) == ["note"]
    assert facts[0].about == f"hangs on {later[:12]}, and the record is of {reviewed[:12]}"
    (facts,) = verified(bench, bench.repo, reviewed)
    assert failing(facts) == []


def test_no_hook_editor_or_setting_of_the_repo_takes_part(bench: Bench, tmp_path: Path) -> None:
    trap = tmp_path / "ran"
    script = f"#!/bin/sh\ntouch '{trap}'\n"
    write(bench.repo, {".git/hooks/reference-transaction": script, ".git/hooks/post-commit": script})
    for name in ("reference-transaction", "post-commit"):
        (bench.repo / ".git/hooks" / name).chmod(0o755)
    sealed = bench.sealed()
    for key, value in (
        ("core.editor", f"touch '{trap}'; true"),
        ("core.hooksPath", str(bench.repo / ".git/hooks")),
        ("core.fsmonitor", f"touch '{trap}'"),
        ("core.notesRef", "refs/heads/main"),
        ("core.autocrlf", "true"),
        ("commit.gpgSign", "true"),
    ):
        git(bench.repo, "config", key, value)
    before = git(bench.repo, "rev-parse", "main")
    trap.unlink(missing_ok=True)
    mirror(sealed.record, bench.repo)
    assert not trap.exists()
    assert git(bench.repo, "rev-parse", "main") == before
    assert read_note(bench.repo, before) == sealed.record.read_bytes() + sealed.signature.read_bytes()


@pytest.mark.parametrize("name", ["../../escaped", "..", ".hidden", "a\x1b[31m", "x" * 300, ""])
def test_a_record_names_no_file_outside(bench: Bench, tmp_path: Path, name: str) -> None:
    sealed = bench.sealed()
    record = replace(from_bytes(sealed.record.read_bytes()), record_id=f"x/{name}")
    write_note(bench.repo, head(bench.repo), to_bytes(record) + sealed.signature.read_bytes())
    with unfolded(bench.repo, "HEAD") as files:
        ((file, _),) = files
        assert file.name in ("record.toml", "escaped.toml")
        assert "signature" in failing(verify(file, Against(bench.signers, None, bench.repo), today=TODAY))
        folder = file.parent
    assert not folder.exists()


def test_what_is_no_record_is_neither_read_nor_written_over(bench: Bench) -> None:
    sealed = bench.sealed()
    write_note(bench.repo, head(bench.repo), b"Ship it.\n")
    with pytest.raises(RecordError, match="no signed record: b'Ship it"):
        mirror(sealed.record, bench.repo)
    assert read_note(bench.repo, head(bench.repo)) == b"Ship it.\n"


def test_another_record_of_that_name_is_not_written_over(bench: Bench) -> None:
    sealed = bench.sealed()
    data = sealed.record.read_bytes().replace(b"Rae Viewer", b"Ray Viewer")
    note = data + sealed.signature.read_bytes()
    write_note(bench.repo, head(bench.repo), note)
    with pytest.raises(RecordError, match="holds another"):
        mirror(sealed.record, bench.repo)
    assert read_note(bench.repo, head(bench.repo)) == note


def test_a_record_of_a_commit_that_is_not_there(bench: Bench, tmp_path: Path) -> None:
    sealed = bench.sealed(out=tmp_path / "out")
    git(tmp_path, "init", "-q", "other")
    with pytest.raises(RecordError, match="which is not in"):
        mirror(sealed.record, tmp_path / "other")

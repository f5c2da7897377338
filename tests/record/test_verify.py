"""Every way in which a record can be wrong, and the fact that says so."""

import hashlib
import os
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from gitrepos import commit, git, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sealing import EMAIL, MIGRATIONS, TODAY, Bench, make_key, signers_file

from checklists.errors import RecordError, RepositoryError, SigningError
from checklists.model import Answer, Outcome, Verdict
from checklists.record.export import export
from checklists.record.facts import Fact, Standing, exit_status
from checklists.record.keys import Key, Scheme
from checklists.record.markdown import markdown
from checklists.record.seal import Sealed
from checklists.record.signature import signers_line
from checklists.record.signing import sign
from checklists.record.toml import from_bytes, to_bytes
from checklists.record.verify import Against, verify

FIRST, SECOND = MIGRATIONS


def facts_of(bench: Bench, sealed: Sealed, today: date = TODAY, **sources: object) -> tuple[Fact, ...]:
    return verify(sealed.record, Against(**{"signers": bench.signers, **sources}), today=today)  # type: ignore[arg-type]


def failing(facts: Iterable[Fact]) -> list[str]:
    return [fact.name for fact in facts if fact.standing is Standing.FAILS]


def about(facts: Iterable[Fact], name: str) -> str:
    return next(fact.about for fact in facts if fact.name == name)


def standing(facts: Iterable[Fact], name: str) -> Standing:
    return next(fact.standing for fact in facts if fact.name == name)


def test_a_sealed_review_verifies(bench: Bench) -> None:
    sealed = bench.sealed()
    facts = facts_of(bench, sealed)
    assert [(fact.name, fact.standing) for fact in facts if fact.standing is not Standing.HOLDS] == [
        ("revocation", Standing.NOT_CHECKED)
    ]
    assert {fact.name for fact in facts} >= {
        "record", "signature", "namespace", "signer", "record id", "page", "scope list",
        "catalogue", "answers", "commit",
        "scope", f"migration {FIRST}", f"migration {SECOND}",
    }  # fmt: skip
    assert exit_status(facts) == 0


def test_it_still_does_when_the_record_itself_is_committed_and_squashed(bench: Bench) -> None:
    sealed = bench.sealed()
    commit(bench.repo, "the record")
    assert exit_status(facts_of(bench, sealed)) == 0
    git(bench.repo, "checkout", "--quiet", "--orphan", "squashed")
    commit(bench.repo, "squashed")
    git(bench.repo, "branch", "-D", "main")
    git(bench.repo, "reflog", "expire", "--expire=now", "--all")
    git(bench.repo, "gc", "--quiet", "--prune=now")
    facts = facts_of(bench, sealed)
    assert exit_status(facts) == 0
    assert about(facts, "commit").endswith("is not in this repo (a squash drops it)")


@pytest.mark.parametrize("place", [0, 40, 200, 900, -2])
def test_one_byte_of_the_record(bench: Bench, place: int) -> None:
    sealed = bench.sealed()
    data = bytearray(sealed.record.read_bytes())
    data[place] ^= 1
    sealed.record.write_bytes(bytes(data))
    facts = facts_of(bench, sealed)
    assert "signature" in failing(facts)
    assert exit_status(facts) == 1


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(data=st.data())
def test_any_byte_of_record_or_signature(bench: Bench, data: st.DataObject) -> None:
    folders = bench.repo / ".counterseal"
    sealed = bench.sealed() if not folders.exists() else _existing(bench)
    target = data.draw(st.sampled_from([sealed.record, sealed.signature]))
    before = target.read_bytes()
    inside = before if target is sealed.record else before[: before.rindex(b"\n-----END")]
    place = data.draw(st.integers(0, len(inside) - 1))
    value = data.draw(st.integers(0, 255).filter(lambda value: value != before[place]))
    changed = before[:place] + bytes([value]) + before[place + 1 :]
    target.write_bytes(changed)
    try:
        status = exit_status(facts_of(bench, sealed))
    finally:
        target.write_bytes(before)
    if target is sealed.record or b"".join(changed.split()) != b"".join(before.split()):
        assert status == 1


def _existing(bench: Bench) -> Sealed:
    (record,) = (bench.repo / ".counterseal").rglob("*.toml")
    return Sealed(
        record,
        record.with_name(f"{record.name}.sig"),
        record.with_suffix(".md"),
        record.with_name("scope.lstree"),
    )


def test_a_migration_changed_in_the_work_tree(bench: Bench) -> None:
    sealed = bench.sealed()
    write(bench.repo, {SECOND: MIGRATIONS[SECOND] + " "})
    facts = facts_of(bench, sealed)
    assert failing(facts) == [f"migration {SECOND}"]
    assert "differs in the work tree" in about(facts, f"migration {SECOND}")


def test_a_migration_changed_in_a_commit(bench: Bench) -> None:
    sealed = bench.sealed()
    write(bench.repo, {FIRST: "drop table public.tenders;\n"})
    commit(bench.repo)
    facts = facts_of(bench, sealed)
    assert failing(facts) == ["scope", f"migration {FIRST}"]
    assert f"{FIRST} changed" in about(facts, "scope")
    assert exit_status(facts_of(bench, sealed, rev="HEAD~1")) == 0


@pytest.mark.parametrize(
    ("path", "named"),
    [("supabase/migrations/20250101000000_more.sql", "supabase"), ("app/api/new.ts", "app/api/new.ts")],
)
def test_a_file_added_to_the_scope(bench: Bench, path: str, named: str) -> None:
    sealed = bench.sealed()
    write(bench.repo, {path: "select 1;\n"})
    commit(bench.repo)
    facts = facts_of(bench, sealed)
    assert failing(facts) == ["scope"]
    assert named in about(facts, "scope")


def test_a_mode_change_in_the_scope(bench: Bench) -> None:
    sealed = bench.sealed()
    (bench.repo / "app/(group)/[id]/actions.ts").chmod(0o755)
    commit(bench.repo)
    assert failing(facts_of(bench, sealed)) == ["scope"]


def test_a_migration_taken_away(bench: Bench) -> None:
    sealed = bench.sealed()
    (bench.repo / FIRST).unlink()
    facts = facts_of(bench, sealed)
    assert about(facts, f"migration {FIRST}") == "is missing in the work tree"
    commit(bench.repo)
    assert failing(facts_of(bench, sealed)) == ["scope", f"migration {FIRST}"]


def test_line_ends_that_git_rewrote_on_checkout_do_not_count(bench: Bench) -> None:
    sealed = bench.sealed()
    text = (bench.repo / FIRST).read_bytes().replace(b"\n", b"\r\n")
    (bench.repo / FIRST).write_bytes(text)
    assert failing(facts_of(bench, sealed)) == [f"migration {FIRST}"]
    git(bench.repo, "config", "core.autocrlf", "true")
    assert failing(facts_of(bench, sealed)) == []


def test_another_files_change_does_not_count(bench: Bench) -> None:
    sealed = bench.sealed()
    write(bench.repo, {"README.md": "# Other\n"})
    commit(bench.repo)
    assert exit_status(facts_of(bench, sealed)) == 0


def test_a_stranger_cannot_sign_for_the_reviewer(bench: Bench, tmp_path: Path) -> None:
    sealed = bench.sealed()
    stranger = make_key(tmp_path / "stranger")
    sealed.signature.write_bytes(
        sign(sealed.record.read_bytes(), Key(Scheme.SSH, str(stranger), "ssh-keygen"))
    )
    facts = facts_of(bench, sealed)
    assert failing(facts) == ["signer"]
    assert exit_status(facts) == 1


def test_a_pattern_in_the_signers_file_lets_nobody_in(bench: Bench, tmp_path: Path) -> None:
    sealed = bench.sealed()
    for principal in ("*", "*@example.org", "!x@example.org,*", f"other@example.org,*,{EMAIL}"):
        facts = facts_of(bench, sealed, signers=signers_file(tmp_path, bench.key, principal))
        assert failing(facts) == ["signer"]
        assert "line 1 holds a pattern" in about(facts, "signer")


def test_a_record_by_a_pattern_is_refused(bench: Bench, tmp_path: Path) -> None:
    sealed = bench.sealed()
    data = sealed.record.read_bytes().replace(
        f'reviewer = "{EMAIL}"'.encode(), b'reviewer = "*@example.org"', 1
    )
    sealed.record.write_bytes(data)
    sealed.signature.write_bytes(sign(data, Key(Scheme.SSH, str(bench.key), "ssh-keygen")))
    facts = facts_of(bench, sealed, signers=signers_file(tmp_path, bench.key, "*@example.org"))
    assert "is a pattern, not one person" in about(facts, "signer")


def test_options_of_the_signers_file_count(bench: Bench, tmp_path: Path) -> None:
    sealed = bench.sealed()
    for options, fails in (
        ('namespaces="counterseal-review" ', []),
        ('namespaces="git" ', ["signer"]),
        ('valid-before="20200101" ', ["signer"]),
        ('valid-after="20990101" ', ["signer"]),
    ):
        signers = signers_file(tmp_path, bench.key, f'"someone@example.org,{EMAIL}"', options)
        assert failing(facts_of(bench, sealed, signers=signers)) == fails


def test_a_signature_for_another_purpose(bench: Bench, tmp_path: Path) -> None:
    sealed = bench.sealed()
    copy = tmp_path / "copy"
    copy.write_bytes(sealed.record.read_bytes())
    subprocess.run(
        ["ssh-keygen", "-q", "-Y", "sign", "-n", "git", "-f", bench.key, copy],
        check=True,
        capture_output=True,
    )
    sealed.signature.write_bytes((tmp_path / "copy.sig").read_bytes())
    facts = facts_of(bench, sealed)
    assert failing(facts) == ["namespace", "signer"]
    assert "made for 'git'" in about(facts, "namespace")


def test_a_revoked_key(bench: Bench, tmp_path: Path) -> None:
    sealed = bench.sealed()
    revoked = tmp_path / "revoked"
    revoked.write_text("")
    assert exit_status(facts_of(bench, sealed, revoked=revoked)) == 0
    revoked.write_bytes(bench.key.with_suffix(".pub").read_bytes())
    facts = facts_of(bench, sealed, revoked=revoked)
    assert failing(facts) == ["revocation"]
    reads, writes = os.pipe()
    os.write(writes, revoked.read_bytes())
    os.close(writes)
    facts = facts_of(bench, sealed, revoked=Path(f"/dev/fd/{reads}"))
    os.close(reads)
    assert failing(facts) == ["revocation"]
    with pytest.raises(RecordError, match="no file of revoked keys"):
        facts_of(bench, sealed, revoked=tmp_path / "missing")


@pytest.mark.parametrize(
    "damage", [b"", b"hello", b"-----BEGIN SSH SIGNATURE-----\n!!\n-----END SSH SIGNATURE-----\n"]
)
def test_a_damaged_signature(bench: Bench, damage: bytes) -> None:
    sealed = bench.sealed()
    sealed.signature.write_bytes(damage)
    facts = facts_of(bench, sealed)
    assert failing(facts) == ["signature"]
    assert exit_status(facts) == 1


def test_a_record_under_another_name_or_from_another_place(bench: Bench, tmp_path: Path) -> None:
    sealed = bench.sealed()
    copies = export(sealed.record, tmp_path / "out")
    assert exit_status(verify(copies[0], Against(bench.signers, repo=bench.repo), today=TODAY)) == 0
    other = copies[0].with_name("other-1.toml")
    copies[0].rename(other)
    copies[1].rename(other.with_name("other-1.toml.sig"))
    facts = verify(other, Against(bench.signers, repo=bench.repo), today=TODAY)
    assert failing(facts) == ["record id"]


def test_without_a_repo_nothing_of_it_is_called_verified(bench: Bench, tmp_path: Path) -> None:
    copies = export(bench.sealed().record, tmp_path / "out")
    facts = verify(copies[0], Against(bench.signers), today=TODAY)
    assert failing(facts) == []
    assert {fact.name for fact in facts if fact.standing is Standing.NOT_CHECKED} == {
        "revocation", "commit", "scope", "migrations",
    }  # fmt: skip
    assert exit_status(facts) == 2
    with pytest.raises(RepositoryError):
        verify(copies[0], Against(bench.signers, repo=tmp_path / "nowhere"), today=TODAY)
    with pytest.raises(RepositoryError, match="no revision nope"):
        verify(copies[0], Against(bench.signers, repo=bench.repo, rev="nope"), today=TODAY)


def test_without_signers_the_line_to_trust_is_named(bench: Bench) -> None:
    sealed = bench.sealed()
    facts = facts_of(bench, sealed, signers=None)
    line = signers_line(EMAIL, bench.key.with_suffix(".pub").read_text())
    assert about(facts, "signer").endswith(line)
    assert exit_status(facts) == 2
    bench.signers.write_text(f"{line}\n")
    assert exit_status(facts_of(bench, sealed)) == 0


def test_a_page_of_another_record(bench: Bench) -> None:
    sealed = bench.sealed()
    digest = hashlib.sha256(sealed.record.read_bytes()).hexdigest()
    sealed.page.write_text(sealed.page.read_text().replace(digest, "0" * 64))
    assert failing(facts_of(bench, sealed)) == ["page"]
    sealed.page.unlink()
    assert exit_status(facts_of(bench, sealed)) == 0


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("approved", "rejected", "was changed after it was sealed"),
        ("2 fail", "0 fail", "was changed after it was sealed"),
        ("has no RLS", "has RLS", "was changed after it was sealed"),
        ("## 8 Testing", "## 8 Testing\n", "was changed after it was sealed"),
        ("signed() { ", "signed() { true; }; no() { ", "its Verify section was changed"),
    ],
)
def test_an_edited_page_never_holds(bench: Bench, before: str, after: str, said: str) -> None:
    sealed = bench.sealed()
    text = sealed.page.read_text("utf-8")
    assert before in text
    sealed.page.write_text(text.replace(before, after, 1), "utf-8")
    facts = facts_of(bench, sealed)
    assert failing(facts) == ["page"]
    assert said in about(facts, "page")


def test_lines_added_to_a_page_are_seen(bench: Bench) -> None:
    sealed = bench.sealed()
    text = sealed.page.read_text("utf-8")
    for changed in (f"{text}\nAll is well.\n", f"All is well.\n{text}", text.replace("\n", "\r\n")):
        sealed.page.write_bytes(changed.encode())
        assert failing(facts_of(bench, sealed)) == ["page"]


def test_a_page_that_its_record_does_not_name_is_not_checked(bench: Bench) -> None:
    sealed = bench.sealed()
    record = replace(from_bytes(sealed.record.read_bytes()), page_sha256=None)
    data = to_bytes(record)
    sealed.record.write_bytes(data)
    sealed.signature.write_bytes(sign(data, Key(Scheme.SSH, str(bench.key), "ssh-keygen")))
    sealed.page.write_text(markdown(record, data), "utf-8")
    facts = facts_of(bench, sealed)
    assert exit_status(facts) == 0
    assert standing(facts, "page") is Standing.NOT_CHECKED
    assert "the page is not signed" in about(facts, "page")


def test_the_end_of_a_page_by_another_version_is_not_judged(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = bench.sealed()
    sealed.page.write_text(sealed.page.read_text("utf-8") + "More.\n", "utf-8")
    monkeypatch.setattr("checklists.__version__", "9.9.9")
    facts = facts_of(bench, sealed)
    assert standing(facts, "page") is Standing.NOT_CHECKED
    assert "this is counterseal 9.9.9" in about(facts, "page")


def test_the_list_of_the_scope_is_checked(bench: Bench) -> None:
    sealed = bench.sealed()
    sealed.scope.write_bytes(sealed.scope.read_bytes().replace(b"supabase", b"supabasf", 1))
    facts = facts_of(bench, sealed)
    assert failing(facts) == ["scope list"]
    assert "scope.lstree is not the list" in about(facts, "scope list")
    sealed.scope.unlink()
    facts = facts_of(bench, sealed)
    assert standing(facts, "scope list") is Standing.NOT_CHECKED
    assert exit_status(facts) == 0


def test_one_letter_of_the_signature(bench: Bench) -> None:
    sealed = bench.sealed()
    lines = sealed.signature.read_bytes().split(b"\n")
    for place in (10, 15, 40):
        other = b"A" if lines[1][place : place + 1] != b"A" else b"B"
        changed = lines[1][:place] + other + lines[1][place + 1 :]
        sealed.signature.write_bytes(b"\n".join((lines[0], changed, *lines[2:])))
        facts = facts_of(bench, sealed)
        assert about(facts, "signature").startswith("it does not verify")
        assert {fact.name for fact in facts} >= {"signature", "namespace", "signer", "revocation"}


def test_what_could_not_be_checked_is_still_listed(bench: Bench, tmp_path: Path) -> None:
    sealed = bench.sealed()
    before = sealed.record.read_bytes()
    sealed.record.write_bytes(before + b"[")
    every = {fact.name for fact in facts_of(bench, sealed)}
    assert every >= {"signer", "revocation", "page", "catalogue", "answers", "commit", "scope", "migrations"}
    sealed.record.write_bytes(before)
    sealed.signature.write_bytes(b"hello")
    facts = facts_of(bench, sealed)
    assert failing(facts) == ["signature"]
    for name in ("namespace", "signer", "revocation"):
        assert standing(facts, name) is Standing.NOT_CHECKED
        assert about(facts, name) == "the signature cannot be read"


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        (lambda _file: None, r"There is no signers file .*/who\.$"),
        (lambda file: file.mkdir(), r"who cannot be read: Is a directory\.$"),
        (lambda file: file.write_bytes(b"\xff"), r"who is not UTF-8 text\.$"),
    ],
)
def test_a_signers_file_that_cannot_be_read(
    bench: Bench, tmp_path: Path, make: Callable[[Path], object], complaint: str
) -> None:
    sealed = bench.sealed()
    make(tmp_path / "who")
    with pytest.raises(RecordError, match=complaint) as caught:
        facts_of(bench, sealed, signers=tmp_path / "who")
    assert "--signers FILE" in caught.value.hint


def test_a_waiver_that_ran_out(bench: Bench) -> None:
    waived = Answer(Outcome.WAIVED, Verdict.FAIL, reason="Until the move", expires=date(2026, 5, 1))
    sealed = bench.sealed({"rls-enabled": waived})
    assert exit_status(facts_of(bench, sealed, today=date(2026, 4, 30))) == 0
    facts = facts_of(bench, sealed, today=date(2026, 5, 1))
    assert failing(facts) == ["waiver rls-enabled"]
    assert about(facts, "waiver rls-enabled") == "expired on 2026-05-01"


def test_another_catalogue_of_the_same_tool_or_of_another(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = bench.sealed()
    monkeypatch.setattr("checklists.record.verify.digest", lambda: "0" * 64)
    assert failing(facts_of(bench, sealed)) == ["catalogue"]
    monkeypatch.setattr("checklists.__version__", "9.9.9")
    facts = facts_of(bench, sealed)
    assert exit_status(facts) == 0
    assert "the record was made with counterseal" in about(facts, "catalogue")


def test_an_answer_left_out_by_the_signer(bench: Bench) -> None:
    sealed = bench.sealed()
    parts = sealed.record.read_text().split("[[item]]\n")
    kept = [part for part in parts if 'id = "rate-limits"' not in part]
    assert len(kept) == len(parts) - 1
    data = "[[item]]\n".join(kept).encode()
    sealed.record.write_bytes(data)
    sealed.signature.write_bytes(sign(data, Key(Scheme.SSH, str(bench.key), "ssh-keygen")))
    facts = facts_of(bench, sealed)
    assert failing(facts) == ["page", "answers"] or failing(facts) == ["answers", "page"]
    assert about(facts, "answers") == "without an answer: rate-limits"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(b"hello", "is not a record"), (b'[tool]\nname = "x"\n', "is not a record"), (b"", "is not a record")],
)
def test_what_is_no_record(tmp_path: Path, content: bytes, complaint: str) -> None:
    file = tmp_path / "x.toml"
    file.write_bytes(content)
    with pytest.raises(RecordError, match=r"is not signed: there is no x\.toml\.sig"):
        verify(file, Against(), today=TODAY)
    file.with_name("x.toml.sig").write_bytes(b"x")
    with pytest.raises(RecordError, match=complaint):
        verify(file, Against(), today=TODAY)
    with pytest.raises(RecordError, match="cannot be read: No such file"):
        verify(tmp_path / "missing.toml", Against(), today=TODAY)


def test_missing_ssh_keygen(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sealed = bench.sealed()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SigningError, match="ssh-keygen is not installed"):
        facts_of(bench, sealed)


def test_programs_that_the_repo_names_are_not_run(bench: Bench, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\nexit 0\n")
    trap.chmod(0o755)
    for name in (
        "gpg.program", "gpg.ssh.program", "core.fsmonitor", "core.sshCommand", "diff.external", "core.pager",
        "alias.ls-tree",
    ):  # fmt: skip
        git(bench.repo, "config", name, str(trap))
    git(bench.repo, "config", "core.hooksPath", str(tmp_path))
    sealed = bench.sealed()
    assert exit_status(facts_of(bench, sealed)) == 0
    assert not (tmp_path / "sprung").exists()

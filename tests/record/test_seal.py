"""What a sealed review leaves on disk, and what refuses to be sealed."""

import hashlib
import stat
import tomllib
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from gitrepos import commit, git, write
from sealing import AT, EMAIL, FINDING, MIGRATIONS, Bench, complete, read_project, suggestions

from checklists.catalogue import digest, items
from checklists.errors import RecordError, SigningError
from checklists.model import Answer, Aside, Outcome, Ruling, Triage, Verdict
from checklists.record.export import export, records_of
from checklists.record.keys import Key, Scheme
from checklists.record.latest import latest_of
from checklists.record.model import Decision, Reviewer
from checklists.record.seal import prepare, seal
from checklists.record.sealer import RepoSealer
from checklists.record.statement import noted_reason, open_items
from checklists.record.toml import from_bytes, to_bytes
from checklists.repo.snapshot import read_snapshot
from checklists.review.state import annotate
from checklists.review.store import DraftStore

REVIEWER = Reviewer(EMAIL, "Rae Viewer")
WAIVED = Answer(
    Outcome.WAIVED, Verdict.FAIL, reason="Closed by the gateway until May", expires=date(2026, 5, 1)
)
OVERRIDDEN = Answer(Outcome.PASS, Verdict.FAIL, note="The table is dropped by the next migration")


def test_four_files_that_belong_together(bench: Bench) -> None:
    files = bench.sealed()
    folder = bench.repo / ".counterseal" / "reviews" / git(bench.repo, "rev-parse", "HEAD")[:12]
    assert [path.name for path in (files.record, files.signature, files.page, files.scope)] == [
        f"{EMAIL}-1.toml",
        f"{EMAIL}-1.toml.sig",
        f"{EMAIL}-1.md",
        "scope.lstree",
    ]
    assert files.record.parent == folder
    data = files.record.read_bytes()
    assert b"\r" not in data
    assert hashlib.sha256(data).hexdigest() in files.page.read_text()
    assert stat.S_IMODE(files.record.stat().st_mode) == 0o644
    assert files.signature.read_bytes().startswith(b"-----BEGIN SSH SIGNATURE-----")


def test_the_record_names_what_was_reviewed(bench: Bench) -> None:
    files = bench.sealed()
    said = tomllib.loads(files.record.read_text("utf-8"))
    listing = files.scope.read_bytes()
    head = git(bench.repo, "rev-parse", "HEAD")
    assert said["schema"] == "counterseal.record/1"
    assert said["record_id"] == f"{head[:12]}/{EMAIL}-1"
    assert (said["verdict"], said["reviewer"], said["role"]) == ("approve", EMAIL, "reviewer")
    assert said["signed_at"] == AT
    assert "previous" not in said
    assert said["subject"] == {
        "commit": head,
        "tree": git(bench.repo, "rev-parse", "HEAD^{tree}"),
        "scope": ["app", "it's $HOME", "supabase"],
        "scope_sha256": hashlib.sha256(listing).hexdigest(),
        "sources": 2,
        "dirty": False,
        "supabase_dir": "supabase",
    }
    assert said["inputs"]["catalogue_sha256"] == digest()
    assert said["inputs"]["proof"] == "static"
    assert {each["name"] for each in said["inputs"]["library"]} >= {"postgast", "sqlglot"}
    assert [row["path"] for row in said["migration"]] == list(MIGRATIONS)
    for order, row in enumerate(said["migration"], 1):
        text = MIGRATIONS[row["path"]].encode()
        assert row["order"] == order
        assert row["sha256"] == hashlib.sha256(text).hexdigest()
        assert row["blob"] == git(bench.repo, "rev-parse", f"HEAD:{row['path']}")
    assert [row["id"] for row in said["item"]] == [item.id for item in items()]


def test_items_keep_suggestion_answer_and_evidence(bench: Bench) -> None:
    record = bench.prepared({"rls-enabled": WAIVED}).record
    item = next(each for each in record.item if each.id == "rls-enabled")
    line = MIGRATIONS[FINDING.location.path].split("\n")[0].encode()
    assert (item.suggestion, item.answer, item.because) == (Verdict.FAIL, Outcome.WAIVED, FINDING.message)
    assert item.examined == ("1 table",)
    assert [(each.path, each.line, each.sha256) for each in item.evidence] == [
        (FINDING.location.path, 1, hashlib.sha256(line).hexdigest())
    ]
    undecided = next(each for each in record.item if each.id == "injection-impossible")
    assert undecided.note == "Looked at by hand."
    assert undecided.undecided == ("file:app/x.ts: it does not parse",)


@pytest.mark.parametrize("answer", [None, WAIVED, OVERRIDDEN])
def test_no_finding_is_judged_by_the_answer_to_its_item(bench: Bench, answer: Answer | None) -> None:
    given = {} if answer is None else {"rls-enabled": answer, "permissive-policies": answer}
    prepared = bench.prepared(given)
    (finding,) = tomllib.loads(prepared.toml.decode())["finding"]
    assert finding["id"] == FINDING.id
    assert finding["items"] == ["rls-enabled", "permissive-policies"]
    assert not finding.keys() & {"triage", "reason"}
    assert "→" not in prepared.page
    judged = replace(prepared.record.finding[0], triage=Triage.FALSE_POSITIVE, reason="The test schema")
    said = replace(prepared.record, finding=(judged,))
    assert from_bytes(to_bytes(said)) == said


def test_an_approval_of_what_fails_needs_a_reason(bench: Bench) -> None:
    project = bench.project
    draft = complete(DraftStore(bench.drafts), project)
    for reason in ("", " \n"):
        with pytest.raises(RecordError, match=r"2 items fail \(rls-enabled, permissive-policies\)") as caught:
            prepare(draft, project, REVIEWER, Decision.APPROVE, reason=reason)
        assert "--reason" in caught.value.hint
    prepared = prepare(draft, project, REVIEWER, Decision.APPROVE, reason="Gone\nnext week | @octocat")
    assert prepared.record.reason == "Gone next week | @octocat"
    assert prepared.record.statement.endswith("I approve it although 2 items fail: Gone next week | @octocat")
    assert prepared.page.count("although 2 items fail: Gone next week `| @octocat`\n") == 1
    rejected = prepare(draft, project, REVIEWER, Decision.REJECT, reason="Not yet | @octocat")
    assert "\n**Reason:** Not yet `| @octocat`\n" in rejected.page
    assert from_bytes(prepared.toml) == prepared.record
    assert prepare(draft, project, REVIEWER, Decision.COMMENT).record.reason == ""
    with pytest.raises(RecordError, match="A rejection needs a reason") as caught:
        prepare(draft, project, REVIEWER, Decision.REJECT)
    assert "--reason" in caught.value.hint
    sound = complete(DraftStore(bench.drafts), project, dict.fromkeys(FINDING.items, OVERRIDDEN))
    assert prepare(sound, project, REVIEWER, Decision.APPROVE).record.statement.endswith("I approve it.")


def test_an_annotation_is_no_reason(bench: Bench) -> None:
    project, store = bench.project, DraftStore(bench.drafts)
    draft = complete(store, project, {"rls-enabled": Answer(Outcome.FAIL, Verdict.FAIL, note="Shut it.")})
    draft = store.update(draft, lambda review: annotate(review, "rls-enabled", "Ask Kim about this."))
    draft = store.update(draft, lambda review: annotate(review, "permissive-policies", "Odd, is it not?"))
    assert noted_reason(draft.review) == "rls-enabled: Shut it."
    with pytest.raises(RecordError, match="A rejection needs a reason") as caught:
        RepoSealer(project, key=bench.key).prepared(draft, "reject")
    assert "--reason" in caught.value.hint


def test_waivers_name_who_allowed_what_until_when(bench: Bench) -> None:
    (waiver,) = bench.prepared({"rls-enabled": WAIVED}).record.waiver
    assert (waiver.item, waiver.reason, waiver.approved_by) == ("rls-enabled", WAIVED.reason, EMAIL)
    assert (waiver.issued, waiver.expires) == (AT.date(), WAIVED.expires)


def test_the_sentence_names_person_commit_counts_and_verdict(bench: Bench) -> None:
    record = bench.prepared({"rls-enabled": WAIVED}, Decision.REJECT).record
    counts = [len(record.answered(outcome)) for outcome in Outcome]
    assert record.statement == (
        f"I, Rae Viewer <{EMAIL}>, as reviewer, reviewed commit {git(bench.repo, 'rev-parse', 'HEAD')} "
        f"(2 migrations) and answered {len(items())} items: {counts[0]} pass, {counts[1]} fail, 1 waived, "
        f"{counts[3]} not applicable. Of {len(items())} items, {len(items())} were never opened. I reject it."
    )
    page = bench.prepared({"rls-enabled": WAIVED}, Decision.REJECT).page
    assert f"**Not opened:** {len(items())} of {len(items())} items were answered without" in page
    assert sum(counts) == len(items())


def test_a_second_record_takes_the_next_number_and_names_the_first(bench: Bench) -> None:
    first = bench.sealed()
    second = bench.sealed(decision=Decision.REJECT)
    assert second.record.name == f"{EMAIL}-2.toml"
    assert (
        from_bytes(second.record.read_bytes()).previous
        == hashlib.sha256(first.record.read_bytes()).hexdigest()
    )
    assert first.scope == second.scope


def test_two_scopes_of_one_commit_have_two_lists(bench: Bench, tmp_path: Path) -> None:
    bench.sealed(out=tmp_path / "out")
    (tmp_path / "out" / "scope.lstree").write_bytes(b"another scope")
    second = bench.sealed(out=tmp_path / "out")
    assert second.scope.name.startswith("scope-")
    assert (tmp_path / "out" / "scope.lstree").read_bytes() == b"another scope"


def test_policy_and_signers_of_the_commit_are_named(bench: Bench) -> None:
    write(bench.repo, {".counterseal/policy.toml": "roles = []\n", ".counterseal/allowed_signers": "x\n"})
    commit(bench.repo)
    inputs = bench.prepared().record.inputs
    assert inputs.policy_sha256 == hashlib.sha256(b"roles = []\n").hexdigest()
    assert inputs.signers_sha256 == hashlib.sha256(b"x\n").hexdigest()


def test_open_items_are_refused_and_listed(bench: Bench) -> None:
    project = bench.project
    draft = DraftStore(bench.drafts).open(suggestions(), project.snapshot.subject)
    with pytest.raises(RecordError, match=r"(\d+) of \1 items are open: rls-enabled, policies-tested"):
        prepare(draft, project, REVIEWER, Decision.APPROVE)


def test_a_waiver_that_ran_out_is_open_again(bench: Bench) -> None:
    project = bench.project
    draft = complete(DraftStore(bench.drafts), project, {"rls-enabled": WAIVED})
    assert open_items(draft.review, date(2026, 4, 30)) == ()
    assert open_items(draft.review, date(2026, 5, 1)) == ("rls-enabled",)
    with pytest.raises(RecordError, match=f"1 of {len(items())} items are open: rls-enabled"):
        prepare(draft, project, REVIEWER, Decision.APPROVE, at=AT + timedelta(days=90))


def test_a_work_tree_is_refused(bench: Bench) -> None:
    project = replace(bench.project, snapshot=read_snapshot(bench.repo, worktree=True))
    draft = complete(DraftStore(bench.drafts), project)
    with pytest.raises(RecordError, match="a signature names a commit"):
        prepare(draft, project, REVIEWER, Decision.APPROVE)


@pytest.mark.parametrize(
    "email", ["", "*", "*@example.org", "a b@example.org", "a,b", "-oops", "é@example.org"]
)
def test_an_address_that_cannot_name_a_signer_is_refused(bench: Bench, email: str) -> None:
    project = bench.project
    draft = complete(DraftStore(bench.drafts), project)
    with pytest.raises(RecordError, match="address"):
        prepare(draft, project, Reviewer(email, ""), Decision.APPROVE)


def test_a_refused_signature_writes_nothing(bench: Bench, tmp_path: Path) -> None:
    not_a_key = tmp_path / "not-a-key"
    not_a_key.write_text("hello")
    not_a_key.chmod(0o600)
    with pytest.raises(SigningError, match="ssh-keygen did not sign"):
        seal(bench.prepared(), Key(Scheme.SSH, str(not_a_key), "ssh-keygen"))
    assert not (bench.repo / ".counterseal").exists()


def test_a_missing_program_is_named(bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    prepared = bench.prepared()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SigningError, match="ssh-keygen is not installed"):
        seal(prepared, Key(Scheme.SSH, str(bench.key), "ssh-keygen"))


def test_a_race_for_a_number_is_refused(bench: Bench) -> None:
    prepared = bench.prepared()
    bench.sealed()
    with pytest.raises(RecordError, match="was written in the meantime"):
        seal(prepared, Key(Scheme.SSH, str(bench.key), "ssh-keygen"))


def test_the_newest_record_is_found_by_its_claim(bench: Bench) -> None:
    assert latest_of(bench.repo, EMAIL) is None
    files = bench.sealed()
    (files.record.with_name(f"{EMAIL}-7.toml")).write_text("not toml [")
    found = latest_of(bench.repo, EMAIL)
    assert found is not None
    assert (found.path, found.data) == (str(files.record.relative_to(bench.repo)), files.record.read_bytes())


def test_export_copies_bytes_and_overwrites_nothing(bench: Bench, tmp_path: Path) -> None:
    files = bench.sealed()
    assert records_of(bench.repo, git(bench.repo, "rev-parse", "HEAD")) == (files.record,)
    copies = export(files.record, tmp_path / "out")
    assert [path.name for path in copies] == [
        files.record.name,
        files.signature.name,
        files.page.name,
        "scope.lstree",
    ]
    assert copies[0].read_bytes() == files.record.read_bytes()
    export(files.record, tmp_path / "out")
    copies[0].write_bytes(b"other")
    with pytest.raises(RecordError, match="is there already, and differs"):
        export(files.record, tmp_path / "out")
    files.signature.unlink()
    with pytest.raises(RecordError, match="is missing beside the record"):
        export(files.record, tmp_path / "elsewhere")


def test_a_record_is_of_any_commit_with_the_same_scope(bench: Bench) -> None:
    files = bench.sealed()
    with_record = commit(bench.repo, "the record itself")
    assert records_of(bench.repo, with_record) == (files.record,)
    write(bench.repo, {"app/new.ts": "export {}\n"})
    assert records_of(bench.repo, commit(bench.repo)) == ()


def test_bytes_are_read_strictly(bench: Bench) -> None:
    prepared = bench.prepared()
    assert from_bytes(prepared.toml) == prepared.record
    assert to_bytes(prepared.record) == prepared.toml
    for damage, complaint in (
        (prepared.toml + b'extra = "x"\n', "unknown key"),
        (prepared.toml.replace(b"role = ", b'role = "x"\nrole = ', 1), "Cannot overwrite"),
        (prepared.toml.replace(b"\n", b"\r\n"), "line ends"),
        (b"\xef\xbb\xbf" + prepared.toml, "byte order mark"),
        (prepared.toml.replace(b"record/1", b"record/2"), "schema"),
        (prepared.toml.replace(b"dirty = false", b"dirty = true"), "dirty"),
        (prepared.toml.replace(b'id = "policies-tested"', b'id = "rls-enabled"'), "rls-enabled occurs twice"),
        (prepared.toml.replace(b"12:00:00+00:00", b"12:00:00"), "time zone"),
        (b"\xff" + prepared.toml, "utf-8"),
    ):
        assert damage != prepared.toml
        with pytest.raises(ValueError, match=complaint):
            from_bytes(damage)


def test_text_that_is_not_unicode_cannot_be_sealed(bench: Bench) -> None:
    record = bench.prepared().record
    with pytest.raises(RecordError, match="not UTF-8"):
        to_bytes(replace(record, name="\udcff"))


def test_a_literal_project_needs_no_work_tree(bench: Bench, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--bare", str(bench.repo), "bare.git")
    project = read_project(tmp_path / "bare.git")
    draft = complete(DraftStore(bench.drafts), project)
    prepared = prepare(draft, project, REVIEWER, Decision.COMMENT, at=AT, out=tmp_path / "out")
    assert prepared.record.statement.endswith("I neither approve nor reject it.")


def test_what_the_team_set_aside_is_sealed_as_that(bench: Bench) -> None:
    project, aside = bench.project, replace(FINDING, ruling=Ruling(Aside.BASELINED))
    draft = complete(DraftStore(bench.drafts), project)
    said = {
        name: replace(each, findings=(aside,)) if each.findings else each
        for name, each in draft.review.suggestions.items()
    }
    review = replace(draft.review, suggestions=said)
    prepared = prepare(replace(draft, review=review), project, REVIEWER, Decision.COMMENT)
    read = from_bytes(prepared.toml)
    assert {each.aside for each in read.finding} == {Aside.BASELINED}
    before = prepared.toml.replace(b'aside = "baselined"\n', b"")
    assert {each.aside for each in from_bytes(before).finding} == {None}

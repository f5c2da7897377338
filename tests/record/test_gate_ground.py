"""What the gate stands on: names that mean one thing, whole histories, the backend that was reviewed."""

import base64
import hashlib
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from gitrepos import commit, git, write
from team import ADA, FILES, MIGRATION, RAE, SAM, SOURCE, Approved, closed

from checklists.errors import CountersealError, RecordError, RepositoryError
from checklists.record.gate.decide import gate
from checklists.record.model import Decision
from checklists.record.signing import read_envelope

POLICY = ".counterseal/policy.toml"
OTHER = "apps/shop/supabase/migrations/20240101000000_init.sql"


def test_a_tag_with_the_name_of_the_base_is_refused(approved: Approved) -> None:
    """git takes the tag; whoever may push tags would choose policy and signers."""
    loose = 'schema = "counterseal.policy/1"\n[review]\nauthors = "counted"\n'
    git(approved.repo, "checkout", "-q", "-b", "mine", "main")
    write(approved.repo, {POLICY: loose})
    commit(approved.repo)
    git(approved.repo, "tag", "main")
    git(approved.repo, "checkout", "-q", "work")
    with pytest.raises(RepositoryError, match=r"main could mean refs/tags/main or refs/heads/main"):
        approved.gate()
    git(approved.repo, "remote", "remove", "origin")
    with pytest.raises(RepositoryError, match="could mean"):
        gate(approved.repo, rev="work", base=None, now=datetime.now(UTC))
    with pytest.raises(RepositoryError, match="could mean"):
        gate(approved.repo, rev="work", base="main~0", now=datetime.now(UTC))
    said = gate(approved.repo, rev="work", base="refs/heads/main", now=datetime.now(UTC))
    assert len(said.base.policy.role) == 2


def test_a_tag_alone_is_no_default_base(approved: Approved) -> None:
    git(approved.repo, "checkout", "-q", "work")
    git(approved.repo, "tag", "main", "work")
    git(approved.repo, "branch", "-q", "-D", "main")
    git(approved.repo, "remote", "remove", "origin")
    with pytest.raises(RepositoryError, match="not known what the change goes into") as caught:
        gate(approved.repo, now=datetime.now(UTC))
    assert "--base" in caught.value.hint


def test_a_renamed_default_branch_is_asked_for_and_never_taken_from_the_head(approved: Approved) -> None:
    git(approved.repo, "branch", "-q", "-m", "main", "trunk")
    git(approved.repo, "remote", "remove", "origin")
    git(approved.repo, "checkout", "-q", "--detach", "work")
    with pytest.raises(RepositoryError, match="not known what the change goes into"):
        gate(approved.repo, now=datetime.now(UTC))
    assert gate(approved.repo, base="trunk", now=datetime.now(UTC)).open


def test_a_detached_head_is_judged_as_its_commit(approved: Approved) -> None:
    git(approved.repo, "checkout", "-q", "--detach", "work")
    assert approved.gate("HEAD").open
    write(approved.repo, {SOURCE: "export {}\n"})
    commit(approved.repo)
    assert "items" in closed(approved.gate("HEAD"))


def test_a_shallow_clone_hides_no_author(approved: Approved, tmp_path: Path) -> None:
    """Sam's own commit lies behind where the clone ends, and the rest is all there."""
    git(approved.repo, "checkout", "-q", "work")
    git(approved.repo, "commit", "-q", "--allow-empty", "-m", "x", "--author", f"Sam <{SAM}>")
    parted = git(approved.repo, "rev-parse", "work~1").strip()
    write(approved.repo, {"README.md": "# More\n"})
    commit(approved.repo)
    assert "role security-auditor" in closed(approved.gate())
    place = tmp_path / "cut"
    git(tmp_path, "clone", "-q", "--no-local", str(approved.repo), str(place))
    git(place, "branch", "-q", "-f", "main", "origin/main")
    (place / ".git/shallow").write_text(git(place, "rev-parse", "work~1").strip() + "\n")
    assert parted
    with pytest.raises(RepositoryError):
        gate(place, rev="work", base="main", now=datetime.now(UTC))


def test_a_merge_whose_resolution_changes_code_is_stale(approved: Approved) -> None:
    approved.on("main", {"README.md": "# Main\n"})
    git(approved.repo, "checkout", "-q", "work")
    git(approved.repo, "merge", "-q", "--no-commit", "--no-ff", "main")
    write(approved.repo, {MIGRATION: FILES[MIGRATION].replace("owner = (select auth.uid())", "true")})
    commit(approved.repo, "Merge main")
    git(approved.repo, "checkout", "-q", "main")
    said = closed(approved.gate())
    assert {"role code-reviewer", "role security-auditor", "items"} <= said.keys()


def test_a_folder_of_the_scope_as_a_submodule_or_a_link_is_stale(approved: Approved) -> None:
    for mode in ("160000", "120000"):
        git(approved.repo, "checkout", "-q", "-B", f"x{mode}", "work")
        name = git(approved.repo, "rev-parse", "main" if mode == "160000" else "work:README.md").strip()
        git(approved.repo, "rm", "-q", "-r", "--cached", "app")
        git(approved.repo, "update-index", "--add", "--cacheinfo", f"{mode},{name},app")
        git(approved.repo, "commit", "-q", "-m", "Replace app")
        git(approved.repo, "checkout", "-q", "-f", "main")
        assert "items" in closed(approved.gate(f"x{mode}"))


def test_the_work_trees_counterseal_as_a_link_lets_nothing_in(approved: Approved, tmp_path: Path) -> None:
    """What it points to are records of nobody that the base knows."""
    git(approved.repo, "checkout", "-q", "work")
    write(approved.repo, {SOURCE: "export {}\n"})
    git(approved.repo, "rm", "-q", "-r", ".counterseal/reviews")
    commit(approved.repo)
    away = tmp_path / "away"
    (approved.repo / ".counterseal").rename(away)
    (away / "allowed_signers").write_text('* namespaces="counterseal-review" ssh-ed25519 AAAA\n')
    (approved.repo / ".counterseal").symlink_to(away)
    assert not approved.gate("HEAD").open


def test_signers_on_the_base_as_a_link_are_nobody(approved: Approved) -> None:
    git(approved.repo, "checkout", "-q", "main")
    (approved.repo / ".counterseal/allowed_signers").unlink()
    (approved.repo / ".counterseal/allowed_signers").symlink_to("../README.md")
    commit(approved.repo)
    assert "signers" in closed(approved.gate())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('schema = "counterseal.policy/1"\nvetos = false\n', "unknown key"),
        ('schema = "counterseal.policy/1"\n[review]\nsigners = 0\n', "at least one person"),
        ('schema = "counterseal.policy/2"\n', "counterseal.policy/2"),
        ('schema = "counterseal.policy/1"\n[review]\nrequired = ["no-such"]\n', "no-such"),
        ('schema = "counterseal.policy/1"\n[review]\nsigners = 1\nsigners = 2\n', "not TOML"),
    ],
)
def test_a_policy_that_cannot_be_meant_decides_nothing(approved: Approved, text: str, said: str) -> None:
    approved.on("main", {POLICY: text})
    with pytest.raises(RecordError, match=said):
        approved.gate()


def test_a_policy_elsewhere_is_no_policy(approved: Approved) -> None:
    loose = 'schema = "counterseal.policy/1"\n'
    approved.on("work", {f"app/{POLICY}": loose, "policy.toml": loose})
    said = gate(approved.repo / "app", rev="work", base="main", now=datetime.now(UTC))
    assert len(said.base.policy.role) == 2


@pytest.mark.parametrize(
    "scope", [(), ("",), (".",), ("nothing",), ("app", "app"), ("../app",), (":(exclude)app",)]
)
def test_a_scope_that_names_nothing_or_everything_oddly(approved: Approved, scope: tuple[str, ...]) -> None:
    _, record = approved.record(SAM)
    listing = b""
    if scope == ("app", "app"):
        listing = git(approved.repo, "ls-tree", "-rz", "--full-tree", "work", "--", "app").encode()
    subject = replace(record.subject, scope=scope, scope_sha256=hashlib.sha256(listing).hexdigest())
    odd = replace(record, subject=subject, record_id=f"{record.record_id[:12]}/{SAM}-2", previous=None)
    approved.on("work", approved.sealed(odd, approved.keys[SAM]))
    approved.on("work", {MIGRATION: "drop table public.notes;\n"})
    try:
        said = approved.gate()
    except CountersealError:
        return
    assert not said.open
    assert not any(each.counts for each in said.signed if each.vouched.record.record_id == odd.record_id)


def test_moments_are_the_same_in_every_time_zone(approved: Approved, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime.now(UTC)
    for hours in (-12, 0, 14):
        zone = timezone(timedelta(hours=hours))
        monkeypatch.setenv("TZ", f"X{-hours:+d}")
        assert approved.gate(now=now.astimezone(zone)).open
    assert os.environ["TZ"]


def test_a_record_dated_ahead_does_not_stand_in_the_place_of_a_rejection(approved: Approved) -> None:
    """`signed_at` is a claim: what supersedes is what names the other as its forerunner."""
    _, record = approved.record(SAM)
    ahead = replace(
        record, signed_at=datetime(2999, 1, 1, tzinfo=UTC), record_id=f"{record.record_id[:12]}/{SAM}-3"
    )
    no = replace(record, verdict=Decision.REJECT, record_id=f"{record.record_id[:12]}/{SAM}-2", previous=None)
    approved.on("work", approved.sealed(no, approved.keys[SAM]))
    approved.on("work", approved.sealed(ahead, approved.keys[SAM]))
    assert "veto" in closed(approved.gate())


def test_a_record_of_another_backend_of_the_repo_does_not_count(approved: Approved) -> None:
    """Both lie in the scope, and only one of them was looked at."""
    approved.on("work", {OTHER: "create table public.t (id int);\n"})
    head = git(approved.repo, "rev-parse", "work").strip()
    for who in (RAE, SAM):
        _, record = approved.record(who)
        scope = (*record.subject.scope, "apps")
        listing = git(approved.repo, "ls-tree", "-rz", "--full-tree", head, "--", *scope)
        subject = replace(
            record.subject, commit=head, tree=git(approved.repo, "rev-parse", f"{head}^{{tree}}").strip(),
            scope=scope, scope_sha256=hashlib.sha256(listing.encode()).hexdigest(),
        )  # fmt: skip
        whole = replace(record, subject=subject, record_id=f"{head[:12]}/{who}-1", previous=None)
        approved.on("work", approved.sealed(whole, approved.keys[who]))
    said = approved.gate()
    assert not said.open
    faults = " ".join(fault for each in said.signed for fault in each.faults)
    assert "it is of supabase, and the change is in apps/shop/supabase" in faults


OWN = """title = "Ours"
[[item]]
id = "data-inventory"
title = "The data inventory is up to date"
question = "Is every new column in the inventory?"
why = "The law asks for it."
severity = "high"
automatic = false
human = "Look into the inventory."
"""


def test_a_teams_own_item_can_be_required(approved: Approved) -> None:
    policy = git(approved.repo, "show", f"main:{POLICY}")
    mine = policy.replace('required = ["security", "anti_patterns"]', 'required = ["data-inventory"]', 1)
    assert mine != policy
    approved.on("main", {POLICY: mine})
    with pytest.raises(RecordError, match="data-inventory"):
        approved.gate()
    approved.on("main", {".counterseal/checklists/ours.toml": OWN})
    said = closed(approved.gate())
    assert "0 of 1 required items are answered" in said["items"].about
    assert said["items"].hint
    assert ADA


@pytest.mark.parametrize("version", [0, 2])
def test_a_signature_of_another_version_is_none(approved: Approved, version: int) -> None:
    """The version is not among what is signed, and ssh-keygen takes 0 as well."""
    path, _ = approved.record(SAM)
    lines = git(approved.repo, "show", f"work:{path}.sig").split("\n")
    body = base64.b64decode("".join(lines[1:-1]))
    assert body[:10] == b"SSHSIG\0\0\0\1"
    forged = base64.b64encode(body[:9] + bytes([version]) + body[10:]).decode()
    with pytest.raises(ValueError, match="damaged"):
        read_envelope("\n".join((lines[0], forged, lines[-1])).encode())

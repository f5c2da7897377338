"""A proof is kept for its revision, outside of the repo, and is not mistaken for that of another."""

from pathlib import Path

import pytest
from gitrepos import commit, repository, write
from platformdirs import user_state_path

from checklists.checks.loading import load_project
from checklists.checks.project import Project
from checklists.live.model import Action, AppliedFile, Cause, Claim, ClaimStatus, Counts, Mode, Proof
from checklists.review.kept import keep, recalled

MIGRATION = "supabase/migrations/1_a.sql"
TABLE = (
    "create table public.notes (id uuid primary key);\ncreate policy p on public.notes for delete;"
    "create publication news for table public.notes;"
)
CAUSE = Cause(("policy:public.notes/p",), ("public.members",))
PROOF = Proof(
    "18.0",
    files=(AppliedFile(MIGRATION, Mode.WHOLE),),
    claims=(Claim("public.notes", "A", Action.SELECT, ClaimStatus.REFUTED, "A reads", causes=(CAUSE,)),),
    counts=Counts(4, 3, 2, 1, (("policy:public.notes/p", "no row"),)),
    ungranted=(),
    peak_mb=21.5,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path / "repo", {MIGRATION: TABLE})


def proven(root: Path) -> Project:
    project = load_project(root)
    return project.proven(Proof(**{**fields(PROOF), "schema": project.schema}))


def change(root: Path, words: str) -> None:
    write(root, {MIGRATION: f"{TABLE}\n-- {words}"})
    commit(root)


def fields(proof: Proof) -> dict[str, object]:
    return {name: getattr(proof, name) for name in proof.__dataclass_fields__}


def test_it_is_known_the_next_time_with_what_the_catalogs_held(root: Path) -> None:
    project = proven(root)
    keep(project)
    again = recalled(load_project(root))
    assert again.proof == PROOF
    assert again.proof.recalled
    assert again.schema.tables == project.schema.tables


def test_it_lies_in_the_users_own_state(root: Path) -> None:
    keep(proven(root))
    kept = list(user_state_path("counterseal", appauthor=False).rglob("proofs/*.json"))
    assert [file.stat().st_mode & 0o777 for file in kept] == [0o600]
    assert not list(root.rglob("proofs"))


def test_another_commit_or_a_work_tree_has_none(root: Path) -> None:
    keep(proven(root))
    assert recalled(load_project(root, worktree=True)).proof is None
    change(root, "more")
    assert recalled(load_project(root)).proof is None


def test_one_that_cannot_be_read_is_as_if_it_were_not_there(root: Path) -> None:
    keep(proven(root))
    (file,) = user_state_path("counterseal", appauthor=False).rglob("proofs/*.json")
    file.write_text(file.read_text().replace("refuted", "proved"))
    assert recalled(load_project(root)).proof is None


def test_only_the_newest_are_left(root: Path) -> None:
    for number in range(10):
        change(root, str(number))
        keep(proven(root))
    assert len(list(user_state_path("counterseal", appauthor=False).rglob("proofs/*.json"))) == 8
    assert recalled(load_project(root)).proof is not None

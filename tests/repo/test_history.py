"""The commits behind a revision: where the branch left, and what changed in the migrations folder."""

from pathlib import Path

import pytest
from gitrepos import commit, git, init, repository, write

from checklists.repo.history import History

FOLDER = "supabase/migrations"
ONE, TWO, THREE = (f"{FOLDER}/{n}_m.sql" for n in (1, 2, 3))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path / "repo", {ONE: "select 1;"})


def _history(root: Path, *migrations: str, dirty: bool = False) -> History:
    return History(str(root), git(root, "rev-parse", "HEAD"), migrations, dirty=dirty)


def _add(root: Path, *paths: str) -> str:
    write(root, dict.fromkeys(paths, "select 2;"))
    return commit(root, f"add {paths}")


def test_on_the_default_branch_there_is_no_base(root: Path) -> None:
    assert _history(root, ONE).base is None


def test_a_branch_has_the_commit_where_it_left(root: Path) -> None:
    left = git(root, "rev-parse", "HEAD")
    git(root, "checkout", "-q", "-b", "feature")
    _add(root, TWO)
    git(root, "checkout", "-q", "main")
    _add(root, THREE)
    git(root, "checkout", "-q", "feature")
    assert _history(root, ONE, TWO).base == left
    assert _history(root, ONE, TWO).new == {TWO}


def test_the_remotes_default_branch_outweighs_a_local_one(root: Path, tmp_path: Path) -> None:
    git(root, "checkout", "-q", "-b", "trunk")
    trunk = _add(root, TWO)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", str(root), str(clone))
    git(clone, "checkout", "-q", "-b", "feature")
    _add(clone, THREE)
    assert _history(clone, ONE, TWO, THREE).base == trunk


def test_without_a_commit_in_common_there_is_no_base(root: Path) -> None:
    git(root, "checkout", "-q", "--orphan", "pages")
    commit(root)
    assert _history(root, ONE).base is None


def test_new_on_the_default_branch_is_what_came_in_last(root: Path) -> None:
    _add(root, TWO, THREE)
    write(root, {"README.md": "later"})
    commit(root)
    assert _history(root, ONE, TWO, THREE).new == {TWO, THREE}


def test_a_merge_brings_all_that_it_merged(root: Path) -> None:
    git(root, "checkout", "-q", "-b", "feature")
    _add(root, TWO)
    _add(root, THREE)
    git(root, "checkout", "-q", "main")
    write(root, {"README.md": "meanwhile"})
    commit(root)
    git(root, "merge", "-q", "--no-edit", "feature")
    seen = _history(root, ONE, TWO, THREE)
    assert [sorted(c.path for c in step.changes) for step in seen.steps] == [[TWO, THREE], [ONE]]
    assert seen.new == {TWO, THREE}


def test_where_all_came_in_at_once_the_last_is_new(tmp_path: Path) -> None:
    root = repository(tmp_path / "import", {ONE: "", TWO: "", THREE: ""})
    assert _history(root, ONE, TWO, THREE).new == {THREE}


def test_what_lies_uncommitted_is_new(root: Path) -> None:
    write(root, {TWO: "select 2;"})
    assert _history(root, ONE, TWO, dirty=True).new == {TWO}


def test_a_repo_without_commits_has_an_empty_history(tmp_path: Path) -> None:
    root = init(tmp_path / "empty")
    seen = History(str(root), "0" * 40, (ONE,), dirty=True)
    assert (seen.empty, seen.steps, seen.base, seen.new) == (True, (), None, {ONE})


def test_steps_name_both_contents(root: Path) -> None:
    before = git(root, "rev-parse", f"HEAD:{ONE}")
    write(root, {ONE: "select 3;"})
    commit(root)
    last, first = _history(root, ONE).steps
    (change,) = last.changes
    assert (change.before, change.after) == (before, git(root, "rev-parse", f"HEAD:{ONE}"))
    assert (first.root, last.root) == (True, False)
    assert last.day == "2026-01-01"


def test_a_shallow_clone_ends_where_it_was_cut(root: Path, tmp_path: Path) -> None:
    _add(root, TWO)
    git(tmp_path, "clone", "-q", "--depth", "1", root.as_uri(), "cut")
    seen = _history(tmp_path / "cut", ONE, TWO)
    assert seen.shallow
    assert len(seen.steps) == 1
    assert not _history(root, ONE, TWO).shallow


def test_what_the_users_git_prints_of_itself_is_not_taken_for_a_commit(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "gitconfig"
    config.write_text(
        "[log]\n\tshowSignature = true\n\tdiffMerges = combined\n\tdecorate = full\n[color]\n\tui = always\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    _add(root, TWO)
    assert [len(step.changes) for step in _history(root, ONE, TWO).steps] == [1, 1]

"""The merge of a revision into its base, without the repository's configuration having a say."""

from pathlib import Path

import pytest
from gitrepos import commit, git, init, write

from checklists.errors import RepositoryError
from checklists.repo.merging import default_base, merge_base, merged, patch_id
from checklists.repo.repository import open_repository


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """`main` with one commit more than `work` parted from, and `work` with another file changed."""
    root = init(tmp_path / "repo")
    write(root, {"a.txt": "1\n2\n3\n", "b.txt": "b\n"})
    commit(root)
    git(root, "checkout", "-q", "-b", "work")
    write(root, {"a.txt": "1\n2\nthree\n"})
    commit(root)
    git(root, "checkout", "-q", "main")
    write(root, {"b.txt": "bee\n"})
    commit(root)
    return root


def test_the_tree_is_the_one_that_git_would_make_and_nothing_is_left_behind(repo: Path) -> None:
    before = git(repo, "count-objects")
    with merged(open_repository(repo), "main", "work") as merge:
        tree = merge.tree
        assert merge.store.file(tree, "a.txt") == b"1\n2\nthree\n"
        assert merge.store.file(tree, "b.txt") == b"bee\n"
        assert merge.store.file(tree, "c.txt") is None
        assert merge.store.listing(tree, ("b.txt",)).endswith(b"\tb.txt\0")
    assert git(repo, "count-objects") == before
    git(repo, "merge", "-q", "work", "-m", "merged")
    assert git(repo, "rev-parse", "HEAD^{tree}") == tree


def test_a_conflict_is_named(repo: Path) -> None:
    write(repo, {"a.txt": "1\n2\nIII\n"})
    commit(repo)
    with merged(open_repository(repo), "main", "work") as merge:
        assert (merge.tree, merge.conflicts) == ("", ("a.txt",))


def test_a_merge_driver_of_the_repo_is_not_run(repo: Path, tmp_path: Path) -> None:
    write(repo, {"a.txt": "1\n2\nIII\n", ".gitattributes": "* merge=evil\n"})
    commit(repo)
    git(repo, "config", "merge.evil.driver", f"touch '{tmp_path}/was-run'")
    with merged(open_repository(repo), "main", "work") as merge:
        assert merge.conflicts == ("a.txt",)
    assert not (tmp_path / "was-run").exists()


def test_histories_that_never_met(repo: Path) -> None:
    git(repo, "checkout", "-q", "--orphan", "other")
    commit(repo)
    with (
        pytest.raises(RepositoryError, match="unrelated histories") as caught,
        merged(open_repository(repo), "main", "other"),
    ):
        pass
    assert "fetch-depth: 0" in caught.value.hint


def test_a_patch_keeps_its_name_when_it_is_rebased(repo: Path) -> None:
    with merged(open_repository(repo), "main", "work") as merge:
        parted = merge_base(merge.store, merge.base, merge.head)
        assert parted == git(repo, "merge-base", "main", "work")
        before = patch_id(merge.store, parted, merge.head, ("a.txt", "b.txt"))
        assert patch_id(merge.store, parted, merge.head, ("b.txt",)) is None
    git(repo, "checkout", "-q", "work")
    git(repo, "rebase", "-q", "main")
    with merged(open_repository(repo), "main", "work") as merge:
        assert patch_id(merge.store, merge.base, merge.head, ("a.txt", "b.txt")) == before is not None


def test_the_base_is_the_remotes_before_this_clones(repo: Path) -> None:
    assert default_base(open_repository(repo)) == "main"
    git(repo, "update-ref", "refs/remotes/origin/main", "HEAD")
    assert default_base(open_repository(repo)) == "origin/main"
    git(repo, "branch", "-m", "main", "trunk")
    git(repo, "update-ref", "-d", "refs/remotes/origin/main")
    assert default_base(open_repository(repo)) is None

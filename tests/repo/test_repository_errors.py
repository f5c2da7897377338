"""What stops a read says what is wrong and what to do."""

import os
import sys
from pathlib import Path

import pytest
from gitrepos import commit, git, init, repository, write

from checklists.errors import RepositoryError
from checklists.repo import git_command
from checklists.repo.snapshot import read_snapshot


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path / "repo", {"supabase/migrations/1_a.sql": "select 1;"})


def refused(path: Path, rev: str = "HEAD", *, worktree: bool = False) -> RepositoryError:
    with pytest.raises(RepositoryError) as caught:
        read_snapshot(path, rev, worktree=worktree)
    assert caught.value.message.endswith(".")
    assert caught.value.hint
    return caught.value


def test_path_missing(tmp_path: Path) -> None:
    assert "does not exist" in refused(tmp_path / "nowhere").message


def test_not_a_repository(tmp_path: Path) -> None:
    assert "is not in a git repository" in refused(tmp_path).message


def test_a_git_folder_that_git_does_not_take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "repo/.git").mkdir(parents=True)
    for place in (tmp_path / "repo", tmp_path / "repo/.git"):
        damaged = refused(place)
        assert "git does not take it for a repository" in damaged.message
    monkeypatch.setattr("os.access", lambda *_: False)
    closed = refused(tmp_path / "repo")
    assert f"{tmp_path}/repo/.git cannot be read" in closed.message
    assert "ls -ld" in closed.hint
    assert "git init" not in closed.hint + damaged.hint


def test_empty_repository(tmp_path: Path) -> None:
    error = refused(init(tmp_path / "empty"))
    assert "no commit yet" in error.message
    assert "--worktree" in error.hint


@pytest.mark.parametrize("rev", ["nope", "HEAD:supabase", "v1..v2", "HEAD^{tree}", "main@{u}", "HEAD --"])
def test_unknown_revision(root: Path, rev: str) -> None:
    error = refused(root, rev)
    assert repr(rev) in error.message
    assert "git branch" in error.hint


@pytest.mark.parametrize("rev", ["", "-h", "--upload-pack=touch x", "a\nb", "a\0b", "\x1b[2J"])
def test_revision_that_is_no_name(root: Path, rev: str) -> None:
    error = refused(root, rev)
    assert "cannot be the name of a revision" in error.message
    assert "\x1b" not in error.message


def test_bare_repository_has_no_work_tree(root: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(root), "bare.git")
    assert "has no work tree" in refused(tmp_path / "bare.git", worktree=True).message


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_repository_of_another_user(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUDO_UID", raising=False)
    for place in (root, root / ".git"):
        os.chown(place, 12345, 12345)
    error = refused(root)
    assert "belongs to another user" in error.message
    assert "safe.directory" in error.hint
    git(root, "config", "--global", "--add", "safe.directory", str(root))
    assert read_snapshot(root).files


def test_bare_repository_that_the_users_git_refuses(root: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(root), "bare.git")
    git(tmp_path, "config", "--global", "safe.bareRepository", "explicit")
    assert "bare repository" in refused(tmp_path / "bare.git").message


def test_work_tree_elsewhere(root: Path, tmp_path: Path) -> None:
    git(root, "config", "core.worktree", str(tmp_path))
    write(tmp_path, {"private.sql": "select 'private';"})
    assert "core.worktree" in refused(root, worktree=True).hint


def test_gits_own_folder(root: Path) -> None:
    error = refused(root / ".git")
    assert "git's own folder" in error.message
    assert str(root) in error.hint


def test_missing_objects(root: Path) -> None:
    tree = git(root, "rev-parse", "HEAD^{tree}")
    (root / ".git/objects" / tree[:2] / tree[2:]).unlink()
    error = refused(root)
    assert "cannot read the objects" in error.message
    assert "git fsck" in error.hint


def test_no_git(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "git", None)
    error = refused(root)
    assert "git was not found" in error.message
    assert "PATH" in error.hint


def test_damaged_config(root: Path) -> None:
    (root / ".git/config").write_text("[core\n")
    assert "git cannot open the repository" in refused(root).message


def test_git_words_are_not_lost(root: Path) -> None:
    with pytest.raises(git_command.GitFailure, match="not a tree object"):
        git_command.run_git(root, "ls-tree", "0" * 40)


def test_commit_of_a_subfolder_is_the_whole_repo(root: Path) -> None:
    write(root, {"apps/web/a.ts": "export {}"})
    commit(root)
    assert "supabase/migrations/1_a.sql" in read_snapshot(root / "apps/web").files

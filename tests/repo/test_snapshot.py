"""Reading a revision from git objects."""

import os
from pathlib import Path

import pytest
from gitrepos import commit, git, init, repository, write

from checklists.errors import RepositoryError
from checklists.repo.snapshot import read_snapshot

FILES = {
    "supabase/migrations/1_a.sql": "create table a ();\n",
    "app/page.tsx": "export default () => null\n",
    "README.md": "# Read me\n",
    "node_modules/x/index.js": "x\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path / "repo", FILES)


def test_reads_what_matters_and_names_the_rest(root: Path) -> None:
    seen = read_snapshot(root)
    assert set(seen.files) == {"supabase/migrations/1_a.sql", "app/page.tsx"}
    assert seen.paths == set(FILES)
    assert seen.root == str(root)
    assert seen.inside == ""


def test_subject_is_the_commit_and_its_tree(root: Path) -> None:
    subject = read_snapshot(root).subject
    assert subject.commit == git(root, "rev-parse", "HEAD")
    assert subject.tree == git(root, "rev-parse", "HEAD^{tree}")
    assert subject.dirty is False


def test_blob_bytes_and_text(root: Path) -> None:
    file = read_snapshot(root).files["supabase/migrations/1_a.sql"]
    assert file.blob == git(root, "rev-parse", "HEAD:supabase/migrations/1_a.sql")
    assert file.data == b"create table a ();\n"
    assert file.text == "create table a ();\n"


def test_reads_the_commit_not_the_work_tree(root: Path) -> None:
    write(
        root, {"supabase/migrations/1_a.sql": "drop table a;\n", "supabase/migrations/2_b.sql": "select 1;"}
    )
    seen = read_snapshot(root)
    assert seen.text("supabase/migrations/1_a.sql") == "create table a ();\n"
    assert "supabase/migrations/2_b.sql" not in seen.paths


@pytest.mark.parametrize("rev", ["HEAD~1", "v1", "old-branch", "main^"])
def test_any_name_of_a_commit(root: Path, rev: str) -> None:
    first = git(root, "rev-parse", "HEAD")
    git(root, "tag", "-a", "--no-sign", "-m", "one", "v1")
    git(root, "branch", "old-branch")
    write(root, {"supabase/migrations/2_b.sql": "select 1;"})
    commit(root)
    assert read_snapshot(root, rev).subject.commit == first
    assert read_snapshot(root, first[:10]).subject.commit == first


def test_path_inside_the_repo(root: Path) -> None:
    assert read_snapshot(root / "supabase" / "migrations").inside == "supabase/migrations"
    assert read_snapshot(root / "supabase" / "migrations" / "1_a.sql").inside == "supabase/migrations"


def test_path_through_a_link(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root, target_is_directory=True)
    assert read_snapshot(tmp_path / "link" / "app").inside == "app"


def test_bare_repository(root: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", str(root), "bare.git")
    assert set(read_snapshot(tmp_path / "bare.git").files) == set(read_snapshot(root).files)


def test_linked_work_tree(root: Path, tmp_path: Path) -> None:
    git(root, "worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    write(tmp_path / "side", {"supabase/migrations/2_b.sql": "select 1;"})
    commit(tmp_path / "side")
    assert "supabase/migrations/2_b.sql" in read_snapshot(tmp_path / "side").files
    assert "supabase/migrations/2_b.sql" not in read_snapshot(root).files


def test_shallow_clone(root: Path, tmp_path: Path) -> None:
    write(root, {"supabase/migrations/2_b.sql": "select 1;"})
    commit(root)
    git(tmp_path, "clone", "-q", "--depth", "1", root.as_uri(), "shallow")
    seen = read_snapshot(tmp_path / "shallow")
    assert "supabase/migrations/2_b.sql" in seen.files
    with pytest.raises(RepositoryError, match="not a revision"):
        read_snapshot(tmp_path / "shallow", "HEAD~1")


def test_sha256_repository(tmp_path: Path) -> None:
    root = init(tmp_path / "long", "--object-format=sha256")
    write(root, FILES)
    head = commit(root)
    seen = read_snapshot(root)
    assert len(head) == 64
    assert seen.subject.commit == head
    assert seen.text("supabase/migrations/1_a.sql") == "create table a ();\n"


def test_partial_clone_names_what_it_lacks_and_fetches_nothing(root: Path, tmp_path: Path) -> None:
    git(root, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--no-checkout", "--filter=blob:none", root.as_uri(), "partial")
    file = read_snapshot(tmp_path / "partial").files["supabase/migrations/1_a.sql"]
    assert "partial clone" in file.fault
    assert file.text == ""


def test_variables_of_a_surrounding_git_command_do_not_redirect(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = repository(tmp_path / "other", {"supabase/migrations/9_z.sql": "select 9;"})
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other / ".git/objects"))
    assert set(read_snapshot(root).paths) == set(FILES)
    assert set(read_snapshot(root, worktree=True).paths) == set(FILES)
    assert os.environ["GIT_DIR"] == str(other / ".git")


def test_replaced_objects_are_read_as_they_were_committed(root: Path) -> None:
    blob = git(root, "rev-parse", "HEAD:supabase/migrations/1_a.sql")
    other = git(root, "hash-object", "-w", "--stdin", stdin=b"-- nothing to see\n")
    git(root, "replace", blob, other)
    assert read_snapshot(root).text("supabase/migrations/1_a.sql") == "create table a ();\n"


def test_submodules_are_named_and_not_read(root: Path) -> None:
    head = git(root, "rev-parse", "HEAD")
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{head},vendor/lib")
    git(root, "commit", "-q", "--no-gpg-sign", "-m", "module")
    seen = read_snapshot(root)
    assert seen.submodules == ("vendor/lib",)
    assert "vendor/lib" not in seen.paths
    (root / "vendor/lib").mkdir(parents=True)
    assert read_snapshot(root, worktree=True).submodules == ("vendor/lib",)

"""Where drafts lie: with git, out of the work tree."""

from pathlib import Path

from gitrepos import git, init, repository

from checklists.repo.repository import private_folder


def test_it_lies_under_gits_directory(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {"supabase/seed.sql": ""})
    assert private_folder(repo) == repo / ".git" / "counterseal"
    assert private_folder(repo / "supabase") == repo / ".git" / "counterseal"
    git(repo, "worktree", "add", "--quiet", str(tmp_path / "second"), "-b", "second")
    assert private_folder(tmp_path / "second") == repo / ".git" / "worktrees" / "second" / "counterseal"


def test_there_is_none_outside_of_a_repo(tmp_path: Path) -> None:
    assert private_folder(tmp_path) is None
    assert private_folder(init(tmp_path / "empty")) == tmp_path / "empty" / ".git" / "counterseal"

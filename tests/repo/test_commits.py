"""What a commit holds, asked of a real repo."""

from pathlib import Path

import pytest
from gitrepos import commit, git, write
from sealing import FILES, make_repo

from checklists.errors import RepositoryError
from checklists.repo.commits import commit_named, file_at, list_scope


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make_repo(tmp_path / "repo")


def test_a_scope_is_listed_as_git_lists_it(repo: Path) -> None:
    head = git(repo, "rev-parse", "HEAD")
    listing = list_scope(repo, head, ("supabase", "it's $HOME"))
    paths = [entry.split(b"\t")[1].decode() for entry in listing.split(b"\0") if entry]
    wanted = [path for path in FILES if path.startswith(("supabase/", "it's $HOME/"))]
    assert sorted(paths) == sorted(wanted)
    with pytest.raises(RepositoryError, match="git cannot list commit ffffffffffff"):
        list_scope(repo, "f" * 40, ("supabase",))


def test_commits_and_files_are_named_or_missing(repo: Path) -> None:
    first = git(repo, "rev-parse", "HEAD")
    write(repo, {"README.md": "# More\n"})
    second = commit(repo)
    assert commit_named(repo, "HEAD") == (second, git(repo, "rev-parse", "HEAD^{tree}"))
    assert commit_named(repo, "nowhere") is None
    assert commit_named(repo, "--all") is None
    assert file_at(repo, first, "README.md") == b"# Sample\n"
    assert file_at(repo, first, "missing") is None

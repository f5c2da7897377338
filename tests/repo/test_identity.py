"""Who reviews, read from git's configuration without running anything that a repo names."""

from pathlib import Path

import pytest
from gitrepos import commit, git, write
from sealing import EMAIL, FILES, make_repo

from checklists.errors import RepositoryError
from checklists.repo.identity import commit_named, file_at, identity, list_scope, private_folder


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return make_repo(tmp_path / "repo")


def test_the_repo_gives_values_and_the_user_gives_programs(repo: Path) -> None:
    git(repo, "config", "--global", "gpg.ssh.program", "/opt/agent/sign")
    git(repo, "config", "gpg.ssh.program", "/tmp/evil")
    git(repo, "config", "gpg.program", "/tmp/evil")
    git(repo, "config", "gpg.ssh.allowedSignersFile", "/tmp/evil")
    git(repo, "config", "gpg.format", "ssh")
    git(repo, "config", "user.signingkey", "~/.ssh/work")
    who = identity(repo)
    assert (who.name, who.email) == ("Rae Viewer", EMAIL)
    assert (who.signing_format, who.signing_key) == ("ssh", "~/.ssh/work")
    assert (who.ssh_program, who.gpg_program, who.allowed_signers) == ("/opt/agent/sign", "gpg", "")


def test_an_include_of_the_repo_is_not_followed(repo: Path, tmp_path: Path) -> None:
    (tmp_path / "more").write_text("[user]\n  email = other@example.org\n")
    git(repo, "config", "include.path", str(tmp_path / "more"))
    assert identity(repo).email == EMAIL


def test_the_users_include_by_folder_is(repo: Path, tmp_path: Path) -> None:
    (tmp_path / "work").write_text("[user]\n  email = work@example.org\n")
    git(repo, "config", "--global", f"includeIf.gitdir:{repo}/.path", str(tmp_path / "work"))
    assert identity(repo).email == "work@example.org"


def test_without_configuration_values_are_empty(tmp_path: Path) -> None:
    who = identity(tmp_path)
    assert (who.name, who.email, who.signing_key, who.signing_format) == ("", "", "", "openpgp")


def test_drafts_lie_under_gits_directory(repo: Path, tmp_path: Path) -> None:
    assert private_folder(repo) == repo / ".git" / "counterseal"
    assert private_folder(repo / "supabase") == repo / ".git" / "counterseal"
    git(repo, "worktree", "add", "--quiet", str(tmp_path / "second"), "-b", "second")
    assert private_folder(tmp_path / "second") == repo / ".git" / "worktrees" / "second" / "counterseal"
    assert private_folder(tmp_path) is None


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

"""Who reviews, read from git's configuration without running anything that a repo names."""

from pathlib import Path

import pytest
from gitrepos import git
from sealing import EMAIL, make_repo

from checklists.repo.identity import identity


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

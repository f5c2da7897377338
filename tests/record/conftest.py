"""A sealed review of a real repo, and the people who may have sealed it."""

import shutil
from pathlib import Path

import pytest
from gitrepos import git
from sealing import Bench, make_key, make_repo, signers_file
from team import ADA, RAE, SAM, Approved, make_team, signed_off


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    repo = make_repo(tmp_path / "repo")
    key = make_key(tmp_path / "keys")
    return Bench(repo, key, signers_file(tmp_path / "keys", key), tmp_path / "drafts")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Approved:
    folder = tmp_path_factory.mktemp("team")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"):
            patch.setenv(name, str(folder / "home"))
        patch.setenv("GIT_CONFIG_SYSTEM", "/dev/null")
        patch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
        team = make_team(folder)
        signed_off(team)
        git(folder, "clone", "-q", str(team.origin), "approved")
        git(folder / "approved", "branch", "-q", "work", "origin/work")
    return Approved(folder / "approved", {RAE: team.rae.key, SAM: team.sam.key, ADA: team.ada.key})


@pytest.fixture
def approved(template: Approved, tmp_path: Path) -> Approved:
    shutil.copytree(template.repo, tmp_path / "repo")
    return Approved(tmp_path / "repo", template.keys)

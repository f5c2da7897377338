"""A sealed review of a real repo, and the people who may have sealed it."""

from pathlib import Path

import pytest
from sealing import Bench, make_key, make_repo, signers_file


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    repo = make_repo(tmp_path / "repo")
    key = make_key(tmp_path / "keys")
    return Bench(repo, key, signers_file(tmp_path / "keys", key), tmp_path / "drafts")

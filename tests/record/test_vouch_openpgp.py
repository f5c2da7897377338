"""An OpenPGP signature at the gate: the base's key for that very address, and no keyring of the user's."""

import shutil
import subprocess
from pathlib import Path

import pytest
from mutations import PATH, RECORD, REVIEWER

from checklists.record.allowed import allowed
from checklists.record.gate.base import Base
from checklists.record.gate.collect import Candidate
from checklists.record.gate.vouch import Refused, Vouched, vouch
from checklists.record.keys import Key, Scheme
from checklists.record.policy import Policy
from checklists.record.signing import sign

pytestmark = pytest.mark.skipif(shutil.which("gpg") is None, reason="GnuPG is not installed")


@pytest.fixture
def gnupg(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path_factory.mktemp("g")
    home.chmod(0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    command = ["gpg", "--batch", "--quiet", "--passphrase", "", "--quick-gen-key"]
    subprocess.run([*command, f"Rae <{REVIEWER}>", "ed25519", "sign"], check=True, capture_output=True)


def base(keys: dict[str, bytes]) -> Base:
    return Base("main", "0" * 40, Policy(), "", allowed(""), b"", keys)


def test_only_the_key_of_that_address_counts(
    gnupg: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signature = sign(RECORD, Key(Scheme.OPENPGP, REVIEWER, "gpg"))
    exported = subprocess.run(
        ["gpg", "--armor", "--export", REVIEWER], capture_output=True, check=True
    ).stdout
    subprocess.run(["gpgconf", "--kill", "all"], check=False)
    monkeypatch.setenv("GNUPGHOME", str(tmp_path / "none"))
    said = vouch(Candidate(PATH, RECORD, signature), base({REVIEWER: exported}))
    assert isinstance(said, Vouched)
    assert said.key.startswith("OPENPGP:")
    for data, keys, why in (
        (RECORD, {}, "the base has no OpenPGP key for rae@example.org"),
        (RECORD, {"sam@example.org": exported}, "the base has no OpenPGP key for rae@example.org"),
        (RECORD, {REVIEWER: b"no key"}, "the key is not in your keyring"),
        (RECORD.replace(b'"Rae"', b'"Ray"'), {REVIEWER: exported}, "not over these bytes"),
    ):
        refused = vouch(Candidate(PATH, data, signature), base(keys))
        assert isinstance(refused, Refused)
        assert why in refused.because

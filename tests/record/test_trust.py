"""Lines of a signers file: which count, and what may be added."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealing import make_key

from checklists.errors import RecordError
from checklists.record.allowed import SignerLine, allowed, fingerprint, signer_lines
from checklists.record.trust import (
    HEADER,
    check_signers,
    keys_of,
    public_key,
    trusted,
    with_revoked,
    with_signer,
)

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1nIGQ0jMSpJJ9p1C6bmN0FzjL3NqS1TgQkH7tYw1Kx"
OTHER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIP1nIGQ0jMSpJJ9p1C6bmN0FzjL3NqS1TgQkH7tYw1Kx"
REVIEW = 'namespaces="counterseal-review"'


def test_a_line_in_all_its_parts() -> None:
    text = f'"a@x.org,b@x.org" valid-after="20250101",NAMESPACES="git,counterseal-review" {KEY} a comment\n'
    (line,) = signer_lines(text)
    assert isinstance(line, SignerLine)
    assert line.principals == ("a@x.org", "b@x.org")
    assert (line.namespaces, line.key, line.fault()) == (("git", "counterseal-review"), KEY, "")
    assert allowed(text).of("b@x.org") == text
    assert allowed(text).of("c@x.org") == ""


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("a@x.org", "it is not `principals options key`"),
        (f"*@x.org {REVIEW} {KEY}", "a pattern"),
        (f"a@x.org,!b@x.org {REVIEW} {KEY}", "a pattern"),
        (f"a@x.org {KEY}", "lacks namespaces"),
        (f'a@x.org namespaces="*" {KEY}', "do not name counterseal-review"),
        (f"a@x.org Cert-Authority,{REVIEW} {KEY}", "an authority"),
        (f"a@x.org {REVIEW} ssh-ed25519 !!!!", "its key cannot be read"),
        (f"a@x.org {REVIEW} ssh-ed25519 AAAA\ufffd", "its key cannot be read"),
    ],
)
def test_a_line_that_does_not_count(line: str, why: str) -> None:
    found = allowed(f"# comment\n\n{line}\n")
    assert found.lines == ()
    assert found.refused[0][0] == 3
    assert why in found.refused[0][1]


@given(st.text(max_size=200))
def test_no_text_stops_the_reader(text: str) -> None:
    assert len(allowed(text).lines) + len(allowed(text).refused) <= len(text.splitlines())


def test_the_fingerprint_is_that_of_ssh_keygen(tmp_path: Path) -> None:
    key = make_key(tmp_path)
    said = subprocess.run(["ssh-keygen", "-l", "-f", key], capture_output=True, text=True, check=True).stdout
    assert fingerprint(key.with_suffix(".pub").read_text()) == said.split()[1]


def test_adding_a_signer() -> None:
    text = with_signer("", "a@x.org", KEY)
    assert text == f'{HEADER}a@x.org namespaces="counterseal-review" {KEY}\n'
    assert with_signer(text, "a@x.org", KEY) == text
    both = with_signer(text.rstrip("\n"), "b@x.org", OTHER)
    assert [line.principals[0] for line in allowed(both).lines] == ["a@x.org", "b@x.org"]
    with pytest.raises(RecordError, match="with other namespaces"):
        with_signer(text, "a@x.org", KEY, ("counterseal-review", "counterseal-break-glass"))


@pytest.mark.parametrize("principal", ["*", "*@x.org", "a@x.org,b@x.org", "!a@x.org", "", "a b"])
def test_a_principal_that_is_more_than_one_person(principal: str) -> None:
    with pytest.raises(RecordError):
        with_signer("", principal, KEY)


@pytest.mark.parametrize("line", [f"* {REVIEW} {KEY}", f"a@x.org {KEY}"])
def test_a_file_that_lets_too_much_sign_is_not_added_to(line: str) -> None:
    with pytest.raises(RecordError, match="Line 2 of the signers file does not count"):
        with_signer(f"# ours\n{line}\n", "b@x.org", OTHER)


def test_a_line_for_another_purpose_is_left_alone() -> None:
    check_signers(f'a@x.org namespaces="git" {KEY}\n')


def test_revoking() -> None:
    text = with_signer(with_signer("", "a@x.org", KEY), "a@x.org", OTHER)
    assert keys_of(text, "a@x.org") == (KEY, OTHER)
    assert keys_of(text, fingerprint(OTHER)) == (OTHER,)
    revoked = with_revoked("# gone", (KEY,))
    assert revoked == f"# gone\n{KEY}\n"
    assert with_revoked(revoked, (KEY,)) == revoked
    assert [each.revoked for each in trusted(text, revoked)] == [True, False]


def test_a_key_is_read_from_a_file_or_as_it_is(tmp_path: Path) -> None:
    key = make_key(tmp_path)
    written = key.with_suffix(".pub").read_text().strip()
    assert public_key(str(key.with_suffix(".pub"))) == public_key(written) == written
    with pytest.raises(RecordError, match="is a private key"):
        public_key(str(key))
    for bad in ("nothing", "ssh-ed25519 ????"):
        with pytest.raises(RecordError):
            public_key(bad)

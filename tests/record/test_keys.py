"""Which key signs, and that each kind of it makes a signature that verifies."""

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from gitrepos import git
from sealing import EMAIL, TODAY, Bench, complete, make_key

from checklists.errors import RecordError, SigningError
from checklists.model import Answer, Outcome, Verdict
from checklists.record.facts import Standing, exit_status
from checklists.record.keys import Key, Scheme, check_key, choose_key
from checklists.record.principal import signers_for
from checklists.record.seal import seal
from checklists.record.sealer import RepoSealer
from checklists.record.signing import public_key_of, sign, why_not_vouched
from checklists.record.statement import noted_reason
from checklists.record.verify import Against, verify
from checklists.repo.identity import Identity
from checklists.review.store import DraftStore

NOBODY = Identity("", "", "openpgp", "", "ssh-keygen", "gpg", "")


def test_a_named_key_comes_first(tmp_path: Path) -> None:
    key = make_key(tmp_path)
    who = replace(NOBODY, signing_format="x509", signing_key="whatever")
    assert choose_key(who, tmp_path, key) == Key(Scheme.SSH, str(key), "ssh-keygen")


@pytest.mark.parametrize(
    ("who", "complaint"),
    [
        (NOBODY, "git has no user.signingkey"),
        (replace(NOBODY, signing_format="ssh"), "git has no user.signingkey"),
        (replace(NOBODY, signing_format="ssh", signing_key="~/.ssh/missing"), "which is not there"),
        (replace(NOBODY, signing_format="x509", signing_key="x"), "gpg.format x509, which cannot sign"),
    ],
)
def test_without_a_usable_key_the_way_to_one_is_named(tmp_path: Path, who: Identity, complaint: str) -> None:
    with pytest.raises(SigningError, match=complaint) as caught:
        choose_key(who, tmp_path)
    assert "--key" in caught.value.hint


def test_gits_own_key_is_a_path_or_a_literal_or_an_openpgp_id(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    key = make_key(tmp_path)
    ssh = replace(NOBODY, signing_format="ssh", ssh_program="/opt/sign")
    assert choose_key(replace(ssh, signing_key="~/key"), tmp_path) == Key(Scheme.SSH, str(key), "/opt/sign")
    for literal in ("key::ssh-ed25519 AAAA me", "ssh-ed25519 AAAA me"):
        assert choose_key(replace(ssh, signing_key=literal), tmp_path).literal == "ssh-ed25519 AAAA me"
    chosen = choose_key(replace(NOBODY, signing_key="ABCD"), tmp_path)
    assert (chosen.scheme, chosen.name, chosen.program) == (Scheme.OPENPGP, "ABCD", "gpg")


@pytest.fixture
def agent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    socket = tmp_path / "agent"
    running = subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.PIPE)
    assert running.stdout is not None
    try:
        running.stdout.readline()
        monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
        yield
    finally:
        running.terminate()
        running.wait()
        running.stdout.close()


@pytest.mark.usefixtures("agent")
def test_a_key_that_only_an_agent_holds(tmp_path: Path) -> None:
    key = make_key(tmp_path / "keys")
    public = key.with_suffix(".pub").read_text().strip()
    subprocess.run(["ssh-add", "-q", key], check=True)
    key.unlink()
    literal = Key(Scheme.SSH, "", "ssh-keygen", literal=public)
    as_file = Key(Scheme.SSH, str(key.with_suffix(".pub")), "ssh-keygen")
    for each in (literal, as_file):
        assert why_not_vouched(b"data", sign(b"data", each), EMAIL, f"{EMAIL} {public}") == ""
        assert public_key_of(each) == public


def test_a_key_with_a_passphrase_and_nobody_to_type_it(tmp_path: Path) -> None:
    key = make_key(tmp_path)
    subprocess.run(["ssh-keygen", "-q", "-p", "-N", "secret", "-f", key], check=True, capture_output=True)
    with pytest.raises(SigningError, match="has a passphrase, no agent holds it, and there is no") as caught:
        sign(b"data", Key(Scheme.SSH, str(key), "ssh-keygen"))
    assert f"ssh-add {key}" in caught.value.hint


@pytest.mark.parametrize(
    ("typed", "said"), [(b"secret\n", b"SSH SIGNATURE"), (b"wrong\n", b"not the passphrase")]
)
def test_a_passphrase_is_asked_for_on_the_terminal(tmp_path: Path, typed: bytes, said: bytes) -> None:
    key = make_key(tmp_path)
    subprocess.run(["ssh-keygen", "-q", "-p", "-N", "secret", "-f", key], check=True, capture_output=True)
    code = (
        "from checklists.record.keys import Key, Scheme\n"
        "from checklists.record.signing import sign\n"
        f"print(sign(b'data', Key(Scheme.SSH, {str(key)!r}, 'ssh-keygen')).decode())\n"
    )
    child, terminal = pty.fork()
    if child == 0:  # pragma: no cover - the program itself
        os.environ["PYTHONPATH"] = str(Path(__file__).parents[2])
        os.execv(sys.executable, [sys.executable, "-c", code])
    printed, answered = b"", False
    with suppress(OSError):  # the terminal is gone with the program
        while more := os.read(terminal, 4096):
            printed += more
            if b"passphrase:" in printed and not answered:
                answered = True
                os.write(terminal, typed)
    os.waitpid(child, 0)
    os.close(terminal)
    assert answered
    assert said in printed


def test_what_cannot_sign_is_told_before_anything_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = make_key(tmp_path)
    for name in ("key", "key.pub"):
        chosen = Key(Scheme.SSH, str(tmp_path / name), "ssh-keygen")
        assert check_key(chosen) is chosen
    (tmp_path / "notes").write_text("# Notes\n")
    with pytest.raises(SigningError, match="notes does not hold an SSH key") as caught:
        check_key(Key(Scheme.SSH, str(tmp_path / "notes"), "ssh-keygen"))
    assert "ssh-keygen -t ed25519" in caught.value.hint
    with pytest.raises(SigningError, match="cannot be read: Is a directory"):
        check_key(Key(Scheme.SSH, str(tmp_path), "ssh-keygen"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SigningError, match="ssh-keygen is not installed"):
        check_key(Key(Scheme.SSH, str(key), "ssh-keygen"))
    with pytest.raises(SigningError, match="gpg is not installed"):
        check_key(Key(Scheme.OPENPGP, "ABCD", "gpg"))


def test_what_was_shown_is_what_is_signed(bench: Bench) -> None:
    git(bench.repo, "config", "--global", "gpg.format", "ssh")
    git(bench.repo, "config", "--global", "user.signingkey", str(bench.key))
    project = bench.project
    draft = complete(DraftStore(bench.drafts), project)
    sealer = RepoSealer(project, role="security-auditor")
    assert (sealer.reviewer, sealer.key) == (EMAIL, str(bench.key))
    assert sealer.open_items(draft) == ()
    with pytest.raises(RecordError, match="so an approval needs a reason"):
        sealer.page(draft, "approve")
    page, sentence = sealer.page(draft, "reject", "No"), sealer.sentence(draft, "reject", "No")
    assert "as it is" in sealer.sentence(draft, "approve", "Good as it is")
    record, signature, written, _ = sealer.seal(draft, "reject", "No")
    assert written.read_text("utf-8") == page
    assert f"statement = {sentence!r}".replace("'", '"') in record.read_text("utf-8")
    assert "as security-auditor" in sentence
    assert signature.name == f"{record.name}.sig"
    assert exit_status(verify(record, Against(bench.signers), today=TODAY)) == 0


def test_a_rejection_needs_a_reason_of_its_own(bench: Bench) -> None:
    git(bench.repo, "config", "--global", "gpg.format", "ssh")
    git(bench.repo, "config", "--global", "user.signingkey", str(bench.key))
    given = {"n-plus-one": Answer(Outcome.FAIL, Verdict.PASS, note="Seen in the\nlog of *staging*.")}
    draft = complete(DraftStore(bench.drafts), bench.project, given)
    draft = replace(draft, review=replace(draft.review, notes={"rls-enabled": "On both tables."}))
    sealer = RepoSealer(bench.project)
    assert noted_reason(draft.review) == "n-plus-one: Seen in the log of *staging*."
    assert sealer.prepared(draft, "reject", "Mine").record.reason == "Mine"
    for verdict, message in (("reject", "A rejection needs a reason"), ("approve", "so an approval needs a")):
        with pytest.raises(RecordError, match=message):
            sealer.prepared(draft, verdict)


def test_the_page_can_be_read_before_there_is_a_key(bench: Bench) -> None:
    draft = complete(DraftStore(bench.drafts), bench.project)
    sealer = RepoSealer(bench.project)
    assert sealer.key == ""
    assert str(sealer.missing) == "There is no key to sign with: git has no user.signingkey."
    assert ": commented on\n" in sealer.page(draft, "comment")
    with pytest.raises(SigningError, match=r"no user\.signingkey"):
        sealer.seal(draft, "comment")
    assert not (bench.repo / ".counterseal").exists()


@pytest.fixture
def gnupg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    home = tmp_path / "g"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    command = ["gpg", "--batch", "--quiet", "--passphrase", "", "--quick-gen-key"]
    subprocess.run([*command, f"Rae Viewer <{EMAIL}>", "ed25519", "sign"], check=True, capture_output=True)
    yield home
    subprocess.run(["gpgconf", "--kill", "all"], check=False, capture_output=True)


def test_an_openpgp_record(
    bench: Bench, gnupg: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = seal(bench.prepared(), Key(Scheme.OPENPGP, EMAIL, "gpg"))
    assert sealed.signature.read_bytes().startswith(b"-----BEGIN PGP SIGNATURE-----")
    facts = verify(sealed.record, Against(), today=TODAY)
    assert exit_status(facts) == 0
    assert {f.name: f.standing for f in facts}["signer"] is Standing.HOLDS
    before = sealed.record.read_bytes()
    sealed.record.write_bytes(before.replace(b"approve", b"aqprove", 1))
    changed = verify(sealed.record, Against(), today=TODAY)
    assert [f.about for f in changed if f.name == "signature"] == ["not over these bytes"]
    sealed.record.write_bytes(before)
    sealed.signature.write_bytes(b"-----BEGIN PGP SIGNATURE-----\n\n-----END PGP SIGNATURE-----\n")
    assert exit_status(verify(sealed.record, Against(), today=TODAY)) == 1
    seal(bench.prepared(), Key(Scheme.OPENPGP, EMAIL, "gpg"))
    other = tmp_path / "o"
    other.mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(other))
    second = sealed.record.with_name(f"{EMAIL}-2.toml")
    facts = verify(second, Against(), today=TODAY)
    assert [f.about for f in facts if f.name == "signature"] == ["the key is not in your keyring"]
    assert exit_status(facts) == 2


def test_an_openpgp_key_of_somebody_else(bench: Bench, gnupg: Path) -> None:
    prepared = bench.prepared()
    data = prepared.toml.replace(EMAIL.encode(), b"another@example.org")
    sealed = seal(replace(prepared, toml=data), Key(Scheme.OPENPGP, EMAIL, "gpg"))
    facts = verify(sealed.record, Against(), today=TODAY)
    assert [f.about for f in facts if f.name == "signer"] == [
        f"the key belongs to {EMAIL}, and the record names another@example.org"
    ]


def test_lines_for_one_person() -> None:
    text = (
        '# comment\n\na@x ssh-ed25519 K1\n"a@x,b@x" ssh-ed25519 K2\nab@x ssh-ed25519 K3\n*@x ssh-ed25519 K4\n'
    )
    found = signers_for(text, "a@x")
    assert found.lines == ("a@x ssh-ed25519 K1", '"a@x,b@x" ssh-ed25519 K2')
    assert found.wildcards == (6,)

"""A team with an origin, a clone for each, and keys: what the gate is asked in the course of a change."""

import os
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from gitrepos import commit, git, repository, write
from sealing import make_key

from checklists.record.gate.decide import Gate, gate
from checklists.record.gate.requirement import Requirement
from checklists.record.keys import Key, Scheme
from checklists.record.model import Record
from checklists.record.signing import sign
from checklists.record.toml import from_bytes, to_bytes
from tui.cli import cli

MIGRATION = "supabase/migrations/20240101000000_init.sql"
SOURCE = "app/actions.ts"
FILES = {
    MIGRATION: (
        "create table public.notes (id uuid primary key default gen_random_uuid(),\n"
        "  owner uuid not null default auth.uid(), body text not null);\n"
        "alter table public.notes enable row level security;\n"
        "create policy mine on public.notes for all to authenticated\n"
        "  using (owner = (select auth.uid())) with check (owner = (select auth.uid()));\n"
    ),
    SOURCE: "'use server'\nexport async function ping() { return 'pong' }\n",
    "README.md": "# Notes\n",
}
RAE, SAM, ADA = "rae@example.org", "sam@example.org", "ada@example.org"
ANSWERS = "1\nLooked at.\n" * 200


@dataclass
class Person:
    """Somebody with a clone, a git configuration and a key."""

    email: str
    clone: Path
    key: Path
    config: Path

    def __call__(self, *words: str | Path, given: str = "") -> Result:
        """Run counterseal as this person."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("GIT_CONFIG_GLOBAL", str(self.config))
            return CliRunner().invoke(cli, list(map(str, words)), input=given)

    def git(self, *arguments: str) -> str:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("GIT_CONFIG_GLOBAL", str(self.config))
            return git(self.clone, *arguments)

    def fetch(self, branch: str = "work") -> None:
        """Have the newest state of a branch."""
        self.git("fetch", "-q", "origin")
        self.git("checkout", "-q", "-B", branch, f"origin/{branch}")

    def answer_all(self) -> None:
        done = self("review", self.clone, "--plain", given=ANSWERS)
        assert "\n0 of " in done.output, done.output

    def seal(self, *more: str) -> Path:
        """Seal an approval, or what `more` says; the record."""
        done = self("seal", self.clone, "--key", self.key, "--verdict", "approve", "--yes", *more)
        assert done.exit_code == 0, done.output
        line = next(line for line in done.output.splitlines() if line.endswith(".toml"))
        return Path(line.removeprefix("Wrote "))

    def push(self, message: str = "the record", branch: str = "work") -> str:
        """Commit everything that lies there and push it."""
        name = commit(self.clone, message)
        self.git("push", "-q", "origin", f"HEAD:refs/heads/{branch}")
        return name


@dataclass
class Team:
    """`origin` has the protected branch main; changes are on work."""

    origin: Path
    ada: Person
    rae: Person
    sam: Person

    def gate(self, rev: str = "origin/work", now: datetime | None = None) -> Gate:
        """The gate as CI asks it, in a clone of its own."""
        place = self.origin.parent / "ci"
        if not place.exists():
            git(self.origin.parent, "clone", "-q", str(self.origin), "ci")
        git(place, "fetch", "-q", "origin")
        return gate(place, rev=rev, base="origin/main", now=now or datetime.now(UTC))


def closed(said: Gate) -> dict[str, Requirement]:
    """The requirements that do not hold, by name."""
    assert said.open is not any(not each.holds for each in said.requirements) or said.glass
    return {each.name: each for each in said.requirements if not each.holds}


def make_person(folder: Path, email: str, origin: Path) -> Person:
    name = email.partition("@")[0]
    key = make_key(folder / "keys", name)
    config = folder / f"{name}.gitconfig"
    config.write_text(
        f"[user]\n\tname = {name.title()}\n\temail = {email}\n\tsigningkey = {key}\n[gpg]\n\tformat = ssh\n"
    )
    git(folder, "clone", "-q", str(origin), name)
    return Person(email, folder / name, key, config)


def make_team(folder: Path) -> Team:
    """Three people, and a repo that has been set up for the gate on main."""
    start = repository(folder / "start", FILES)
    git(folder, "clone", "-q", "--bare", str(start), "origin.git")
    origin = folder / "origin.git"
    team = Team(origin, *(make_person(folder, email, origin) for email in (ADA, RAE, SAM)))
    ada = team.ada
    assert ada("init", ada.clone, "--yes", "--key", public(team.rae)).exit_code == 0
    signers = ada.clone / ".counterseal/allowed_signers"
    signers.write_text("")
    for person in (team.rae, team.sam):
        added = ada("trust", "add", person.email, "--key", public(person), "--repo", ada.clone)
        assert added.exit_code == 0, added.output
    ada.push("Set up the gate", "main")
    ada.git("checkout", "-q", "-b", "work")
    write(ada.clone, {SOURCE: FILES[SOURCE] + "export async function pong() { return 'ping' }\n"})
    ada.push("Answer pings")
    for person in (team.rae, team.sam):
        person.fetch()
    return team


def public(person: Person) -> str:
    return person.key.with_name(f"{person.key.name}.pub").read_text().strip()


def signed_off(team: Team) -> None:
    """Both reviewers have approved what is on work."""
    for person, role in ((team.rae, "code-reviewer"), (team.sam, "security-auditor")):
        person.fetch()
        person.answer_all()
        person.seal("--role", role)
        person.push()


def ssh_keygen(*arguments: str | Path, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = ["ssh-keygen", *map(str, arguments)]
    return subprocess.run(command, input=data, capture_output=True, check=False, env=dict(os.environ))


@dataclass
class Approved:
    """A repo whose branch `work` both reviewers approved of; `keys` are theirs, by address."""

    repo: Path
    keys: dict[str, Path]

    def gate(self, rev: str = "work", **more: object) -> Gate:
        now = more.pop("now", datetime.now(UTC))
        return gate(self.repo, rev=rev, base="main", now=now, **more)  # type: ignore[arg-type]

    def on(self, branch: str, files: dict[str, str | bytes], message: str = "more") -> None:
        """Commit files on a branch."""
        git(self.repo, "checkout", "-q", branch)
        write(self.repo, files)
        commit(self.repo, message)
        git(self.repo, "checkout", "-q", "main")

    def record(self, who: str) -> tuple[str, Record]:
        """Somebody's record on `work`: its path and its value."""
        paths = git(self.repo, "ls-tree", "-r", "--name-only", "work", ".counterseal/reviews").splitlines()
        path = next(each for each in paths if each.endswith(f"{who}-1.toml"))
        return path, from_bytes(git(self.repo, "show", f"work:{path}").encode() + b"\n")

    def sealed(self, record: Record, key: Path, namespace: str = "counterseal-review") -> dict[str, bytes]:
        """Any record, signed by any key, under the name that it should have."""
        data = to_bytes(record)
        stem = record.record_id.rpartition("/")[2]
        path = f".counterseal/reviews/{record.subject.commit[:12]}/{stem}.toml"
        return {path: data, f"{path}.sig": sign(data, Key(Scheme.SSH, str(key), "ssh-keygen"), namespace)}

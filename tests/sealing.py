"""Reviews of real repos that are ready to be sealed, and keys to do it with."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from gitrepos import git, repository

from checklists.catalogue import items
from checklists.checks.project import Project
from checklists.model import (
    Answer,
    Confidence,
    Finding,
    Gap,
    Item,
    Location,
    Outcome,
    Report,
    Severity,
    Status,
    Suggestion,
    Verdict,
)
from checklists.record.keys import Key, Scheme
from checklists.record.model import Decision, Reviewer
from checklists.record.seal import Prepared, Sealed, prepare, seal
from checklists.repo.layout import find_layout
from checklists.repo.snapshot import read_snapshot
from checklists.review.draft import Draft
from checklists.review.state import Review, decide
from checklists.review.store import DraftStore
from checklists.review.suggesting import suggest
from checklists.sql.schema import Schema
from checklists.ts.index import SourceIndex

EMAIL = "reviewer@example.org"
TODAY = date(2026, 3, 1)
AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MIGRATIONS = {
    "supabase/migrations/20240101000000_init.sql": "create table public.tenders (id uuid primary key);\n",
    "supabase/migrations/20240102000000_é ü.sql": "alter table public.tenders enable row level security;\n",
}
SOURCES = {
    "app/(group)/[id]/actions.ts": "'use server'\nexport async function save() {}\n",
    "it's $HOME/page.ts": "export const page = 1\n",
}
FILES = {**MIGRATIONS, **SOURCES, "README.md": "# Sample\n"}
FINDING = Finding(
    "rls_off", "rls-enabled", ("rls-enabled", "permissive-policies"), "table:public.tenders",
    Location("supabase/migrations/20240101000000_init.sql", 1, 1), Severity.BLOCKER, Confidence.HIGH,
    "Table public.tenders has no RLS.", "Enable it.",
)  # fmt: skip
REASON = "The table goes with the next migration."
REPORTS = (
    Report("rls_off", "rls-enabled", FINDING.items, Status.FLAGGED, (FINDING,), examined=(("tables", 1),)),
    Report(
        "dynamic_sql", "sql-injection", ("injection-impossible",), Status.UNDETERMINED,
        gaps=(Gap("file:app/x.ts", "it does not parse", Location("app/(group)/[id]/actions.ts", 1, 1)),),
    ),
    Report("select_star", "select-star", ("select-star",), Status.CLEAR, examined=(("queries", 7),)),
)  # fmt: skip


def make_repo(folder: Path, files: Mapping[str, str] = FILES) -> Path:
    """A repo of one commit, and the reviewer's name in git's global configuration."""
    repository(folder, files)
    git(folder, "config", "--global", "user.name", "Rae Viewer")
    git(folder, "config", "--global", "user.email", EMAIL)
    return folder


def make_key(folder: Path, name: str = "key") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    key = folder / name
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key)]
    subprocess.run(command, check=True)
    return key


def signers_file(folder: Path, key: Path, principal: str = EMAIL, options: str = "") -> Path:
    public = key.with_name(f"{key.name}.pub").read_text("utf-8")
    file = folder / "signers"
    file.write_text(f"{principal} {options}{public}", "utf-8")
    return file


def read_project(repo: Path, schema: Schema | None = None) -> Project:
    """The repo, without reading what its SQL and TypeScript say."""
    snapshot = read_snapshot(repo)
    return Project(snapshot, find_layout(snapshot), schema or Schema(), SourceIndex())


def suggestions(reports: tuple[Report, ...] = REPORTS) -> dict[str, Suggestion]:
    return {item.id: suggest(item, reports) for item in items()}


def answered(review: Review, item: Item | str, answer: Answer | None = None) -> Review:
    """An answer that the review takes: the one given, or agreement, or words where that is not enough."""
    name = item if isinstance(item, str) else item.id
    said = review.suggestions[name].verdict
    if answer is None and said is Verdict.UNDETERMINED:
        answer = Answer(Outcome.PASS, said, note="Looked at by hand.")
    return decide(review, name, answer or Answer(Outcome(said.value), said), today=TODAY)


def complete(store: DraftStore, project: Project, given: Mapping[str, Answer] | None = None) -> Draft:
    """A draft with every item answered."""

    def change(review: Review) -> Review:
        for name in review.items:
            review = answered(review, name, (given or {}).get(name))
        return review

    return store.update(store.open(suggestions(), project.snapshot.subject), change)


def run_bash(script: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **variables}
    command = ["bash", "--noprofile", "--norc", "-c", script]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@dataclass(frozen=True)
class Bench:
    """A repo with a complete draft, a key and a signers file that lists it."""

    repo: Path
    key: Path
    signers: Path
    drafts: Path

    @property
    def project(self) -> Project:
        return read_project(self.repo)

    def prepared(
        self,
        answers: dict[str, Answer] | None = None,
        decision: Decision = Decision.APPROVE,
        out: Path | None = None,
    ) -> Prepared:
        project = self.project
        draft = complete(DraftStore(self.drafts), project, answers)
        who = Reviewer(EMAIL, "Rae Viewer")
        return prepare(draft, project, who, decision, at=AT, out=out, reason=REASON)

    def sealed(
        self,
        answers: dict[str, Answer] | None = None,
        decision: Decision = Decision.APPROVE,
        out: Path | None = None,
    ) -> Sealed:
        key = Key(Scheme.SSH, str(self.key), "ssh-keygen")
        return seal(self.prepared(answers, decision, out), key)

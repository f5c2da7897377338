"""A small backend as literals: what the console shows in its tests and on its screenshots."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

from checklists.catalogue import items
from checklists.checks.project import Project
from checklists.errors import CountersealError
from checklists.model import Confidence, Finding, Gap, Location, Report, Severity, Status, Suggestion
from checklists.record.build import Frame, build
from checklists.record.markdown import markdown
from checklists.record.model import Decision, Record, Reviewer
from checklists.record.toml import to_bytes
from checklists.repo import Layout, Snapshot, SourceFile, Subject
from checklists.review.draft import Context, Draft, changed
from checklists.review.state import Review
from checklists.sql.schema import Command, Grant, Policy, Schema, Table
from checklists.ts.index import Endpoint, EndpointKind, SourceIndex
from tui.ports import Ports

TODAY = date(2026, 11, 23)
BIDS = "supabase/migrations/20260311094500_bids.sql"
ACTIONS = "app/actions/tenders.ts"

BIDS_SQL = """\
-- Bids, and the documents that come with them
create table public.bids (
  id uuid primary key default gen_random_uuid(),
  tender_id uuid not null references public.tenders (id),
  amount double precision not null,
  created_by uuid not null references auth.users (id)
);

create table public.bid_documents (
  id uuid primary key default gen_random_uuid(),
  bid_id uuid not null references public.bids (id),
  path text not null
);

-- Who may read the documents of a bid
alter table public.bid_documents
  enable row level security;

create policy "Enable read access for all users"
  on public.bid_documents
  as permissive
  for select
  to public
  using (true);

create policy "Enable delete for users"
  on public.bid_documents
  for delete
  to authenticated
  using (true);

create policy "Enable update for users"
  on public.bid_documents
  for update
  to authenticated
  using (true)
  with check (true);
"""

ACTIONS_TS = """\
'use server'

import { createClient } from '@/lib/supabase/server'

export async function withdrawBid(id: string) {
  const supabase = await createClient()
  // [bold]not bold[/bold] [@click=app.quit]not a link[/] \x1b]0;not a title\x07
  const { error } = await supabase.from('bids').delete().eq('id', id)
  if (error) return { error: error.message }
  return { ok: true }
}
"""

_GRANTS = tuple(
    Grant(role, verb)
    for role in ("anon", "authenticated")
    for verb in ("SELECT", "INSERT", "UPDATE", "DELETE")
)


def demo_project() -> Project:
    """Two tables, three policies, one server action."""
    policies = (
        Policy("public.bid_documents", "Enable read access for all users", Command.SELECT, ("public",),
               permissive=True, using="true", check=None, location=Location(BIDS, 19, 24)),
        Policy("public.bid_documents", "Enable delete for users", Command.DELETE, ("authenticated",),
               permissive=True, using="true", check=None, location=Location(BIDS, 26, 30)),
        Policy("public.bid_documents", "Enable update for users", Command.UPDATE, ("authenticated",),
               permissive=True, using="true", check="true", location=Location(BIDS, 32, 37)),
    )  # fmt: skip
    documents = Table(
        "public", "bid_documents", Location(BIDS, 9, 13), policies=policies, grants=_GRANTS, rls_enabled=True
    )
    bids = Table("public", "bids", Location(BIDS, 2, 7), grants=_GRANTS)
    files = {path: SourceFile(path, "0" * 40, text.encode(), text) for path, text in _FILES.items()}
    action = Endpoint(EndpointKind.ACTION, f"{ACTIONS}#withdrawBid", Location(ACTIONS, 5, 11), None)
    return Project(
        snapshot=Snapshot("", Subject("3f2a9c1" + "0" * 33, "1" * 40), files, frozenset(files)),
        layout=Layout("supabase", (BIDS,), sources=(ACTIONS,)),
        schema=Schema(tables={table.qualified: table for table in (documents, bids)}),
        sources=SourceIndex(endpoints=(action,)),
    )


_FILES = {BIDS: BIDS_SQL, ACTIONS: ACTIONS_TS}


def finding(
    check: str,
    item: str,
    name: str,
    place: Location,
    message: str,
    remedy: str,
    severity: Severity = Severity.HIGH,
) -> Finding:
    """A finding of one item."""
    return Finding(check, check, (item,), name, place, severity, Confidence.HIGH, message, remedy)


def demo_reports() -> tuple[Report, ...]:
    """One report an item: most clear, some flagged, two that need a person."""
    flagged = {each.items[0]: each for each in _flagged()}
    return tuple(flagged.get(item.id) or _clear(item.id, number) for number, item in enumerate(items()))


def _clear(item: str, number: int) -> Report:
    check = f"check_{number}"
    return Report(check, check, (item,), Status.CLEAR, examined=(("tables", 2),))


def _flagged() -> Iterator[Report]:
    yield _report(
        "permissive-policies", "policy_always_true",
        finding("policy_always_true", "permissive-policies",
                "policy:public.bid_documents/Enable delete for users", Location(BIDS, 26, 30),
                'Policy "Enable delete for users" is always true in its USING: signed-in users may '
                "delete any row of public.bid_documents, as if there were no policy.",
                'alter policy "Enable delete for users" on public.bid_documents to authenticated\n'
                "  using (created_by = (select auth.uid()));\n"
                "with the column that holds the row's owner.", Severity.BLOCKER),
        finding("policy_always_true", "permissive-policies",
                "policy:public.bid_documents/Enable update for users", Location(BIDS, 32, 37),
                'Policy "Enable update for users" is always true in its USING: signed-in users may '
                "update any row of public.bid_documents, as if there were no policy.",
                'alter policy "Enable update for users" on public.bid_documents to authenticated\n'
                "  using (created_by = (select auth.uid()));\n"
                "with the column that holds the row's owner.", Severity.BLOCKER),
        finding("policy_reads_all_rows", "permissive-policies",
                "policy:public.bid_documents/Enable read access for all users", Location(BIDS, 19, 24),
                'Policy "Enable read access for all users" hides nothing: anonymous visitors and signed-in '
                "users can read every row of public.bid_documents.",
                "Right for public data. Otherwise compare a column of the row with the caller, for example: "
                "using (created_by = (select auth.uid()))", Severity.INFO),
    )  # fmt: skip
    yield _report(
        "rls-enabled", "rls_disabled",
        finding("rls_disabled", "rls-enabled", "table:public.bids", Location(BIDS, 2, 7),
                "Anonymous visitors and signed-in users hold SELECT, INSERT, UPDATE, DELETE on public.bids, "
                "and Row Level Security, which decides row by row who sees what, is off. Anyone with the "
                "public API key can use those privileges on every row.",
                "alter table public.bids enable row level security;\n"
                "Then add a policy for each command that users need; without one, nobody but the owner gets "
                "rows.",
                Severity.BLOCKER),
    )  # fmt: skip
    yield _report(
        "float-money", "float_money",
        finding("float_money", "float-money", "column:public.bids.amount", Location(BIDS, 5, 5),
                'public.bids.amount is double precision, and "amount" in its name says money: binary floats '
                "cannot hold 0.10 exactly, so sums drift and comparisons fail.",
                "alter table public.bids alter column amount type numeric(12,2);"),
    )  # fmt: skip
    yield _report(
        "actions-authenticated", "action_without_auth",
        finding("action_without_auth", "actions-authenticated", f"action:{ACTIONS}#withdrawBid",
                Location(ACTIONS, 5, 11),
                "`withdrawBid` deletes a row and never asks who calls: anyone may post to it.",
                "Ask supabase.auth.getUser() first, and compare the row's owner.", Severity.BLOCKER),
    )  # fmt: skip
    yield _report("missing-indexes", "foreign_key_unindexed", *_many_indexes())
    yield Report(
        "upload_unchecked", "upload_unchecked", ("uploads-validated",), Status.UNDETERMINED,
        gaps=(Gap("file:supabase/seed.sql", "line 3 does not parse", Location(BIDS, 3, 3)),),
    )  # fmt: skip
    yield Report(
        "isolation_refuted", "rls-policy-tested", ("policies-tested",), Status.UNDETERMINED,
        gaps=(Gap("proof:isolation", "nobody has tried the tables as each role"),),
    )  # fmt: skip
    yield Report(
        "cors_origin_reflected", "cors_origin_reflected", ("cors-configured",), Status.NOT_APPLICABLE
    )


def _many_indexes() -> Iterator[Finding]:
    for number in range(1, 42):
        yield finding(
            "foreign_key_unindexed", "missing-indexes", f"constraint:public.bids/bids_ref_{number}_fkey",
            Location(BIDS, 4, 4),
            f"public.bids refers to public.refs by ref_{number} and has no index there.",
            f"create index on public.bids (ref_{number});", Severity.MEDIUM,
        )  # fmt: skip


def _report(item: str, check: str, *findings: Finding) -> Report:
    examined = (("tables", 2), ("policies", 3))
    return Report(check, check, (item,), Status.FLAGGED, findings, examined=examined)


@dataclass
class MemoryStore:
    """A draft that lives as long as the test."""

    draft: Draft | None = None
    fails: Callable[[], None] = lambda: None
    saves: int = 0

    def open(self, suggestions: Mapping[str, Suggestion], subject: Subject) -> Draft:
        start = self.draft or Draft(Review(tuple(suggestions)), subject)
        return replace(start, review=replace(start.review, suggestions=suggestions))

    def context(self) -> Context:
        return self.draft.context if self.draft else Context()

    def update(self, draft: Draft, change: Callable[[Review], Review]) -> Draft:
        after = changed(draft, change(draft.review))
        self.fails()
        self.draft, self.saves = after, self.saves + 1
        return after

    def set_context(self, draft: Draft, context: Context) -> Draft:
        self.draft = replace(draft, context=context, messages=())
        return self.draft


class DemoSealer:
    """Makes the record and its page as a sealing would, and signs nothing."""

    reviewer = "robin@example.org"
    key = "~/.ssh/id_ed25519.pub"
    missing: CountersealError | None = None
    already: Path | None = None
    signers_line = 'robin@example.org namespaces="counterseal-review" ssh-ed25519 AAAAC3'

    def sentence(self, draft: Draft, verdict: str, reason: str = "") -> str:
        return self._record(draft, verdict, reason).statement

    def page(self, draft: Draft, verdict: str, reason: str = "") -> str:
        record = self._record(draft, verdict, reason)
        return markdown(record, to_bytes(record), demo_project())

    def seal(self, draft: Draft, verdict: str, reason: str = "") -> tuple[Path, ...]:
        if self.missing is not None:
            raise self.missing
        assert self.page(draft, verdict, reason)
        return (Path(".counterseal/reviews/3f2a9c100000/robin-1.toml"),)

    def _record(self, draft: Draft, verdict: str, reason: str) -> Record:
        at = datetime.combine(TODAY, time(9, 30), UTC)
        frame = Frame("3f2a9c100000/robin-1", at, (BIDS,), b"", (), reason=reason)
        who = Reviewer(self.reviewer, "Robin Reviewer")
        return build(draft, demo_project(), who, Decision(verdict), frame)


def demo_ports(store: MemoryStore | None = None, reports: tuple[Report, ...] | None = None) -> Ports:
    """The console's outside, all literals."""
    told = demo_reports() if reports is None else reports
    kept = store or MemoryStore()

    def load(progress: Callable[[str, int, int], None]) -> Project:
        for stage, total in (("files", 212), ("migrations", 1), ("sources", 1)):
            progress(stage, total, total)
        return demo_project()

    return Ports(
        where="tenders-demo",
        revision="3f2a9c1",
        load=load,
        informed_by=lambda _project: {
            item: frozenset({report.check}) for report in told for item in report.items
        },
        check=lambda _project: iter(told),
        store=lambda _project: kept,
        page=lambda check: f"# {check}\n\nThe page of this check.\n",
        sealer=lambda _project: DemoSealer(),
        today=lambda: TODAY,
        clock=lambda: 0.0,
    )

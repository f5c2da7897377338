"""A small backend as literals: what the console shows in its tests and on its screenshots."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from checklists.catalogue import items
from checklists.checks.project import Project
from checklists.model import Confidence, Finding, Gap, Location, Report, Severity, Status, Suggestion
from checklists.repo import Layout, Snapshot, SourceFile, Subject
from checklists.review.draft import Draft, changed
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
    """Two tables, two policies, one server action."""
    policies = (
        Policy("public.bid_documents", "Enable read access for all users", Command.SELECT, ("public",),
               permissive=True, using="true", check=None, location=Location(BIDS, 19, 24)),
        Policy("public.bid_documents", "Enable delete for users", Command.DELETE, ("authenticated",),
               permissive=True, using="true", check=None, location=Location(BIDS, 26, 30)),
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
    return tuple(flagged.get(item.id) or _clear(item.id) for item in items())


def _clear(item: str) -> Report:
    return Report(f"check_{item.replace('-', '_')}", item, (item,), Status.CLEAR, examined=(("tables", 2),))


def _flagged() -> Iterator[Report]:
    yield _report(
        "permissive-policies", "always_true_policy",
        finding("always_true_policy", "permissive-policies",
                "policy:public.bid_documents/Enable read access for all users", Location(BIDS, 19, 24),
                "Anyone who holds the public key reads every row of bid_documents.",
                "Say who may read: USING (bid_id IN (SELECT …)).", Severity.BLOCKER),
        finding("always_true_policy", "permissive-policies",
                "policy:public.bid_documents/Enable delete for users", Location(BIDS, 26, 30),
                "Every signed-in user deletes every row of bid_documents.",
                "Limit it to the owner of the bid.", Severity.BLOCKER),
    )  # fmt: skip
    yield _report(
        "rls-enabled", "rls_off",
        finding("rls_off", "rls-enabled", "table:public.bids", Location(BIDS, 2, 7),
                "public.bids is served by the Data API without Row Level Security: every row is open.",
                "ALTER TABLE public.bids ENABLE ROW LEVEL SECURITY, then write its policies.",
                Severity.BLOCKER),
    )  # fmt: skip
    yield _report(
        "float-money", "float_money",
        finding("float_money", "float-money", "column:public.bids.amount", Location(BIDS, 5, 5),
                "bids.amount holds money as double precision: sums drift.", "Use numeric(12,2)."),
    )  # fmt: skip
    yield _report(
        "actions-authenticated", "unguarded_action",
        finding("unguarded_action", "actions-authenticated", f"action:{ACTIONS}#withdrawBid",
                Location(ACTIONS, 5, 11), "withdrawBid [bold]deletes[/bold] a row without asking who calls.",
                "Call supabase.auth.getUser() first and compare the owner.", Severity.BLOCKER),
    )  # fmt: skip
    yield _report("missing-indexes", "unindexed_foreign_key", *_many_indexes())
    yield Report(
        "check_uploads", "uploads", ("uploads-validated",), Status.UNDETERMINED,
        gaps=(Gap("file:supabase/seed.sql", "line 3 does not parse", Location(BIDS, 3, 3)),),
    )  # fmt: skip
    yield Report("check_cors", "cors", ("cors-configured",), Status.NOT_APPLICABLE)


def _many_indexes() -> Iterator[Finding]:
    for number in range(1, 42):
        yield finding(
            "unindexed_foreign_key", "missing-indexes", f"constraint:public.bids/bids_ref_{number}_fkey",
            Location(BIDS, 4, 4),
            f"Foreign key bids.ref_{number} has no index: deletes of its parent scan bids.",
            f"CREATE INDEX ON public.bids (ref_{number}).", Severity.MEDIUM,
        )  # fmt: skip


def _report(item: str, check: str, *findings: Finding) -> Report:
    examined = (("tables", 2), ("policies", 2))
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

    def update(self, draft: Draft, change: Callable[[Review], Review]) -> Draft:
        after = changed(draft, change(draft.review))
        self.fails()
        self.draft, self.saves = after, self.saves + 1
        return after


PAGE = """\
# Review of `3f2a9c100000`: {verdict}

Robin Reviewer reviewed this commit and answered every item.

## 1 Context

Tenders, bids and the documents of a bid; about 40 buyers, 2,000 bidders.

## 2 Schema

Two tables, one migration.

## 6 Security

| item | suggested | answered |
|---|---|---|
{rows}"""


class DemoSealer:
    """Seals nothing: says what a sealing would say."""

    reviewer = "Robin Reviewer <robin@example.org>"
    key = "~/.ssh/id_ed25519.pub (SHA256:demo)"

    def open_items(self, draft: Draft) -> tuple[str, ...]:
        return draft.review.open_items

    def sentence(self, draft: Draft, verdict: str) -> str:
        answered = f"answered {len(draft.review.answers)} items"
        return f"I, {self.reviewer}, reviewed commit 3f2a9c1 and {answered}. I {verdict} it."

    def page(self, draft: Draft, verdict: str) -> str:
        rows = "".join(
            f"| {item} | {answer.suggested.value} | {answer.outcome.value} |\n"
            for item, answer in draft.review.answers.items()
        )
        return PAGE.format(verdict=verdict, rows=rows)

    def seal(self, draft: Draft, verdict: str) -> tuple[Path, ...]:
        return (Path(".counterseal/reviews/3f2a9c100000/robin-1.toml"),)


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
        informed_by=lambda: {item: frozenset({report.check}) for report in told for item in report.items},
        check=lambda _project: iter(told),
        store=lambda _project: kept,
        page=lambda check: f"# {check}\n\nThe page of this check.\n",
        sealer=lambda _project: DemoSealer(),
        today=lambda: TODAY,
    )

"""What rests on a statement that Postgres refuses is undetermined, and what does not stays a finding."""

from dataclasses import replace

from builders import check, migrations

from checklists.checks.check import Check, Flag, Unsure
from checklists.checks.undecided import held_back
from checklists.model import Location, Severity, Status
from checklists.sql.schema import Facet

TABLE = """
create table public.bids (id uuid primary key, org_id uuid, note text);
alter table public.bids enable row level security;
"""
OPEN = "create policy open on public.bids for update to authenticated using (auth.uid() is not null);"
OWN = "create policy own on public.bids for select using (org_id = auth.jwt() ->> 'org');\n"


def test_a_policy_that_is_refused_is_undetermined() -> None:
    text = (
        "create policy p on public.bids for all using ((auth.jwt() -> 'user_metadata' ->> 'org') = org_id);"
    )
    cast = text.replace("= org_id", "::uuid = org_id")
    assert check("user_metadata_in_policy", migrations(TABLE, cast)).findings
    said = check("user_metadata_in_policy", migrations(TABLE, text))
    assert said.status is Status.UNDETERMINED
    assert said.gaps[0].object == "policy:public.bids/p"
    assert "42883" in said.gaps[0].because
    assert "text = uuid" in said.gaps[0].because


def test_a_policy_whose_column_may_have_been_added_by_hand_is_flagged() -> None:
    claim = "(auth.jwt() -> 'user_metadata' ->> 'org')::uuid"
    text = f"create policy p on public.bids for all using (org_id = {claim} {{}});"
    by_hand = migrations(TABLE, text.format("and not archived"))
    assert by_hand.schema.unmade["policy:public.bids/p"].state == "42703"
    assert check("user_metadata_in_policy", by_hand).findings
    lost = migrations(
        TABLE, "alter table public.bids rename note to said;", text.format("and note is not null")
    )
    assert check("user_metadata_in_policy", lost).status is Status.UNDETERMINED


def test_a_view_that_reads_such_a_column_is_undetermined() -> None:
    view = "create view public.shown as select id, {} from public.bids;"
    assert check("definer_view", migrations(TABLE, view.format("note"))).findings
    assert check("definer_view", migrations(TABLE, view.format("archived"))).status is Status.UNDETERMINED


def test_a_finding_that_points_at_a_refused_policy_is_undetermined() -> None:
    refused = migrations(TABLE + OWN)
    (place,) = (policy.location for policy in refused.schema.policies())
    pointing = Flag(
        object="call:a.ts#b", location=Location("a.ts", 1, 1), message="", remedy="", related=(place,)
    )
    asks = Check(items=(), rule="r", severity=Severity.HIGH, reads=(Facet.POLICIES,))
    (said,) = held_back([pointing], asks, refused)
    assert isinstance(said, Unsure)
    beside = replace(pointing, related=())
    assert [*held_back([beside], asks, refused)] == [beside]


def test_another_policy_of_the_table_is_not() -> None:
    (finding,) = check("policy_any_authenticated", migrations(TABLE + OWN + OPEN)).findings
    assert finding.object == "policy:public.bids/open"


def test_nobody_takes_the_refused_policy_for_missing() -> None:
    assert not check("rls_enabled_no_policy", migrations(TABLE + OWN)).findings


def test_what_is_said_of_a_table_that_is_refused() -> None:
    stands = "create table public.lots (id uuid primary key, bid uuid references public.bids);"
    assert check("rls_disabled", migrations(TABLE, stands)).findings
    refused = stands.replace("bid uuid", "bid int")
    said = check("rls_disabled", migrations(TABLE, refused))
    assert said.status is Status.UNDETERMINED
    assert "42804" in said.gaps[0].because


def test_a_circle_of_a_policy_that_is_refused() -> None:
    circle = (
        "create policy p on public.bids for select using (exists (select 1 from public.bids b where {}));"
    )
    assert check("policy_recursion", migrations(TABLE, circle.format("b.id = bids.id"))).findings
    said = check("policy_recursion", migrations(TABLE, circle.format("b.note = bids.id")))
    assert said.status is Status.UNDETERMINED
    assert not said.findings

"""What rests on a statement that Postgres refuses is undetermined, and what does not stays a finding."""

from builders import check, migrations

from checklists.model import Status

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

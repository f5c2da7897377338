"""Traps of the rules about policies that make no good reading on their pages."""

import pytest
from builders import check, migrations, project

from checklists.model import Confidence, Severity, Status

MEMBERS = "create table public.org_members (org_id uuid, user_id uuid, primary key (org_id, user_id));"
GUARDED = MEMBERS + "alter table public.org_members enable row level security;"
CLIENT = """import { createClient } from '@supabase/supabase-js'
const supabase = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_ANON_KEY!)
"""


def policy(using: str, command: str = "select", clause: str = "using", on: str = "org_members") -> str:
    return f'create policy "{command}" on public.{on} for {command} to authenticated {clause} ({using});'


SEARCH = "exists (select 1 from public.org_members m where m.org_id = org_members.org_id)"


class TestSessionCalls:
    def test_the_remedy_wraps_the_bare_call_and_leaves_the_wrapped_one(self) -> None:
        text = "user_id = (select auth.uid()) or org_id = auth.uid()"
        (finding,) = check("session_call_per_row", migrations(GUARDED + policy(text))).findings
        assert finding.remedy.lower().count("= (select auth.uid())") == 2
        assert finding.remedy.lower().count("select") == 3, "one of them is the name of the policy"
        assert finding.severity is Severity.MEDIUM

    def test_a_check_looks_at_one_row(self) -> None:
        sql = GUARDED + policy("user_id = auth.uid()", "insert", "with check")
        (finding,) = check("session_call_per_row", migrations(sql)).findings
        assert finding.severity is Severity.INFO

    def test_what_the_linter_alone_reports_is_info(self) -> None:
        sql = GUARDED + policy("user_id = (select (auth.jwt() ->> 'sub')::uuid)")
        (finding,) = check("session_call_per_row", migrations(sql)).findings
        assert finding.severity is Severity.INFO
        assert finding.peers == ("splinter:0003_auth_rls_initplan",)

    def test_the_linter_leaves_storage_out(self) -> None:
        sql = "create policy own on storage.objects for select using (owner = auth.uid());"
        (finding,) = check("session_call_per_row", migrations(sql)).findings
        assert finding.peers == ()


class TestRecursion:
    @pytest.mark.parametrize(
        ("reading", "recurses"),
        [("user_id = auth.uid()", False), ("user_id = (select auth.uid())", True)],
    )
    @pytest.mark.parametrize(("command", "clause"), [("insert", "with check"), ("delete", "using")])
    def test_any_sub_select_of_the_policy_that_is_met_counts(
        self, reading: str, recurses: bool, command: str, clause: str
    ) -> None:
        """As tried on Postgres 15: with the sub-select 42P17, without it the command runs."""
        seen = migrations(GUARDED + policy(reading) + policy(SEARCH, command, clause))
        assert (check("policy_recursion", seen).status is Status.FLAGGED) is recurses

    def test_a_view_with_its_callers_rights_does_not_break_the_circle(self) -> None:
        view = "create view public.mine {} as select * from public.org_members;"
        text = policy("org_id in (select org_id from public.mine)")
        owners = migrations(GUARDED + view.format("") + text)
        invokers = migrations(GUARDED + view.format("with (security_invoker = true)") + text)
        assert check("policy_recursion", owners).status is Status.CLEAR
        assert check("policy_recursion", invokers).status is Status.FLAGGED

    def test_a_function_is_less_sure(self) -> None:
        function = (
            "create function public.is_member(org uuid) returns boolean language plpgsql stable as"
            " $$ begin return exists (select 1 from public.org_members m where m.org_id = org); end $$;"
        )
        seen = migrations(GUARDED + function + policy("public.is_member(org_id)"))
        (finding,) = check("policy_recursion", seen).findings
        assert finding.confidence is Confidence.MEDIUM

    def test_a_long_circle_is_reported_once(self) -> None:
        sql = ""
        for n in range(6):
            sql += f"create table public.t{n} (id uuid); alter table public.t{n} enable row level security;"
        for n in range(6):
            sql += policy(f"id in (select id from public.t{(n + 1) % 6})", on=f"t{n}")
        assert len(check("policy_recursion", migrations(sql)).findings) == 1


class TestCommands:
    def said(self, sql: str, call: str, client: str = CLIENT) -> tuple[str, ...]:
        act = f"export const act = (id: string, v: object) => supabase.from('org_members'){call}"
        files = {"supabase/migrations/20240101000000_a.sql": sql, "lib/members.ts": f"{client}{act}\n"}
        return tuple(f.message for f in check("command_without_policy", project(files)).findings)

    @pytest.mark.parametrize(
        ("call", "words"),
        [
            (".upsert(v)", "as soon as the row is there already"),
            (".insert(v)", ""),
            (".insert(v).select('org_id')", ""),
            (".update(v).eq('org_id', id)", "changes no row"),
            (".delete().eq('org_id', id)", "deletes no row"),
            (".upsert(v, { ignoreDuplicates: true })", ""),
        ],
    )
    def test_policies_for_reading_and_inserting(self, call: str, words: str) -> None:
        sql = GUARDED + policy("true") + policy("true", "insert", "with check")
        found = self.said(sql, call)
        assert bool(found) is bool(words)
        assert all(words in message for message in found)

    def test_no_policy_for_reading_back(self) -> None:
        sql = GUARDED + policy("true", "insert", "with check")
        assert "42501" in self.said(sql, ".insert(v).select('org_id')")[0]
        assert "42501" in self.said(sql, ".upsert(v, { ignoreDuplicates: true })")[0]
        assert self.said(sql, ".insert(v)") == ()

    def test_a_policy_for_all_is_for_each(self) -> None:
        sql = GUARDED + 'create policy "a" on public.org_members for all using (user_id = auth.uid());'
        assert self.said(sql, ".upsert(v)") == ()

    def test_a_key_that_cannot_be_told_is_left_alone(self) -> None:
        client = "import { supabase } from 'somewhere'\n"
        assert self.said(GUARDED + policy("true"), ".delete().eq('org_id', id)", client) == ()


def test_a_policy_for_the_service_role_is_not_told_to_name_authenticated() -> None:
    text = "auth.role() = 'service_role'"
    sql = GUARDED + f"create policy s on public.org_members for all using ({text});"
    assert check("policy_role_unstated", migrations(sql)).status is Status.CLEAR


def test_a_restrictive_policy_and_the_service_role_make_no_crowd() -> None:
    sql = (
        GUARDED
        + policy("true")
        + "create policy r on public.org_members as restrictive for select using (true);"
        + "create policy s on public.org_members for select to service_role using (true);"
    )
    assert check("multiple_permissive_policies", migrations(sql)).status is Status.CLEAR


def test_a_search_is_the_same_whatever_table_it_stands_on() -> None:
    sql = MEMBERS
    for name in ("bids", "tenders", "notes"):
        sql += f"create table public.{name} (id uuid, org_id uuid);"
        sql += policy(f"exists (select 1 from public.org_members m where m.org_id = {name}.org_id)", on=name)
    (finding,) = check("policy_logic_repeated", migrations(sql)).findings
    assert finding.object == "table:public.org_members"
    assert finding.message.startswith("3 policies on 3 tables")


def test_a_table_that_no_migration_makes_leaves_open_whether_rls_is_on() -> None:
    seen = project(
        {
            "supabase/migrations/20240101000000_posts.sql": "create table posts (id uuid primary key);"
            "alter table posts enable row level security;",
            "lib/cards.ts": "import { createClient } from '@supabase/supabase-js'\n"
            "const db = createClient('', process.env.NEXT_PUBLIC_SUPABASE_ANON_KEY!)\n"
            "export const cards = () => db.from('customer_cards').select('number')\n",
        }
    )
    report = check("rls_disabled", seen)
    assert report.status is Status.UNDETERMINED
    assert [gap.object for gap in report.gaps] == ["table:public.customer_cards"]

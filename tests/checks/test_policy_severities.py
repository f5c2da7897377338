"""How much a finding about a policy matters, where its page shows only that it is found."""

import pytest
from builders import check, migrations, project

from checklists.model import Severity

TABLES = """
create table public.admins (user_id uuid primary key, level int);
create table public.tenders (id uuid primary key, org_id uuid, created_by uuid);
alter table public.tenders enable row level security;
"""
INDEX = "create index on public.tenders (created_by);"


def policy(using: str, command: str = "select", clause: str = "using", to: str = "to authenticated") -> str:
    return f'create policy "{command}" on public.tenders for {command} {to} {clause} ({using});'


class TestSessionCalls:
    @pytest.mark.parametrize(
        ("using", "severity"),
        [
            ("exists (select 1 from public.admins where user_id = auth.uid())", Severity.INFO),
            ("org_id in (select user_id from public.admins where user_id = auth.uid())", Severity.INFO),
            ("id in (select t.id from public.tenders t where t.created_by = auth.uid())", Severity.INFO),
            ("exists (select 1 from public.admins where user_id = auth.uid() and org_id = user_id)", None),
            ("org_id in (select unnest from unnest(array[org_id]) where auth.uid() = unnest)", None),
            ("created_by = auth.uid()", None),
            ("id = auth.uid()", Severity.LOW),
            ("id = auth.uid() or created_by = auth.uid()", None),
        ],
    )
    def test_a_sub_query_that_does_not_read_the_row_runs_once(
        self, using: str, severity: Severity | None
    ) -> None:
        """As counted on Postgres 15 with a function that says when it is called."""
        (finding,) = check("session_call_per_row", migrations(TABLES + policy(using))).findings
        assert finding.severity is (severity or Severity.MEDIUM)
        assert finding.peers == ("splinter:0003_auth_rls_initplan",)

    def test_an_index_has_to_serve_the_policies_beside_it_too(self) -> None:
        both = policy("id = auth.uid()") + policy("created_by is null", "all")
        (finding,) = check("session_call_per_row", migrations(TABLES + both)).findings
        assert finding.severity is Severity.MEDIUM

    @pytest.mark.parametrize(
        ("key", "severity"),
        [
            ("uuid primary key references auth.users (id)", Severity.LOW),
            ("uuid primary key", Severity.MEDIUM),
        ],
    )
    def test_a_row_for_each_user_is_found_by_its_key(self, key: str, severity: Severity) -> None:
        made = f"""create table public.people (id {key}, boss uuid);
alter table public.people enable row level security;
create policy "Own" on public.people for select using (id = auth.uid());
create policy "Boss" on public.people for select using (boss = (select auth.uid()));"""
        (finding,) = check("session_call_per_row", migrations(made)).findings
        assert finding.severity is severity

    @pytest.mark.parametrize(
        ("command", "severity"),
        [
            ("select", Severity.MEDIUM),
            ("all", Severity.MEDIUM),
            ("update", Severity.LOW),
            ("delete", Severity.LOW),
        ],
    )
    def test_rows_that_are_changed_are_found_by_a_filter(self, command: str, severity: Severity) -> None:
        helper = (
            "create function public.is_admin() returns boolean language plpgsql as 'begin return true; end';"
        )
        (finding,) = check(
            "helper_call_per_row", migrations(TABLES + helper + policy("public.is_admin()", command))
        ).findings
        assert finding.severity is severity

    def test_where_every_query_fails_no_row_is_looked_at(self) -> None:
        circle = policy("org_id in (select org_id from public.tenders where created_by = auth.uid())")
        own = policy("created_by = auth.uid()", "delete")
        seen = migrations(TABLES + circle + own)
        assert {f.severity for f in check("session_call_per_row", seen).findings} == {Severity.INFO}
        assert len(check("policy_recursion", seen).findings) == 1


class TestRoles:
    @pytest.mark.parametrize(
        ("more", "using", "to", "severity"),
        [
            ("", "created_by = auth.uid()", "", Severity.LOW),
            ("", "created_by = auth.uid()", "to public", Severity.INFO),
            ("", "id = auth.uid()", "", Severity.INFO),
            ("revoke all on public.tenders from anon;", "created_by = auth.uid()", "", Severity.INFO),
            (
                "revoke usage on schema public from anon, public;",
                "created_by = auth.uid()",
                "",
                Severity.INFO,
            ),
            (INDEX, "(select auth.uid()) = created_by", "", Severity.INFO),
            (INDEX, "org_id is null and created_by = (select auth.uid())", "", Severity.INFO),
            (INDEX, "created_by = (select auth.uid()) or org_id = auth.uid()", "", Severity.LOW),
            ("", "(select auth.uid()) = created_by", "", Severity.LOW),
            (
                "alter table public.tenders disable row level security;",
                "auth.uid() = org_id",
                "",
                Severity.INFO,
            ),
        ],
    )
    def test_what_a_visitors_query_costs(self, more: str, using: str, to: str, severity: Severity) -> None:
        (finding,) = check("policy_role_unstated", migrations(TABLES + more + policy(using, to=to))).findings
        assert finding.severity is severity
        assert ("has no TO" in finding.message) is (to == "")


VIEWS = TABLES + "revoke all on public.tenders from anon; grant select on public.tenders to authenticated;"


class TestViews:
    @pytest.mark.parametrize(
        ("more", "query", "severity"),
        [
            ("", "select id, created_by from public.tenders", Severity.HIGH),
            (policy("true", to="to public"), "select id from public.tenders", Severity.HIGH),
            ("", "select created_by, count(*) as n from public.tenders group by created_by", Severity.MEDIUM),
            ("", "select id from public.tenders where created_by = auth.uid()", Severity.MEDIUM),
        ],
    )
    def test_what_a_view_shows_that_was_hidden(self, more: str, query: str, severity: Severity) -> None:
        """In the second case visitors have no grant on the table."""
        sql = f"{VIEWS}{more} create view public.v as {query};"
        (finding,) = check("definer_view", migrations(sql)).findings
        assert finding.severity is severity

    @pytest.mark.parametrize(
        "catalog", ["pg_stat_activity", "pg_catalog.pg_class", "information_schema.columns"]
    )
    def test_a_catalog_has_no_policies_to_walk_past(self, catalog: str) -> None:
        (finding,) = check(
            "definer_view", migrations(f"create view public.v as select * from {catalog};")
        ).findings
        assert finding.severity is Severity.INFO
        assert catalog not in finding.message

    @pytest.mark.parametrize(
        ("name", "kind", "severity"),
        [("definer_view", "view", Severity.INFO), ("matview_exposed", "materialized view", Severity.LOW)],
    )
    def test_whoever_reads_the_tables_anyway_learns_nothing(
        self, name: str, kind: str, severity: Severity
    ) -> None:
        shown = policy("true", to="to public")
        sql = f"{TABLES}{shown} create {kind} public.v as select id from public.tenders;"
        (finding,) = check(name, migrations(sql)).findings
        assert finding.severity is severity

    @pytest.mark.parametrize(
        ("shows", "severity"),
        [
            ("t.id, count(distinct a.user_id)", Severity.LOW),
            ("t.id, count(*)", Severity.LOW),
            ("*", Severity.HIGH),
            ("t.id, max(a.level)", Severity.MEDIUM),
            ("t.id, a.user_id, count(a.level)", Severity.MEDIUM),
            ("t.*, count(a.user_id)", Severity.HIGH),
        ],
    )
    def test_how_many_rows_of_a_hidden_table_there_are(self, shows: str, severity: Severity) -> None:
        hidden = "alter table public.admins enable row level security;"
        query = f"select {shows} from public.tenders t left join public.admins a on a.user_id = t.created_by"
        made = f"create materialized view public.v as {query} group by t.id, a.user_id;"
        shown = policy("true", to="to public")
        (finding,) = check("matview_exposed", migrations(TABLES + hidden + shown + made)).findings
        assert finding.severity is severity

    @pytest.mark.parametrize(
        ("name", "kind"), [("definer_view", "view"), ("matview_exposed", "materialized view")]
    )
    def test_a_grant_by_name_is_meant(self, name: str, kind: str) -> None:
        made = f"{TABLES} create {kind} public.v as select id from public.tenders;"
        (open_,) = check(name, migrations(made)).findings
        (meant,) = check(
            name, migrations(f"{made} grant select on public.v to anon, authenticated;")
        ).findings
        assert (open_.severity, meant.severity) == (Severity.HIGH, Severity.MEDIUM)


TEAM = "alter table public.tenders add column team uuid {} references public.admins;"


class TestWrites:
    @pytest.mark.parametrize(
        ("name", "to", "beside", "severity"),
        [
            ("Anyone may ask", "", "", Severity.MEDIUM),
            ("Users may ask", "to authenticated", "", Severity.LOW),
            ("System can insert", "to authenticated", "", Severity.HIGH),
            ("Systematic", "", "", Severity.MEDIUM),
            ("Anyone may ask", "", policy("created_by = auth.uid()"), Severity.HIGH),
            ("Anyone may ask", "", policy("id = auth.uid()"), Severity.MEDIUM),
            ("Users may ask", "to authenticated", TEAM.format(""), Severity.MEDIUM),
            ("Users may ask", "to authenticated", TEAM.format("not null"), Severity.HIGH),
        ],
    )
    def test_rows_that_anyone_may_add(self, name: str, to: str, beside: str, severity: Severity) -> None:
        made = f'create policy "{name}" on public.tenders for insert {to} with check (true);'
        (finding,) = check("policy_always_true", migrations(TABLES + made + beside)).findings
        assert finding.severity is severity

    @pytest.mark.parametrize("command", ["update", "delete"])
    @pytest.mark.parametrize(
        ("beside", "severity", "told"),
        [
            ("", Severity.MEDIUM, "No SELECT policy shows them one now"),
            (policy("created_by = auth.uid()"), Severity.HIGH, "that its SELECT policies show them"),
            (
                policy("exists (select 1 from public.admins where user_id = auth.uid())"),
                Severity.HIGH,
                "that its SELECT policies show them",
            ),
            (policy("org_id is null"), Severity.BLOCKER, "that they may read"),
            (policy("auth.uid() is not null"), Severity.BLOCKER, "any row of public.tenders, as if"),
            (policy("true", to="to service_role"), Severity.MEDIUM, "No SELECT policy shows them one now"),
        ],
    )
    def test_a_filter_finds_what_may_be_read(
        self, command: str, beside: str, severity: Severity, told: str
    ) -> None:
        """As tried on Postgres 18: an UPDATE or DELETE that reads a column asks the SELECT policies too."""
        made = TABLES + policy("true", command) + beside
        (finding,) = check("policy_always_true", migrations(made)).findings
        assert finding.severity is severity
        assert told in finding.message

    def test_a_row_of_an_account_is_nobody_else_s_to_send(self) -> None:
        made = """create table public.people (id uuid primary key references auth.users);
create table public.page_views (id uuid primary key, person uuid not null references public.people);
alter table public.page_views enable row level security;
create policy "Send" on public.page_views for insert with check (true);"""
        (finding,) = check("policy_always_true", migrations(made)).findings
        assert finding.severity is Severity.HIGH

    def test_who_finds_nothing_is_not_told_of(self) -> None:
        open_ = 'create policy "Change" on public.tenders for update using (true);'
        own = policy("created_by = auth.uid()", to="")
        (finding,) = check("policy_always_true", migrations(TABLES + open_ + own)).findings
        assert ": signed-in users may change" in finding.message
        (finding,) = check("policy_always_true", migrations(TABLES + open_)).findings
        assert ": anonymous visitors and signed-in users may change" in finding.message

    @pytest.mark.parametrize(
        ("table", "owner", "severity"),
        [
            ("page_analytics", "uuid", Severity.MEDIUM),
            ("contact_messages", "uuid", Severity.MEDIUM),
            ("page_analytics", "uuid not null", Severity.HIGH),
            ("feedback_votes", "uuid", Severity.HIGH),
            ("orders", "uuid", Severity.HIGH),
        ],
    )
    def test_what_anybody_may_send_in(self, table: str, owner: str, severity: Severity) -> None:
        made = f"""create table public.{table} (id uuid primary key, user_id {owner});
alter table public.{table} enable row level security;
create policy "Own" on public.{table} for select using (user_id = auth.uid());
create policy "Send" on public.{table} for insert with check (true);"""
        (finding,) = check("policy_always_true", migrations(made)).findings
        assert finding.severity is severity

    def test_a_rows_own_key_names_nobody(self) -> None:
        own = policy("id in (select org_id from public.tenders)") + policy(
            "auth.uid() is not null", "insert", "with check"
        )
        assert not check("policy_any_authenticated", migrations(TABLES + own)).findings

    def test_a_circle_draws_in_who_reads_it(self) -> None:
        """As tried on Postgres 15: 42P17 for each of them, by way of any number of tables."""
        circle = policy("org_id in (select t.org_id from public.tenders t)")
        tables = "create table public.{0} (id uuid); alter table public.{0} enable row level security;"
        reads = 'create policy "Read" on public.{} for select using (id in (select id from public.{}));'
        near = tables.format("near") + reads.format("near", "tenders")
        far = tables.format("far") + reads.format("far", "near")
        (finding,) = check("policy_recursion", migrations(TABLES + circle + near + far)).findings
        assert "refuses every query of public.far and public.near as well" in finding.message

    def test_a_right_that_cannot_be_used_today_is_no_blocker(self) -> None:
        team = "create table public.team (user_id uuid, role text);"
        team += "alter table public.team enable row level security;"
        write = 'create policy "Own" on public.team for update to authenticated using (user_id = auth.uid());'
        admins = "exists (select 1 from public.team where user_id = auth.uid() and role = 'admin')"
        circle = f'create policy "Admins" on public.team for select to authenticated using ({admins});'
        made = TABLES + team + write + policy(admins)
        (open_,) = check("policy_lookup_writable", migrations(made)).findings
        (stuck,) = check("policy_lookup_writable", migrations(made + circle)).findings
        assert (open_.severity, stuck.severity) == (Severity.BLOCKER, Severity.HIGH)
        assert "policy_recursion" in stuck.message

    @pytest.mark.parametrize(
        ("table", "column", "severity"),
        [
            ("org_members", "bid_id", Severity.BLOCKER),
            ("awards", "org_id", Severity.BLOCKER),
            ("awards", "bid_id", Severity.MEDIUM),
            ("bid_followers", "bid_id", Severity.BLOCKER),
            ("awards", "is_coach", Severity.BLOCKER),
        ],
    )
    def test_a_right_is_told_by_its_name(self, table: str, column: str, severity: Severity) -> None:
        made = f"""create table public.{table} (user_id uuid, {column} uuid);
alter table public.{table} enable row level security;
create policy "Own" on public.{table} for insert with check (user_id = auth.uid());"""
        asks = policy(
            f"exists (select 1 from public.{table} a where a.user_id = auth.uid() and a.{column} = id)"
        )
        (finding,) = check("policy_lookup_writable", migrations(TABLES + made + asks)).findings
        assert finding.severity is severity

    @pytest.mark.parametrize(
        ("table", "more", "severity"),
        [
            ("user_follows", "", Severity.LOW),
            ("user_follows", ", status text", Severity.BLOCKER),
            ("user_follows", ", accepted_at timestamptz", Severity.BLOCKER),
            ("friendships", "", Severity.BLOCKER),
        ],
    )
    def test_following_is_open_where_nobody_has_to_agree(
        self, table: str, more: str, severity: Severity
    ) -> None:
        made = f"""create table public.{table} (user_id uuid references auth.users (id),
followed_friend uuid references auth.users (id){more});
alter table public.{table} enable row level security;
create policy "Own" on public.{table} for insert with check (user_id = auth.uid());"""
        asks = policy(
            f"exists (select 1 from public.{table} a where a.user_id = auth.uid() "
            "and a.followed_friend = created_by)"
        )
        (finding,) = check("policy_lookup_writable", migrations(TABLES + made + asks)).findings
        assert finding.severity is severity

    def test_the_gravest_of_several_is_told(self) -> None:
        made = """create table public.people (user_id uuid, bid_id uuid, role text);
alter table public.people enable row level security;
create policy "Own" on public.people for update using (user_id = auth.uid());"""
        harmless = policy("id in (select bid_id from public.people where user_id = auth.uid())")
        grave = policy(
            "exists (select 1 from public.people where user_id = auth.uid() and role = 'x')", "delete"
        )
        (finding,) = check("policy_lookup_writable", migrations(TABLES + made + harmless + grave)).findings
        assert finding.severity is Severity.BLOCKER
        assert "can write role" in finding.message


class TestNoise:
    @pytest.mark.parametrize(
        ("first", "second", "severity"),
        [
            ("created_by = auth.uid()", "org_id is null", Severity.INFO),
            (
                "created_by = auth.uid()",
                "exists (select 1 from public.admins where user_id = auth.uid())",
                Severity.INFO,
            ),
            (
                "exists (select 1 from public.admins where user_id = created_by)",
                "exists (select 1 from public.admins where user_id = org_id)",
                Severity.LOW,
            ),
        ],
    )
    def test_a_crowd_costs_where_two_search_for_each_row(
        self, first: str, second: str, severity: Severity
    ) -> None:
        seen = migrations(TABLES + policy(first) + policy(second, "all"))
        (finding,) = check("multiple_permissive_policies", seen).findings
        assert finding.severity is severity

    def test_policies_that_are_not_in_force_make_no_crowd(self) -> None:
        searched = [
            f"exists (select 1 from public.admins where user_id = {c})" for c in ("created_by", "org_id")
        ]
        crowd = TABLES + policy(searched[0]) + policy(searched[1], "all")
        off = "alter table public.tenders disable row level security;"
        (finding,) = check("multiple_permissive_policies", migrations(crowd + off)).findings
        assert finding.severity is Severity.INFO
        assert "No query runs any of them now" in finding.message

    @pytest.mark.parametrize(
        ("grant", "severity"), [("all", Severity.INFO), ("insert, select", Severity.LOW)]
    )
    def test_the_usual_grants_are_no_news(self, grant: str, severity: Severity) -> None:
        closed = "revoke all on public.tenders from anon, authenticated;"
        seen = migrations(
            f"{TABLES}{policy('true')} {closed} grant {grant} on public.tenders to authenticated;"
        )
        (finding,) = check("grants_wider_than_policies", seen).findings
        assert finding.severity is severity

    def test_whose_file_it_is_may_hold_in_every_bucket(self) -> None:
        own = "owner_id = auth.uid()::text"
        sql = f"create policy own on storage.objects for select to authenticated using ({own});"
        (finding,) = check("storage_policy_unscoped", migrations(sql)).findings
        assert finding.severity is Severity.INFO

    @pytest.mark.parametrize(
        ("column", "found"),
        [
            ("session_id text", True),
            ("design_session_id text", False),
            ("session_id uuid references public.admins", False),
            ("refresh_token text", True),
        ],
    )
    def test_a_key_of_another_table_is_no_secret(self, column: str, found: bool) -> None:
        made = f"create table public.shares ({column}); alter table public.shares enable row level security;"
        shown = 'create policy "All" on public.shares for select using (true);'
        assert bool(check("sensitive_column_public", migrations(TABLES + made + shown)).findings) is found


def test_roles_that_pass_policies_test_none() -> None:
    guarded = {"supabase/migrations/1_a.sql": TABLES + policy("created_by = auth.uid()")}
    for where, role, named in (
        ("supabase/tests/a.sql", "postgres", False),
        ("supabase/tests/a.sql", "authenticated", True),
        ("tests/sql/a.smoke.sql", "authenticated", True),
        ("scripts/a.sql", "authenticated", False),
    ):
        text = f"begin; set local role {role}; select count(*) from public.tenders; rollback;"
        assert bool(check("policies_untested", project(guarded | {where: text})).findings) is not named


@pytest.mark.parametrize(
    ("reads", "severity"), [("true", Severity.MEDIUM), ("created_by = auth.uid()", Severity.HIGH)]
)
def test_a_wrong_author_in_a_shared_list(reads: str, severity: Severity) -> None:
    seen = migrations(
        f"""create table public.armor (id uuid primary key, created_by uuid, is_custom boolean);
alter table public.armor enable row level security;
create policy "read" on public.armor for select to authenticated using ({reads});
create policy "own" on public.armor for delete to authenticated using (created_by = auth.uid());
create policy "add" on public.armor for insert to authenticated with check (is_custom);"""
    )
    assert [f.severity for f in check("insert_owner_unbound", seen).findings] == [severity]


@pytest.mark.parametrize(
    ("command", "severity", "words"),
    [
        ("update", Severity.INFO, "has no USING, so it finds no row to write"),
        ("all", Severity.HIGH, "may insert rows of any content in public.bids"),
    ],
)
def test_without_using_no_row_is_found_to_change(command: str, severity: Severity, words: str) -> None:
    """Tried on Postgres 15: FOR ALL with only WITH CHECK lets rows in, and changes and deletes none."""
    table = (
        "create table public.bids (id uuid primary key, owner_id uuid not null references auth.users (id));"
    )
    policy = f"create policy p on public.bids for {command} to authenticated with check (true);"
    seen = migrations(f"{table} alter table public.bids enable row level security; {policy}")
    (finding,) = check("policy_always_true", seen).findings
    assert (finding.severity, words in finding.message) == (severity, True), finding.message


@pytest.mark.parametrize(
    ("column", "asks", "severity"),
    [
        ("uuid", "false", None),
        ("uuid", "is_custom and false", None),
        ("uuid", "auth.uid() = created_by or created_by is null", Severity.LOW),
        ("uuid", "is_custom and (created_by = (select auth.uid()) or created_by is null)", Severity.LOW),
        ("uuid not null", "auth.uid() = created_by or created_by is null", None),
        ("uuid", "auth.uid() = created_by or created_by is not null", Severity.HIGH),
        ("uuid", "auth.uid() = created_by or created_by is null or is_custom", Severity.HIGH),
    ],
)
def test_whose_name_an_insert_may_carry(column: str, asks: str, severity: Severity | None) -> None:
    seen = migrations(
        f"""create table public.armor (id uuid primary key, created_by {column}, is_custom boolean);
alter table public.armor enable row level security;
create policy "own" on public.armor for select to authenticated using (created_by = auth.uid());
create policy "add" on public.armor for insert to authenticated with check ({asks});"""
    )
    found = check("insert_owner_unbound", seen).findings
    assert [f.severity for f in found] == ([] if severity is None else [severity])


@pytest.mark.parametrize(
    ("grants", "command", "severity"),
    [
        ("update (status)", "update", Severity.MEDIUM),
        ("update (status, error)", "all", Severity.MEDIUM),
        ("update (status, owner_id)", "update", Severity.BLOCKER),
        ("update (role)", "update", Severity.BLOCKER),
        ("update (status), delete", "all", Severity.BLOCKER),
        ("update (status), delete", "update", Severity.MEDIUM),
        ("update", "update", Severity.BLOCKER),
    ],
)
def test_columns_that_grants_leave_to_an_open_policy(grants: str, command: str, severity: Severity) -> None:
    seen = migrations(
        f"""create table public.queue (id uuid primary key, owner_id uuid, role text, status text,
 error text);
alter table public.queue enable row level security;
create policy "read" on public.queue for select to authenticated using (true);
create policy "write" on public.queue for {command} to authenticated using (true) with check (true);
revoke all on public.queue from anon, authenticated;
grant select, {grants} on public.queue to authenticated;"""
    )
    (finding,) = check("policy_always_true", seen).findings
    assert finding.severity is severity
    assert ("may change status" in finding.message) is (severity is Severity.MEDIUM or "owner" in grants)


@pytest.mark.parametrize(
    ("table", "columns", "command", "severity"),
    [
        ("analytics_overview", "name text unique, value bigint", "update", Severity.MEDIUM),
        ("analytics_overview", "name text unique, value bigint", "all", Severity.BLOCKER),
        ("analytics_overview", "user_id uuid, value bigint", "update", Severity.BLOCKER),
        ("site_settings", "name text unique, value bigint", "update", Severity.BLOCKER),
        ("page_views", "bid uuid references public.tenders (id)", "update", Severity.BLOCKER),
    ],
)
def test_figures_about_use_are_nobodys(table: str, columns: str, command: str, severity: Severity) -> None:
    seen = migrations(
        f"""{TABLES} create table public.{table} (id uuid primary key, {columns});
alter table public.{table} enable row level security;
create policy "read" on public.{table} for select using (true);
create policy "write" on public.{table} for {command} to authenticated using (true);"""
    )
    (finding,) = check("policy_always_true", seen).findings
    assert finding.severity is severity

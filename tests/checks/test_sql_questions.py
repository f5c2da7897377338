"""What the database checks leave open, say once, or judge by more than one object."""

from builders import check, migrations, project

from checklists.model import Report, Severity, Status

OWNED = """
create table public.notes (id uuid primary key, created_by uuid);
alter table public.notes enable row level security;
"""


def test_public_reads_are_one_question_and_no_failure() -> None:
    said = check(
        "policy_reads_all_rows",
        migrations(
            *(
                f"create table public.{name} (id uuid primary key);"
                f"alter table public.{name} enable row level security;"
                f'create policy "All" on public.{name} for select using (true);'
                for name in ("a", "b")
            )
        ),
    )
    assert [f.severity for f in said.findings] == [Severity.INFO, Severity.INFO]
    assert [gap.because for gap in said.gaps] == [
        "all rows can be read in 2 tables (public.a and public.b); say whether that data is public"
    ]


def _deletable(expression: str) -> Report:
    policy = f'create policy "Any" on public.notes for delete using ({expression});'
    return check("policy_always_true", migrations(OWNED + policy))


def test_brackets_do_not_hide_what_is_always_true() -> None:
    assert _deletable("(" * 600 + "true" + ")" * 600 + " and id = id").status is Status.FLAGGED


def test_an_expression_too_deep_or_too_long_to_read_is_undetermined() -> None:
    assert _deletable("not (" * 600 + "true" + ")" * 600).status is Status.UNDETERMINED
    (gap,) = _deletable("id = '" + "x" * 40_000 + "'").gaps
    assert gap.object == "policy:public.notes/Any"
    assert "too long" in gap.because


def test_restrictive_policy_and_missing_grant_lower_the_severity() -> None:
    shown = 'create policy "Read" on public.notes for select using (true);'
    open_ = OWNED + shown + 'create policy "Open" on public.notes for delete using (true);'
    narrowed = open_ + (
        'create policy "Own" on public.notes as restrictive for delete using (created_by = auth.uid());'
    )
    ungranted = open_ + "revoke delete on public.notes from anon, authenticated;"
    found = [
        check("policy_always_true", migrations(sql)).findings[0].severity
        for sql in (open_, narrowed, ungranted)
    ]
    assert found == [Severity.BLOCKER, Severity.LOW, Severity.INFO]


def test_table_without_policy_is_worse_where_a_user_asks_it() -> None:
    sql = (
        "create table public.notes (id uuid primary key); alter table public.notes enable row level security;"
    )
    code = """
import { createBrowserClient } from '@supabase/ssr'
const supabase = createBrowserClient(process.env.NEXT_PUBLIC_URL!, process.env.NEXT_PUBLIC_SUPABASE_ANON_KEY!)
export async function notes() { return supabase.from('notes').select('id').throwOnError() }
"""
    quiet = check("rls_enabled_no_policy", migrations(sql)).findings[0]
    asked = check(
        "rls_enabled_no_policy",
        project({"supabase/migrations/20240101000000_m.sql": sql, "lib/notes.ts": code}),
    ).findings[0]
    assert (quiet.severity, asked.severity) == (Severity.INFO, Severity.MEDIUM)
    assert [str(place) for place in asked.related] == ["lib/notes.ts:4"]


def test_a_function_that_asks_its_caller_is_for_a_person_to_read() -> None:
    guarded = """
create function public.me() returns uuid language sql stable security definer set search_path = '' as
  'select auth.uid()';
create function public.mine() returns uuid language sql stable security definer set search_path = '' as
  'select public.me()';
create function public.all_rows() returns bigint language sql stable security definer set search_path = '' as
  'select count(*) from public.notes';
"""
    found = check("definer_function_anon", migrations(OWNED + guarded)).findings
    assert {f.object: f.severity for f in found} == {
        "function:public.me()": Severity.INFO,
        "function:public.mine()": Severity.INFO,
        "function:public.all_rows()": Severity.MEDIUM,
    }


def test_nothing_to_look_at_is_not_applicable() -> None:
    empty = migrations("select 1;")
    for name in (
        "rls_disabled",
        "definer_view",
        "foreign_key_unindexed",
        "bucket_unlimited",
        "policies_untested",
    ):
        assert check(name, empty).status is Status.NOT_APPLICABLE, name


def test_the_specification_s_own_policies() -> None:
    """The soft-delete policy of the source document undoes its owner policy (checklist lines 121 to 131)."""
    said = check(
        "permissive_or_widening",
        migrations(
            """
create table public.tenders (id uuid primary key, created_by uuid not null, deleted_at timestamptz);
alter table public.tenders enable row level security;
create policy "Users can view own tenders" on public.tenders for select using (created_by = auth.uid());
create policy "Users can create tenders" on public.tenders for insert with check (created_by = auth.uid());
create policy "Users can update own tenders" on public.tenders for update
  using (created_by = auth.uid()) with check (created_by = auth.uid());
create policy "Users can soft-delete own tenders" on public.tenders for update
  using (created_by = auth.uid()) with check (deleted_at is not null);
"""
        ),
    )
    assert [f.object for f in said.findings] == ["policy:public.tenders/Users can soft-delete own tenders"]
    assert said.findings[0].severity is Severity.HIGH

"""Small cases by what they are: scripts, caches, connected accounts, public lists, helpers nobody calls."""

import pytest
from builders import check, project

from checklists.checks.discovery import discover
from checklists.checks.engine import run
from checklists.model import Severity, Status

MIGRATION = "supabase/migrations/1_x.sql"
HEAD = """
import { createClient } from '@supabase/supabase-js'
const admin = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_SERVICE_ROLE_KEY!)
"""
JOBS = "create table public.jobs (id uuid primary key, meta jsonb, status text check (status in ('a', 'b')));"


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        ("scripts/look.js", Severity.LOW),
        ("check-jobs.js", Severity.LOW),
        ("lib/jobs.ts", Severity.HIGH),
        ("app/scripts/read.ts", Severity.HIGH),
    ],
)
def test_a_script_that_looks_at_something_serves_nobody(path: str, severity: Severity) -> None:
    code = (
        HEAD + "export async function look() { return admin.from('jobs').select().eq('status', 'c') }\nlook()"
    )
    rule = next(each for each in discover() if each.id == "literal_not_allowed")
    (report,) = run(project({path: code, MIGRATION: JOBS}), [rule])
    assert [each.severity for each in report.findings] == [severity]


def test_a_key_that_only_scripts_search_by_is_told_alone() -> None:
    code = HEAD + "export const go = () => admin.from('jobs').select().eq('meta->source', 'x')"
    found = [
        check("json_key_searched", project({MIGRATION: JOBS} | dict.fromkeys(paths, code)))
        .findings[0]
        .severity
        for paths in (("scripts/a.ts",), ("scripts/a.ts", "lib/a.ts"))
    ]
    assert found == [Severity.INFO, Severity.LOW]


@pytest.mark.parametrize(
    ("where", "severity"),
    [
        ("expires_at < now()", Severity.INFO),
        ("created_at < (now() - interval '1 day')", Severity.INFO),
        ("id = given", Severity.LOW),
        ("expires_at < now(); delete from public.topics where id = given", Severity.LOW),
    ],
)
def test_rows_whose_time_is_over(where: str, severity: Severity) -> None:
    sql = f"""create table public.topics (id uuid primary key, expires_at date, created_at date);
create function public.drop_them(given uuid) returns void language plpgsql as $$
begin delete from public.topics where {where}; end $$;"""
    assert check("hard_delete", project({MIGRATION: sql})).findings[0].severity is severity


def test_accounts_that_somebody_connected_are_few() -> None:
    code = (
        HEAD
        + "export async function all() { const { data } = await admin.from('boxes').select(); return data }"
    )
    sql = """create table public.boxes (id uuid primary key, user_id uuid references auth.users (id), {}
created_at timestamptz);"""
    found = [
        check("list_unbounded", project({"lib/a.ts": code, MIGRATION: sql.format(column)}))
        .findings[0]
        .severity
        for column in ("", "refresh_token text,")
    ]
    assert found == [Severity.LOW, Severity.INFO]


def test_a_key_of_an_answer_is_no_variable() -> None:
    sql = "create table public.boxes (id uuid primary key, refresh_token text);"
    code = (
        "'use server'\n"
        + HEAD
        + "export async function go() { const { data: boxes } = await admin.from('boxes').select('*')\n"
        "const done = boxes.length\nreturn { SENT } }"
    )
    found = [
        check("select_star", project({"app/a.ts": code.replace("SENT", sent), MIGRATION: sql}))
        .findings[0]
        .severity
        for sent in ("ok: true, boxes: done", "ok: true, boxes", "boxes: boxes", "rows: [boxes]")
    ]
    assert found == [Severity.LOW, Severity.MEDIUM, Severity.MEDIUM, Severity.MEDIUM]


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        ("Response.json({ items: [] })", Status.NOT_APPLICABLE),
        ("Response.json({ error: 'sign in' })", Status.FLAGGED),
        ("Response.json({ success: false })", Status.FLAGGED),
        ("Response.json({ items: [] }, { status: 400 })", Status.FLAGGED),
    ],
)
def test_a_public_list_that_shows_strangers_less_refuses_nobody(reply: str, status: Status) -> None:
    code = f"""import {{ createClient }} from '@/lib/supabase/server'
export async function GET() {{
  const supabase = await createClient()
  const {{ data: {{ user }} }} = await supabase.auth.getUser()
  if (!user) return {reply}
  return Response.json({{ items: [user.id] }})
}}"""
    assert check("auth_failure_status", project({"app/api/a/route.ts": code})).status is status


def test_what_a_helper_is_handed_has_no_known_sender() -> None:
    text = "export const find = (client, q) => client.from('t').select('id').or(`a.ilike.%${q}%`)"
    unknown = "import type { SupabaseClient } from '@supabase/supabase-js'\n" + text.replace(
        "client,", "client: SupabaseClient,"
    )
    (found,) = check("postgrest_filter_interpolated", project({"lib/a.ts": unknown})).findings
    assert found.severity is Severity.LOW
    assert "RLS" not in found.message
    assert "caller sends" not in found.message
    elevated = HEAD + "export const find = (q) => admin.from('t').select('id').or(`a.ilike.%${q}%`)"
    (found,) = check("postgrest_filter_interpolated", project({"lib/a.ts": elevated})).findings
    assert (found.severity, "every policy" in found.message) == (Severity.MEDIUM, True)


def test_a_turn_that_mostly_asks_others() -> None:
    loop = """for (const each of rows) {{
    const a = await fetch(each.url)
    {}
    await s.from('notes').insert({{ title: each.title }})
  }}"""
    for more, severity in (("", Severity.LOW), ("await fetch(a)\n    await fetch(a)", Severity.INFO)):
        text = f"{HEAD.replace('admin', 's')}export async function copy(rows) {{ {loop.format(more)} }}"
        assert check("query_in_loop", project({"lib/a.ts": text})).findings[0].severity is severity

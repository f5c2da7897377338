"""How much a star matters: what it brings along, and where to."""

import pytest
from builders import check, project

from checklists.model import Severity

HEAD = "import { supabase } from '@/lib/supabase'\n"
ACTION = f"'use server'\n{HEAD}"
WIDE = "create table t (id uuid primary key, " + ", ".join(f"c{n} text" for n in range(9)) + ");"
HEAVY = "create table t (id uuid primary key, body jsonb);"
SECRET = "create table t (id uuid primary key, reset_token text);"
READ = (
    "export async function read() { const { data } = await supabase.from('t').select('*')%s; return data%s }"
)


@pytest.mark.parametrize(
    ("path", "sql", "code", "severity"),
    [
        ("lib/t.ts", WIDE, HEAD + READ % ("", ""), Severity.LOW),
        ("lib/t.ts", WIDE, HEAD + READ % (".eq('id', 1).single()", ""), Severity.INFO),
        ("scripts/t.ts", WIDE, HEAD + READ % ("", ""), Severity.INFO),
        ("lib/t.ts", HEAVY, HEAD + READ % ("", ""), Severity.LOW),
        ("lib/t.ts", HEAVY, HEAD + READ % ("", ".map((row) => row.body)"), Severity.INFO),
        ("app/page.tsx", SECRET, HEAD + READ % ("", ""), Severity.LOW),
        ("app/actions.ts", SECRET, ACTION + READ % ("", ""), Severity.MEDIUM),
        ("app/actions.ts", SECRET, ACTION + READ % (".eq('reset_token', 'x')", ""), Severity.LOW),
        ("app/actions.ts", SECRET, ACTION + READ % ("", ".length"), Severity.LOW),
        ("components/t.tsx", SECRET, "'use client'\n" + HEAD + READ % ("", ""), Severity.MEDIUM),
    ],
)
def test_a_star_weighs_by_what_it_brings_and_where_to(
    path: str, sql: str, code: str, severity: Severity
) -> None:
    (found,) = check(
        "select_star", project({path: code, "supabase/migrations/20240101000000_m.sql": sql})
    ).findings
    assert found.severity is severity

"""Errors that nobody reads: where the missing rows tell as much, and how much the rest matters."""

import pytest
from builders import check, project

from checklists.model import Severity, Status

HEAD = "import { supabase } from '@/lib/supabase'\n"
ASKS = "const { data: { user } } = await supabase.auth.getUser()\nif (!user) throw new Error('no')"


@pytest.mark.parametrize(
    "body",
    [
        "const { data: rows } = await supabase.from('t').select('id'); if (!rows) throw new Error('no')",
        "await supabase.auth.exchangeCodeForSession(code)\n" + ASKS,
    ],
)
def test_what_is_missing_tells(body: str) -> None:
    text = f"{HEAD}export async function run(code: string) {{ {body} }}"
    assert check("supabase_error_dropped", project({"lib/a.ts": text})).status is Status.CLEAR


@pytest.mark.parametrize(
    ("path", "body", "severity"),
    [
        ("lib/a.ts", "await supabase.from('t').delete().eq('id', 1)", Severity.MEDIUM),
        ("lib/a.ts", "// Best-effort\nawait supabase.from('t').delete().eq('id', 1)", Severity.LOW),
        ("lib/a.ts", "try { await supabase.from('t').insert({ a: 1 }) } catch { /* later */ }", Severity.LOW),
        ("lib/a.ts", "try { await supabase.from('t').insert({ a: 1 }) } catch { throw 1 }", Severity.MEDIUM),
        ("lib/a.ts", "await supabase.from('t').update({ last_active_at: code }).eq('id', 1)", Severity.LOW),
        (
            "lib/a.ts",
            "const { data } = await supabase.from('t').select('id'); return data ?? []",
            Severity.LOW,
        ),
        ("lib/a.ts", "const { data } = await supabase.rpc('totals'); return data", Severity.LOW),
        ("lib/a.ts", "await supabase.rpc('close')", Severity.MEDIUM),
        ("lib/a.ts", "await supabase.auth.exchangeCodeForSession(code)", Severity.LOW),
        ("scripts/a.ts", "await supabase.from('t').delete().eq('id', 1)", Severity.LOW),
        ("scripts/a.ts", "const { data } = await supabase.rpc('totals'); return data", Severity.INFO),
    ],
)
def test_an_error_that_is_dropped_weighs_by_what_goes_on(path: str, body: str, severity: Severity) -> None:
    text = f"{HEAD}export async function run(code: string) {{ {body} }}"
    (found,) = check("supabase_error_dropped", project({path: text})).findings
    assert found.severity is severity

"""Loops over short lists: what is written out, or was asked for by the handful, is no list of a hundred."""

import pytest
from builders import check, project

HEAD = """import { createClient } from '@supabase/supabase-js'
const s = createClient('u', 'k')
const PLATFORMS = ['ios', 'android'] as const
"""
LOOP = "for (const each of %s) { await s.from('notes').insert({ title: each.title }) }"


@pytest.mark.parametrize(
    ("before", "listed", "flagged"),
    [
        ("", "PLATFORMS", False),
        ("", "rows", True),
        ("const { data: rows } = await s.from('t').select('title').limit(5)", "rows", False),
        ("const { data: rows } = await s.from('t').select('title').limit(500)", "rows", True),
        ("const { data: rows } = await s.from('t').select('title')", "rows", True),
    ],
)
def test_a_short_list_is_no_list(before: str, listed: str, flagged: bool) -> None:
    body = f"{HEAD}export async function copy(rows) {{\n{before}\n{LOOP % listed}\n}}\n"
    assert bool(check("query_in_loop", project({"lib/a.ts": body})).findings) is flagged

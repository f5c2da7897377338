"""Loops over short lists: what is written out, or was asked for by the handful, is no list of a hundred."""

import pytest
from builders import check, project

from checklists.model import Severity

HEAD = """import { createClient } from '@supabase/supabase-js'
const s = createClient('u', 'k')
const PLATFORMS = ['ios', 'android'] as const
"""
SLOW = "for (const each of rows) { await s.storage.from('b').upload(each.path, each); %s }"
LOOP = "for (const each of %s) { await s.from('notes').insert({ title: each.title }) }"


@pytest.mark.parametrize(
    ("before", "listed", "flagged"),
    [
        ("", "PLATFORMS", False),
        ("const names = ['a', 'b', 'c', 'd']", "names", False),
        ("const names = ['a', ...rows]", "names", True),
        ("", "['a', 'b', 'c', 'd']", False),
        ("const kept = rows.filter((r) => (PLATFORMS as readonly string[]).includes(r))", "kept", False),
        ("const kept = rows.filter((r) => OTHERS.includes(r))", "kept", True),
        ("", "rows", True),
        ("const { data: rows } = await s.from('t').select('title').limit(5)", "rows", False),
        ("const { data: rows } = await s.from('t').select('title').limit(500)", "rows", True),
        ("const { data: rows } = await s.from('t').select('title')", "rows", True),
    ],
)
def test_a_short_list_is_no_list(before: str, listed: str, flagged: bool) -> None:
    body = f"{HEAD}export async function copy(rows) {{\n{before}\n{LOOP % listed}\n}}\n"
    assert bool(check("query_in_loop", project({"lib/a.ts": body})).findings) is flagged


@pytest.mark.parametrize(
    ("path", "before", "loop", "severity"),
    [
        ("lib/a.ts", "", LOOP % "rows", Severity.MEDIUM),
        ("components/a.tsx", "'use client'\n", LOOP % "rows", Severity.LOW),
        ("scripts/a.ts", "", LOOP % "rows", Severity.INFO),
        ("lib/a.ts", "", SLOW % "await s.from('notes').insert({ title: each.title })", Severity.LOW),
    ],
)
def test_a_round_trip_for_each_element_weighs_by_who_waits(
    path: str, before: str, loop: str, severity: Severity
) -> None:
    text = f"{before}{HEAD}export async function copy(rows) {{ {loop} }}"
    (found,) = check("query_in_loop", project({path: text})).findings
    assert found.severity is severity


SPREAD = """rows.map(
  ({ title }) =>
    s.from('notes').insert({ title })
)
"""
MAPPED = "rows.map((each) => s.from('notes').insert({ title: each.title }))"


@pytest.mark.parametrize(
    ("body", "severity"),
    [
        (f"await Promise.all({MAPPED})", Severity.LOW),
        (f"await Promise.all(\n{MAPPED})", Severity.LOW),
        (f"const done = {MAPPED}\nconst results = await Promise.all(done)", Severity.LOW),
        (f"const done = {MAPPED}\nconst results = await Promise.all(others)", Severity.MEDIUM),
        (f"const done = {SPREAD}\nconst results = await Promise.all(done)", Severity.LOW),
    ],
)
def test_what_is_sent_at_once_is_no_row_of_waits(body: str, severity: Severity) -> None:
    text = f"{HEAD}export async function copy(rows) {{\n{body}\n}}"
    (found,) = check("query_in_loop", project({"lib/a.ts": text})).findings
    assert found.severity is severity
    assert ("requests at once" in found.message) is (severity is Severity.LOW)


@pytest.mark.parametrize(("most", "flagged"), [(8, False), (800, True)])
def test_signing_a_handful_of_files_is_no_loop(most: int, flagged: bool) -> None:
    text = f"""{HEAD}export async function photos() {{
  const {{ data }} = await s.from('photos').select('path').limit({most})
  return Promise.all(
    data.map(async (photo) => s.storage.from('b').createSignedUrl(photo.path, 60)))
}}"""
    assert bool(check("query_in_loop", project({"lib/a.ts": text})).findings) is flagged


def test_an_app_without_a_server_runs_in_the_browser() -> None:
    files = {
        "package.json": '{"devDependencies": {"vite": "7.0.0"}}',
        "src/pages/a.tsx": f"{HEAD}export async function copy(rows) {{ {LOOP % 'rows'} }}",
    }
    (found,) = check("query_in_loop", project(files)).findings
    assert found.severity is Severity.LOW


def test_tests_may_loop() -> None:
    text = f"{HEAD}export async function copy(rows) {{ {LOOP % 'rows'} }}"
    assert not check("query_in_loop", project({"tests/a.ts": text})).findings

"""SQL joined from text: what is joined in, whether a caller chooses it, and who runs it."""

import pytest
from builders import check, project

from checklists.model import Confidence, Severity, Status

HEAD = """import { Pool } from 'pg'
const pool = new Pool()
const COLS: Record<string, string> = { bids: 'closed_at', notes: 'made_at' }
const NAMES = ['bids', 'notes']
"""
SEARCH = "export async function search(q: string) { return pool.query(`select 1 from t where a = '${q}'`) }"


@pytest.mark.parametrize(
    "body",
    [
        "for (const each of ['a', 'b']) await pool.query(`drop table ${each}`)",
        "for (const each of NAMES) await pool.query(`delete from ${each} where ${COLS[each]} < now()`)",
        "await Promise.all(NAMES.map((each) => pool.query(`drop table ${each}`)))",
        "for (const [name, column] of Object.entries(COLS)) await pool.query(`drop table ${name}_${column}`)",
    ],
)
def test_what_is_written_out_is_no_value(body: str) -> None:
    text = f"{HEAD}export async function run() {{ {body} }}"
    assert check("raw_sql_interpolated", project({"lib/run.ts": text})).status is Status.CLEAR


@pytest.mark.parametrize(
    "body",
    [
        "for (const each of given) await pool.query(`drop table ${each}`)",
        "for (const each of [...NAMES, given]) await pool.query(`drop table ${each}`)",
        "await pool.query(`drop table ${given[0]}`)",
        "given.map((each) => pool.query(`drop table ${each}`))",
    ],
)
def test_what_is_handed_in_is_one(body: str) -> None:
    text = f"{HEAD}export async function run(given: string[]) {{ {body} }}"
    assert check("raw_sql_interpolated", project({"lib/run.ts": text})).status is Status.FLAGGED


@pytest.mark.parametrize(
    ("path", "text", "severity", "confidence"),
    [
        ("app/actions.ts", f"'use server'\n{HEAD}{SEARCH}", Severity.HIGH, Confidence.HIGH),
        ("lib/search.ts", HEAD + SEARCH, Severity.MEDIUM, Confidence.MEDIUM),
        ("scripts/search.ts", HEAD + SEARCH, Severity.LOW, Confidence.MEDIUM),
        ("lib/rows.ts", HEAD + SEARCH.replace("q: string", "").replace("{q}", "{rows.first}"), Severity.LOW,
         Confidence.MEDIUM),
    ],
)  # fmt: skip
def test_it_weighs_by_who_chooses_the_value(
    path: str, text: str, severity: Severity, confidence: Confidence
) -> None:
    (found,) = check("raw_sql_interpolated", project({path: text})).findings
    assert (found.severity, found.confidence) == (severity, confidence)


def test_a_value_that_is_compared_with_a_list_is_undetermined() -> None:
    text = SEARCH.replace("{ return", "{ if (!NAMES.includes(q)) throw 1; return")
    assert check("raw_sql_interpolated", project({"lib/a.ts": HEAD + text})).status is Status.UNDETERMINED


def test_tests_are_left_out() -> None:
    assert not check("raw_sql_interpolated", project({"lib/__integration__/db.ts": HEAD + SEARCH})).findings

"""Filter text that has lost what could add a condition is no longer the caller's."""

import pytest
from builders import check, project

from checklists.model import Severity, Status

HEAD = """'use server'
import { createClient } from '@supabase/supabase-js'
const admin = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_SERVICE_ROLE_KEY!)
export async function search(q: string) {
"""
STRIPS = "q.replace(/[,.()]/g, '')"


@pytest.mark.parametrize(
    ("before", "put_in", "flagged"),
    [
        ("", "q", True),
        ("", STRIPS, False),
        (f"const clean = {STRIPS}", "clean", False),
        ("const clean = q.replace(/[^\\w\\s]/g, '')", "clean", False),
        ("const clean = q.replace(/[%_]/g, '')", "clean", True),
        ("const clean = q.replace(/[^\\w,()]/g, '')", "clean", True),
        ("", STRIPS + "}%,b.ilike.%${q", True),
    ],
)
def test_stripped_text_adds_no_condition(before: str, put_in: str, flagged: bool) -> None:
    text = f"{HEAD}{before}\nreturn await admin.from('t').select('id').or(`a.ilike.%${{{put_in}}}%`) }}"
    said = check("postgrest_filter_interpolated", project({"app/actions.ts": text}))
    assert (said.status is Status.FLAGGED) is flagged


def test_text_that_is_added_to_a_query_further_down_is_run_with_its_key() -> None:
    code = f"""{HEAD}
  let query = admin.from('notes').select('id')
  query = query.eq('team_id', 1)
  if (q) {{
    query = query.or(`author.eq.${{q}},reader.eq.${{q}}`)
  }}
  return await query
}}
"""
    (finding,) = check("postgrest_filter_interpolated", project({"app/actions.ts": code})).findings
    assert (finding.severity, finding.object) == (
        Severity.HIGH,
        "call:app/actions.ts#search/notes.select",
    )
    assert "The key passes every policy." in finding.message

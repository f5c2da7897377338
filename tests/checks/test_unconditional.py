"""Writes without a condition: each kind of connection is looked at by a check of its own."""

import pytest
from builders import check, project

from checklists.model import Status

SUPABASE = """
import { createClient } from '@supabase/supabase-js'
const supabase = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_ANON_KEY!)
export const close = async (id: string) => await supabase.from('tenders').delete().eq('id', id)
"""


def test_without_a_direct_connection_there_is_nothing_to_pass() -> None:
    made = project({"lib/tenders.ts": SUPABASE})
    assert check("drizzle_write_without_where", made).status is Status.NOT_APPLICABLE
    said = check("supabase_write_without_filter", made)
    assert (said.status, said.examined) == (Status.CLEAR, (("updates and deletes", 1),))


MADE = """
import { createClient } from '@supabase/supabase-js'
const supabase = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_ANON_KEY!)
"""


@pytest.mark.parametrize(
    "code",
    [
        "export async function sweep(f: F) { await narrow(supabase.from('t').delete(), f).lt('a', 1) }",
        "export function all() { return supabase.from('t').delete() }",
        "export const all = () => supabase.from('t').delete()",
        "export async function gone(f) { let q = supabase.from('t').delete(); q = narrow(q, f); await q }",
    ],
)
def test_a_write_that_is_handed_on_may_get_its_filter_there(code: str) -> None:
    assert (
        check("supabase_write_without_filter", project({"lib/t.ts": MADE + code})).status
        is Status.UNDETERMINED
    )


@pytest.mark.parametrize(
    "code",
    [
        "export async function all() { return supabase.from('t').delete() }",
        "export async function all() { return await supabase.from('t').delete() }",
        "export async function all() { const q = supabase.from('t').delete(); const { error } = await q }",
        "export async function all() { await Promise.all([supabase.from('t').delete()]) }",
    ],
)
def test_a_write_that_is_sent_as_it_stands_is_flagged(code: str) -> None:
    assert check("supabase_write_without_filter", project({"lib/t.ts": MADE + code})).status is Status.FLAGGED

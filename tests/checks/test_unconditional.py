"""Writes without a condition: each kind of connection is looked at by a check of its own."""

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

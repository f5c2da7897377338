"""Sources made to break a reader cost a gap, not the review."""

import pytest
from builders import project
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checklists.ts.index import CallerState, EndpointKind

HEAD = """'use server'
import { createClient } from '@supabase/supabase-js'
const admin = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_SERVICE_ROLE_KEY!)
"""


@pytest.mark.parametrize(
    "expression",
    [
        "input" + " + input" * 4000,
        "(" * 2000 + "input" + ")" * 2000,
        "[" * 2000 + "input" + "]" * 2000,
        "f(" * 2000 + "input" + ")" * 2000,
        "input" + ".a" * 4000,
    ],
    ids=["sum", "parentheses", "arrays", "calls", "members"],
)
def test_deep_nesting_is_survived(expression: str) -> None:
    text = (
        f"{HEAD}export async function act(input) {{ await admin.from('t').insert({{ a: {expression} }}) }}\n"
    )
    index = project({"app/actions.ts": text}).sources
    (endpoint,) = index.of_kind(EndpointKind.ACTION)
    assert index.callers[endpoint.object].state in (CallerState.UNVERIFIED, CallerState.UNKNOWN)
    assert index.functions["app/actions.ts#act"].flows or index.gaps


PIECES = st.lists(
    st.sampled_from(
        [
            "const { data: { user } } = await admin.auth.getUser()", "if (!user) return", "} catch (e) {",
            "return { error: e.message }", "await admin.from('t').insert({ ...input })", "{", "}", "(", ")",
            "const p = S.safeParse(input)", "if (p.success) {", "`${input}`", "for (const x of input) {",
            "else", "await requireUser()", ".or(`a.eq.${input}`)", "async (next) =>", "\\u0000",
            "try {", "\n", "=>", "'use server'", "...", "?.",
        ]
    ),
    max_size=25,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PIECES)
def test_no_text_makes_the_reader_fail(pieces: list[str]) -> None:
    text = f"{HEAD}export async function act(input) {{\n{' '.join(pieces)}\n}}\n"
    index = project({"app/actions.ts": text, "supabase/functions/f/index.ts": text}).sources
    assert set(index.callers) == {endpoint.object for endpoint in index.endpoints}

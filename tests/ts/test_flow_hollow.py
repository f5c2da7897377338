"""Tests that nobody can fail, and sessions that decide nothing."""

import pytest
from builders import project

from checklists.ts.index import Guard

HEAD = """
import { redirect } from 'next/navigation'
import { createClient } from '@/lib/supabase/server'
const supabase = createClient()
"""


def guards(body: str) -> tuple[Guard, ...]:
    text = f"'use server'\n{HEAD}\nexport async function act(path) {{\n{body}\n}}\n"
    return project({"app/actions.ts": text}).sources.functions["app/actions.ts#act"].guards


ASKED = "const held = await supabase.auth.getSession()\n"
WRITE = "await supabase.from('t').insert({})\n"


@pytest.mark.parametrize(
    "rest",
    [
        f"if (held) {WRITE}",
        f"if (!held) return\n{WRITE}",
        f"if (held != null && path) {WRITE}",
        f"const go = held && path === '/'\nif (go) {WRITE}",
        f"if (!!held) {WRITE}",
    ],
)
def test_the_whole_answer_is_no_session(rest: str) -> None:
    found = [guard for guard in guards(ASKED + rest) if guard.hollow]
    assert len(found) == 1
    assert found[0].gates is False


@pytest.mark.parametrize(
    "body",
    [
        f"{ASKED}if (held && held.data.session) {WRITE}",
        f"{ASKED}if (!held?.data?.session) return\n{WRITE}",
        f"{ASKED}const {{ session }} = held.data\nif (!session) return\n{WRITE}",
        f"const held = (await supabase.auth.getSession()).data.session\nif (!held) return\n{WRITE}",
        f"const {{ data: held }} = await supabase.auth.getClaims()\nif (!held) return\n{WRITE}",
        f"let held = await supabase.auth.getUser()\nheld = held.data.user\nif (!held) return\n{WRITE}",
        f"const other = path\n{ASKED}if (other) {WRITE}",
    ],
)
def test_what_is_in_it_is(body: str) -> None:
    assert not any(guard.hollow for guard in guards(body))


def test_a_block_that_only_sends_on_is_idle() -> None:
    (found,) = guards(
        "const { data: { session } } = await supabase.auth.getSession()\nif (session) redirect('/')"
    )
    assert found.gates
    assert found.idle


def test_a_block_that_goes_on_is_not() -> None:
    (found,) = guards(
        f"const {{ data: {{ user }} }} = await supabase.auth.getUser()\nif (user) {{ {WRITE} }}"
    )
    assert not found.idle

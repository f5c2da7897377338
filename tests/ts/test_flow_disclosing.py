"""Answers that hold variables of the server's environment."""

import pytest
from builders import check, project

from checklists.model import Severity, Status
from checklists.ts.index import Disclosure

HEAD = """
import { z } from 'zod'
import { createClient } from '@/lib/supabase/server'
const ALLOWED = ['REGION', 'STAGE']
function masked(v) { return v.length }
async function read(key) { return process.env[key]?.trim() }
"""


def told(body: str, parameters: str = "name: string") -> list[tuple[str, bool, str]]:
    text = f"'use server'\n{HEAD}\nexport async function act({parameters}) {{\n{body}\n}}\n"
    found = project({"app/actions.ts": text}).sources.functions["app/actions.ts#act"].discloses
    return [(each.name, each.chosen, each.checked) for each in found]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return process.env[name]", ("name", True, "")),
        ("return process.env[`APP_${name}`]", ("`APP_${name}`", True, "")),
        ("return process.env['SECRET']", ("SECRET", False, "")),
        ("return { a: { b: process.env.SECRET } }", ("SECRET", False, "")),
        ("return name ? process.env.SECRET : null", ("SECRET", False, "")),
        ("const v = process.env.SECRET ?? ''\nreturn v", ("SECRET", False, "")),
        ("const { SECRET: s } = process.env\nreturn { s }", ("SECRET", False, "")),
        ("return { ...process.env }", ("*", False, "")),
        ("return read(name)", ("key", True, "")),
        ("const v = await read('x' + name)\nreturn v", ("key", True, "")),
        ("if (!ALLOWED.includes(name)) return null\nreturn process.env[name]", ("name", True, "by hand")),
        (
            "const n = z.object({ a: z.string() }).parse(name)\nreturn process.env[n.a]",
            ("n.a", True, "parsed"),
        ),
    ],
)
def test_what_is_answered_is_followed(body: str, expected: tuple[str, bool, str]) -> None:
    assert told(body) == [expected]


@pytest.mark.parametrize(
    "body",
    [
        "return !!process.env.SECRET",
        "return process.env.SECRET === name",
        "return masked(process.env.SECRET)",
        "const r = await fetch(name, { headers: { k: process.env.SECRET } })\nreturn r.json()",
        "return read('REGION').length",
        "for (const each of ALLOWED) if (process.env[each]) return each",
        "return process.env.SECRET && name",
        "const n = z.object({ a: z.enum(['A', 'B']) }).parse(name)\nreturn process.env[n.a]",
        "let v = name\nv = v\nreturn v",
    ],
)
def test_what_only_follows_from_it_is_not(body: str) -> None:
    assert told(body) == []


def test_a_helper_is_placed_where_it_is_called() -> None:
    text = f"'use server'\n{HEAD}\nexport async function act(name) {{\n  return read(name)\n}}\n"
    seen = project({"app/actions.ts": text}).sources
    (found,) = seen.functions["app/actions.ts#act"].discloses
    assert isinstance(found, Disclosure)
    assert (
        seen.modules["app/actions.ts"].text.split("\n")[found.location.line - 1].strip()
        == "return read(name)"
    )


def test_a_name_tested_before_is_for_the_reviewer() -> None:
    text = (
        f"'use server'\n{HEAD}\nexport async function act(name) {{\n  if (!ALLOWED.includes(name)) return\n"
    )
    said = check(
        "env_returned_to_caller", project({"app/actions.ts": f"{text}  return process.env[name]\n}}"})
    )
    assert said.status is Status.UNDETERMINED
    assert said.examined == (("server actions that answer", 1),)


def test_a_known_caller_makes_it_less() -> None:
    text = f"""'use server'
{HEAD}
export async function act(name) {{
  const supabase = await createClient()
  const {{ data: {{ user }} }} = await supabase.auth.getUser()
  if (!user) return
  await supabase.from('logs').insert({{ name: user.id }})
  return process.env[name]
}}
"""
    (found,) = check("env_returned_to_caller", project({"app/actions.ts": text})).findings
    assert found.severity is Severity.HIGH
    assert "every signed-in user" in found.message

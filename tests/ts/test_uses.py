"""Calls into the libraries of platforms: only those that can be followed to their package."""

import pytest
from builders import project

from checklists.ts.index import Use
from checklists.ts.objects import entries, literal_at


def uses(**files: str) -> tuple[Use, ...]:
    return project({f"lib/{name}.ts": text for name, text in files.items()}).sources.uses


def test_a_method_of_what_a_package_made() -> None:
    found = uses(
        a="import { Redis } from '@upstash/redis'\nconst redis = Redis.fromEnv()\nawait redis.set('k', 1)\n",
        b="const map = new Map()\nmap.set('k', 1)\nmap.get('k')\n",
    )
    assert [(use.package, use.name, use.arguments) for use in found] == [
        ("@upstash/redis", "set", ("'k'", "1"))
    ]


def test_a_store_from_another_file() -> None:
    found = uses(
        store="import { kv } from '@vercel/kv'\nexport const store = kv\n",
        a="import { store } from './store'\nexport const load = () => store.get('k')\n",
    )
    assert [(use.location.path, use.package) for use in found] == [("lib/a.ts", "@vercel/kv")]


def test_a_store_that_a_function_makes() -> None:
    found = uses(
        store="import { Redis } from '@upstash/redis'\nexport function store() { return new Redis({}) }\n",
        a="import { store } from './store'\nexport const load = () => store().get('k')\n",
    )
    assert [use.name for use in found] == ["get"]


def test_a_channel_of_something_else() -> None:
    assert uses(a="import { pusher } from 'pusher'\npusher.channel('a')\n") == ()


def test_a_channel_with_its_chain() -> None:
    (use,) = uses(
        a="import { createClient } from '@supabase/supabase-js'\nconst s = createClient('u', 'k')\n"
        "const room = s.channel('a').on('broadcast', {}, f).subscribe()\n"
    )
    assert use.held == "room"
    assert use.text.endswith(".subscribe()")


def test_what_an_address_is_written_with() -> None:
    (use,) = uses(
        a="import postgres from 'postgres'\nconst url = process.env.POOL_URL!\nconst sql = postgres(url)\n"
    )
    assert any("POOL_URL" in text for text in use.written)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("{ a: 1, 'b': [1, 2], c }", ["a", "b", "c"]),
        ("{ get(name) { return 1 }, set: f }", ["get", "set"]),
        ("{ a: `x ${b}, c`, // note, with a comma\n d: 2 }", ["a", "d"]),
        ("{}", []),
    ],
)
def test_keys_of_an_object(text: str, keys: list[str]) -> None:
    assert list(entries(text) or {}) == keys


@pytest.mark.parametrize("text", ["rows", "{ ...row }", "{ [name]: 1 }", "[{ a: 1 }]"])
def test_keys_that_are_not_all_written_out(text: str) -> None:
    assert entries(text) is None


def test_text_up_to_its_bracket() -> None:
    assert literal_at("f({ a: '}', b: [1] }, 2)", 2) == "{ a: '}', b: [1] }"
    assert literal_at("{ open", 0) == "{ open"

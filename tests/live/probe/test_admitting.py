"""Which values a policy's text wants of a column, however it puts the question."""

import pytest

from checklists.live.probe.admitting import wanted
from checklists.live.rows.relations import Attribute


def attribute(name: str, base: str, *, is_array: bool = False) -> Attribute:
    return Attribute(name, base, base, "b", False, False, False, is_array)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("p.role = 'admin'", ("admin",)),
        ("((profiles.role)::text = 'admin'::text)", ("admin",)),
        ("p.role in ('owner', 'admin')", ("owner", "admin")),
        ("(role)::text = ANY (ARRAY['a b'::text, 'admin'::text])", ("a b", "admin")),
        ("'admin' = p.role", ("admin",)),
        ("p.roles = 'admin'", ()),
        ("other = 'admin' and role is not null", ()),
    ],
)
def test_texts(text: str, values: tuple[str, ...]) -> None:
    assert wanted(attribute("role", "text"), [text]) == values


def test_other_types() -> None:
    assert wanted(attribute("vetted", "bool"), ["p.vetted"]) == ("true", "false")
    assert wanted(attribute("vetted", "bool"), ["p.other"]) == ()
    assert wanted(attribute("level", "int4"), ["(p.level >= 5)"]) == ("5", "6", "4")
    assert wanted(attribute("tags", "text", is_array=True), ["'staff' = any(p.tags)"]) == ('{"staff"}',)
    assert wanted(attribute("tags", "text", is_array=True), ["tags @> '{staff}'::text[]"]) == ("{staff}",)
    assert wanted(attribute("meta", "jsonb"), ["(meta ->> 'role'::text) = 'admin'::text"]) == (
        '{"role": "admin"}',
    )
    assert wanted(attribute("meta", "jsonb"), ["(meta->>'is_admin')::boolean"]) == ('{"is_admin": true}',)

"""Which values of a row a policy's words speak of."""

import pytest

from checklists.live.probe.literals import asked_of_rows


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("status = 'published' or is_admin()", ["status = published"]),
        ("((status = 'live'::text) AND is_open)", ["status = live and is_open = true"]),
        ("status = ANY (ARRAY['a'::text, 'b'::text])", ["status = a", "status = b"]),
        (
            "status in ('a', 'b') and not hidden",
            ["status = a and hidden = false", "status = b and hidden = false"],
        ),
        ("deleted_at is null", ["deleted_at is null"]),
        ("published_at is not null", ["published_at is not null"]),
        ("status <> 'draft'", ["status <> draft"]),
        ("visible is true or owner_id = auth.uid()", ["visible = true"]),
        ("owner_id = auth.uid()", []),
        ("amount > 3", []),
        ("not a valid ( expression", []),
    ],
)
def test_asked_of_rows(text: str, asked: list[str]) -> None:
    assert [each.words for each in asked_of_rows(text)] == asked

"""What functions and source text are called in findings."""

import pytest

from checklists.checks.subjects.places import named, snippet


@pytest.mark.parametrize(
    ("function", "name"),
    [
        ("lib/db.ts#listTenders", "listTenders"),
        ("app/api/tenders/[id]/route.ts#POST", "POST /api/tenders/[id]"),
        ("src/app/(site)/api/x/route.ts#GET.load", "GET /api/x"),
        ("app/route.ts#GET", "GET /"),
        ("pages/api/tenders/index.ts#default", "/api/tenders"),
        ("supabase/functions/process-tender/index.ts#serve", "process-tender"),
        ("supabase/functions/process-tender/index.ts#serve@12", "process-tender"),
        ("app/tenders/page.tsx#default", "page.tsx"),
        ("lib/http.ts#POST", "POST"),
        ("lib/http.ts#serve", "serve"),
    ],
)
def test_functions_go_by_the_name_that_people_know(function: str, name: str) -> None:
    assert named(function) == name


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("body.id", 10, "body.id"),
        ("{\n  id: body.id,\n\n  name\n}", 60, "{ id: body.id, name }"),
        ("one two three four", 10, "one two …"),
        ("abcdefghijklmnopq", 10, "abcdefghij …"),
        ("first, second", 10, "first …"),
    ],
)
def test_source_is_quoted_on_one_line_and_cut_at_a_word(text: str, most: int, shown: str) -> None:
    assert snippet(text, most) == shown

"""Which files are tests and scripts, and which are only called like them."""

import pytest

from checklists.checks.subjects.bystanders import is_script, is_test


@pytest.mark.parametrize(
    ("path", "test", "script"),
    [
        ("lib/__tests__/db.ts", True, False),
        ("lib/ingest/__integration__/db.ts", True, False),
        ("app/api/bids/route.test.ts", True, False),
        ("tests/redaction.ts", True, False),
        ("packages/db/test-utils/make.ts", True, False),
        ("supabase/functions/award/index_test.ts", True, False),
        ("e2e/login.spec.ts", True, False),
        ("app/tests/[id]/page.tsx", False, False),
        ("src/app/fixtures/actions.ts", False, False),
        ("src/components/fixtures/list.tsx", False, False),
        ("lib/latest.ts", False, False),
        ("lib/contest.ts", False, False),
        ("scripts/backfill.ts", False, True),
        ("prisma/seed.ts", False, True),
        ("packages/db/bin/dump.ts", False, True),
        ("check-database.js", False, True),
        ("lib/check-database.js", False, False),
        ("run.ts", False, False),
        ("mcp-server/src/tools/users.ts", False, False),
        ("app/archive/page.tsx", False, False),
        ("lib/seeding/rank.ts", False, False),
    ],
)
def test_where_a_file_lies_says_what_it_is_for(path: str, test: bool, script: bool) -> None:
    assert (is_test(path), is_script(path)) == (test, script)

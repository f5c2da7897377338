"""What a bundler makes of a service role key that client code reaches."""

import pytest
from builders import check, project

from checklists.model import Severity

FILES = {
    "lib/admin.ts": "export const key = process.env.SUPABASE_SERVICE_ROLE_KEY",
    "app/list.tsx": "'use client'\nimport { key } from '../lib/admin'\nexport const List = () => key",
}
NEXT = {"package.json": '{ "dependencies": { "next": "^15" } }'}


@pytest.mark.parametrize(
    ("more", "severity"),
    [
        ({}, Severity.HIGH),
        (NEXT, Severity.MEDIUM),
        (
            NEXT
            | {"next.config.js": "module.exports = { env: { SUPABASE_SERVICE_ROLE_KEY: process.env.K } }"},
            Severity.HIGH,
        ),
        (
            NEXT | {"lib/admin.ts": "export const key = process.env.NEXT_PUBLIC_SERVICE_ROLE_KEY"},
            Severity.BLOCKER,
        ),
    ],
)
def test_what_the_build_does_with_the_value_decides(more: dict[str, str], severity: Severity) -> None:
    (found,) = check("service_role_reachable_from_client", project(FILES | more)).findings
    assert found.severity is severity

"""No test of the repo acts as the roles that a table's policies are about."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.quoting import listed
from checklists.sql.schema import Facet, Table

CHECK = Check(
    items=("policies-tested",),
    rule="rls-policy-tested",
    severity=Severity.HIGH,
    reads=(Facet.TABLES, Facet.POLICIES),
)
# What puts a session in somebody's place: SET ROLE, JWT claims, or the helpers of supabase_test_helpers.
_ACTS = re.compile(
    r"\bset\s+(?:local\s+|session\s+)?role\b|\bset_config\s*\(\s*'role'|\brequest\.jwt\b|\bauthenticate_as\w*\s*\(",
    re.IGNORECASE,
)
_REMEDY = """In supabase/tests, for each table and role:
begin;
set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-0000-0000-000000000001", "role": "authenticated"}';
select is_empty('select 1 from public.tenders where created_by <> auth.uid()', 'strangers see nothing');
rollback;"""


def find(project: Project) -> Iterator[Said]:
    """One finding where no test acts as a role, otherwise one for each table that none of them names."""
    tables = [table for table in project.schema.exposed_tables() if table.policies]
    yield Examined("tables with policies", len(tables))
    if not tables:
        return
    texts = [project.snapshot.text(path) or "" for path in project.layout.sql_tests]
    acting = [text.lower() for text in texts if _ACTS.search(text)]
    if not acting:
        yield _nobody(tables, len(texts))
        return
    for table in tables:
        if not any(re.search(rf"\b{re.escape(table.name.lower())}\b", text) for text in acting):
            yield Flag(
                object=table.object,
                location=table.policies[0].location,
                message=f"{len(acting)} SQL tests act as a role, and none of them names {table.qualified}: "
                "nothing shows that its policies refuse strangers.",
                remedy=_REMEDY,
                severity=Severity.MEDIUM,
            )


def _nobody(tables: list[Table], tests: int) -> Flag:
    names = listed(tuple(table.qualified for table in tables))
    have = f"{tests} SQL tests stand in the repo and none" if tests else "No SQL test of the repo"
    return Flag(
        object="tests:policies",
        location=tables[0].policies[0].location,
        message=f"{have} acts as a role, so nothing shows that the policies of {names} refuse strangers, or "
        "let owners through.",
        remedy=_REMEDY,
    )

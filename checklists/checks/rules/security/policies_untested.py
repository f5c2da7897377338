"""No test of the repo acts as the roles that a table's policies are about."""

import re
from collections.abc import Iterator
from dataclasses import replace

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.acting import acts
from checklists.checks.subjects.tests import is_test
from checklists.counting import counted
from checklists.model import Severity
from checklists.sql.quoting import listed
from checklists.sql.schema import Facet, Table

CHECK = Check(
    items=("policies-tested",),
    rule="rls-policy-tested",
    severity=Severity.LOW,
    reads=(Facet.TABLES, Facet.POLICIES),
    also=(Input.FILES,),
)
_SOURCE = re.compile(r"\.[cm]?[jt]sx?$")
_SIGNS_IN = re.compile(r"\.auth\s*\.\s*(?:signIn\w+|signUp|setSession|verifyOtp)\s*\(")
_REMEDY = """In supabase/tests, for each table and role:
begin;
set local role authenticated;
set local request.jwt.claims = '{"sub": "00000000-0000-0000-0000-000000000001", "role": "authenticated"}';
select is_empty('select 1 from public.tenders where created_by <> auth.uid()', 'strangers see nothing');
rollback;"""


def find(project: Project) -> Iterator[Said]:
    """One finding about all tables that no test names which acts as a role."""
    tables = [table for table in project.schema.exposed_tables() if table.policies]
    tried = {claim.table for claim in project.proof.claims} if project.proof else set()
    yield Examined("tables", len(tables))
    if not tables:
        return
    texts = [project.snapshot.text(path) or "" for path in project.layout.sql_tests]
    acting = [text.lower() for text in texts if acts(text)]
    left = [table for table in tables if table.qualified not in tried and not _named(table, acting)]
    if left:
        flag = _flag(left, len(tables), len(acting), len(texts))
        elsewhere = _signing_in(project)
        if elsewhere:
            told = f"{flag.message} {elsewhere} signs users in; whether it tries strangers is not read."
            flag = replace(flag, message=told)
        yield flag


def _signing_in(project: Project) -> str | None:
    """A test in TypeScript or JavaScript that signs users in, which may try policies as well."""
    paths = (
        path for path in sorted(project.snapshot.files) if _SOURCE.search(path) and is_test(path, project)
    )
    return next((path for path in paths if _SIGNS_IN.search(project.snapshot.text(path) or "")), None)


def _named(table: Table, tests: list[str]) -> bool:
    name = table.name.lower()
    word = re.compile(rf"\b{re.escape(name)}\b")
    return any(name in text and word.search(text) for text in tests)


def _flag(left: list[Table], tables: int, acting: int, tests: int) -> Flag:
    names = listed(tuple(table.qualified for table in left))
    if acting:
        have = (
            f"{acting} SQL tests act as a role, but none of them names {len(left)} of {tables} tables "
            f"({names})"
        )
    else:
        some = f"None of the {tests} SQL tests" if tests else "No SQL test of the repo"
        have = f"{some} acts as a role, and policies guard {counted(tables, 'tables')} ({names})"
    return Flag(
        object="tests:policies",
        location=left[0].policies[0].location,
        message=f"{have}: nothing shows that these policies refuse strangers and let owners through.",
        remedy=_REMEDY,
        related=tuple(table.policies[0].location for table in left[1:]),
    )

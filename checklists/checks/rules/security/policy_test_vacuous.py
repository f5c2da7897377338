"""A test acts as a role in a way that proves nothing: a claim that is no uuid, or no assertion."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said
from checklists.checks.project import Project
from checklists.checks.subjects.acting import role_taken
from checklists.model import Confidence, Location, Severity
from checklists.sql.comments import without_comments
from checklists.sql.schema import Facet

CHECK = Check(
    items=("policies-tested",),
    rule="rls-policy-tested",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    reads=(Facet.POLICIES,),
    also=(Input.FILES,),
)
_SUB = re.compile(r"\"sub\"\s*:\s*\"([^\"]*)\"|'request\.jwt\.claim\.sub'\s*,\s*'([^']*)'", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# pgTAP's assertions (https://pgtap.org/documentation.html), PL/pgSQL's own, and what raises by hand.
_ASSERTS = re.compile(
    r"\b(?:ok|is|isnt|i?s(?:nt)?_empty|(?:results|set|bag|row)_(?:eq|ne|has|hasnt)|cmp_ok|matches|"
    r"throws_\w+|lives_ok|performs_\w+|pass|fail|policies_are|policy_\w+)\s*\(|\bassert\b|\braise\s+exception\b",
    re.IGNORECASE,
)
# A place for a value: of format(), psql, PL/pgSQL's ||, or a template.
_FILLED = re.compile(r"%|:['\"]?\w|\|\||[${}]")


def find(project: Project) -> Iterator[Said]:
    """SQL tests that switch to a role."""
    for path in project.layout.sql_tests:
        text = without_comments(project.snapshot.text(path) or "")
        role = role_taken(text)
        if role is None:
            continue
        yield Examined("tests that act as a role")
        line = text.count("\n", 0, role) + 1
        if faults := tuple(_faults(text)):
            yield Flag(
                object=f"test:{path}",
                location=Location(path, line, line),
                message=f"{path} acts as a role, but {' and '.join(faults)}: "
                "it cannot tell a wrong policy from a right one.",
                remedy="Set claims with a real uuid in `sub`, inside a transaction, and assert what "
                "each role sees: results_eq, is_empty, throws_ok.",
            )


def _faults(text: str) -> Iterator[str]:
    subjects = [first or second for first, second in _SUB.findall(text)]
    fixed = (subject for subject in subjects if subject and not _FILLED.search(subject))
    wrong = next((subject for subject in fixed if not _UUID.fullmatch(subject)), None)
    if wrong is not None:
        yield "auth.uid() raises 22P02 on a `sub` that is no uuid"
    if _ASSERTS.search(text) is None:
        yield "it asserts nothing"

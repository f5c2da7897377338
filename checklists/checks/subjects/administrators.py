"""Which endpoints only administrators get through: by a helper's name, a role test in place, or by RLS."""

import re
from collections.abc import Iterator

from checklists.checks.subjects.steering import depends_on, sent_names
from checklists.sql.schema import Command, Table
from checklists.ts.index import Endpoint, Function

_ADMINISTRATIVE = re.compile(r"admin|superuser|sudo|staff", re.IGNORECASE)
_STAFF_ROLE = r"['\"`](?:super_?)?(?:admin|staff|owner|operator|consultant|superuser)['\"`]"
_ROLE = r"['\"`](?:super[_-]?)?(?:admin|administrator|staff|superuser)['\"`]"
_FLAG = r"is_?(?:super_?)?(?:admin|staff|superuser)"
_VALUE = r"[\w.?!()\s]*"
# Turns away who is no administrator: `!user.is_admin`, `role !== 'admin'`, `!['admin'].includes(role)`.
_TURNS_AWAY = re.compile(
    rf"!\s*{_VALUE}\b{_FLAG}\)?"
    rf"|{_VALUE}\b{_FLAG}\)?\s*(?:!==?\s*true|===?\s*false)"
    rf"|{_VALUE}role\)?\s*!==?\s*{_ROLE}"
    rf"|!\s*\[\s*{_ROLE}(?:\s*,\s*{_ROLE})*\s*,?\s*\]\.includes\({_VALUE}\)",
    re.IGNORECASE,
)
_LONGEST = 400
_BRANCH = re.compile(r"\bif\s*\(")
_SELF_MADE = re.compile(r"user_?metadata", re.IGNORECASE)
_ASKED = re.compile(rf"\b\w*{_FLAG}\w*\b|\brole\w*\s*=\s*(?:any\s*\()?[^;]*?{_ROLE}", re.IGNORECASE)
_OR = re.compile(r"\bor\b", re.IGNORECASE)


def is_administrative(endpoint: Endpoint, function: Function, line: int | None = None) -> bool:
    """Whether only administrators get through: by the name of a guard's helper or wrapper, or by a test of
    their role that ends the function for others, before `line` where that is given.
    """
    helpers = [guard.via or "" for guard in function.guards if guard.gates]
    if any(_ADMINISTRATIVE.search(name) for name in (*helpers, endpoint.wrapper or "")):
        return True
    asked = (re.escape(name) for name in helpers if name)
    if any(re.search(rf"\b{name}\([^;{{}}]*?{_STAFF_ROLE}", function.text) for name in asked):
        return True
    return any(line is None or line >= start for start in _tested_at(endpoint, function))


def only_administrators(table: Table, command: Command) -> bool:
    """Whether RLS lets nobody but administrators do this: each policy that permits it asks for one."""
    permitting = [each for role in ("anon", "authenticated") for each in table.permissive(command, role)]
    texts = [each.using if command is Command.DELETE else each.effective_check for each in permitting]
    return table.rls_enabled and all(
        text is not None and _ASKED.search(text) and not _OR.search(text) and not _SELF_MADE.search(text)
        for text in texts
    )


def _tested_at(endpoint: Endpoint, function: Function) -> Iterator[int]:
    """The lines from which on only administrators are left: where a gate begins after a test of the role."""
    starts = {guard.covers[0] for guard in function.guards if guard.gates and not guard.idle}
    if not starts or not _ADMINISTRATIVE.search(function.text):
        return
    sent = sent_names(function, endpoint.kind)
    lines = function.text.split("\n")
    for start in sorted(starts):
        before = "\n".join(lines[: max(start - function.location.line, 0)])
        branch = list(_BRANCH.finditer(before))
        if branch and _lets_only_them(_condition(before, branch[-1].end()), sent):
            yield start


def _condition(text: str, start: int) -> str:
    """What stands between the parentheses of a branch; nothing where that is long."""
    depth = 1
    for place in range(start, min(len(text), start + _LONGEST)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if depth == 0:
            return text[start:place]
    return ""


def _lets_only_them(condition: str, sent: frozenset[str]) -> bool:
    """Whether one of its alternatives turns everyone else away, by what the caller did not write."""
    return any(
        all(_TURNS_AWAY.fullmatch(part.strip()) for part in each.split("&&"))
        and not depends_on(each, sent)
        and not _SELF_MADE.search(each)
        for each in condition.split("||")
    )

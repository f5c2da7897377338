"""A setting, role or lock that lasts for a session is set over connections that others get next."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.connections import Pooling, connections
from checklists.checks.subjects.places import function_name, query_object
from checklists.model import Severity
from checklists.ts.index import Query

CHECK = Check(
    items=("pooled-connections",),
    rule="pooler-session-state",
    severity=Severity.HIGH,
    sources=True,
    also=(Input.FILES,),
)
_START = r"(?:^|;)[\s'\"`]*"  # the SET of an UPDATE stands elsewhere
_ROLE = re.compile(
    rf"""{_START}set\s+(?:session\s+)?(?:role\b|authorization\b
          |(?!local\b)["\w.]*(?:request|jwt|claims|user_id|tenant)[\w."]*\s*(?:=|to\b))
      | \bset_config\s*\([^;]*?,\s*false\s*\)""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_STATE = re.compile(
    rf"""{_START}set\s+(?!local\b|transaction\b|constraints\b)(?:session\s+)?[\w."]+\s*(?:=|to\b)
      | {_START}listen\s+\w
      | \bpg_(?:try_)?advisory_lock(?:_shared)?\s*\(
      | \bcreate\s+(?:local\s+)?temp(?:orary)?\s+table\b(?![^;]*on\s+commit)
      | \bdeclare\s+\w+\s[^;]*\bwith\s+hold\b""",
    re.IGNORECASE | re.VERBOSE,
)
_UNDONE = re.compile(r"\breset\s+(?:role|all|session)|\bdiscard\s+all|pg_advisory_unlock", re.IGNORECASE)
_BY_HAND = re.compile(
    r"(?:^|/)(?:scripts?|seeds?|tests?|testing|migrations?|e2e)/|(?:^|/)(?:seed|migrate)\w*\.\w+$"
)


def find(project: Project) -> Iterator[Said]:
    """Every statement that is sent as text by a driver or by Drizzle."""
    known = {connection.pooling for connection in connections(project)}
    for query in project.sources.table_queries():
        if query.operation != "raw" or _BY_HAND.search(query.location.path):
            continue
        yield Examined("statements sent as text")
        role, state = _ROLE.search(query.text), _STATE.search(query.text)
        if (role is None and state is None) or _is_undone(project, query):
            continue
        words = " ".join((role or state)[0].split()).strip('`"; ')[:60]  # type: ignore[index]
        if Pooling.TRANSACTION in known or (
            role is not None and not known <= {Pooling.DIRECT, Pooling.SESSION}
        ):
            yield _flag(query, words, certain=Pooling.TRANSACTION in known)
        elif Pooling.UNKNOWN in known or not known:
            yield Unsure(
                query_object(query),
                f"`{words}` lasts for a session: right on a connection of its own, lost or passed on over a "
                "pooler in "
                "transaction mode, and which of the two this is is not in the repo",
                query.location,
            )


def _is_undone(project: Project, query: Query) -> bool:
    function = project.sources.functions.get(query.function)
    return function is not None and _UNDONE.search(function.text) is not None


def _flag(query: Query, words: str, *, certain: bool) -> Flag:
    return Flag(
        query_object(query),
        query.location,
        f"{function_name(query)} runs `{words}`, which outlasts its transaction: the connection goes back "
        "to the pool "
        "with it, and the next request runs with another caller's role, claims or lock.",
        "Open a transaction and use SET LOCAL, set_config(…, true), or pg_advisory_xact_lock inside it.",
        severity=None if certain else Severity.MEDIUM,
    )

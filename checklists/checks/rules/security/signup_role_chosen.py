"""Whoever signs up chooses the value that policies decide their rights by."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from checklists.checks.check import Check, Examined, Flag, Said, Unsure
from checklists.checks.project import Project
from checklists.model import Confidence, Location, Severity
from checklists.sql.expressions import Names
from checklists.sql.questions.access import clauses, trigger_speaks_of
from checklists.sql.questions.guards import called_in
from checklists.sql.questions.lookups import lookups
from checklists.sql.questions.signups import Written, signup_functions, written_at_signup
from checklists.sql.questions.values import allowed_values
from checklists.sql.schema import Command, Facet, Policy, Schema, Table

CHECK = Check(
    items=("permissive-policies", "lookup-tables-protected"),
    rule="policy-lookup-protected",
    severity=Severity.BLOCKER,
    reads=(Facet.TABLES, Facet.POLICIES, Facet.FUNCTIONS, Facet.TRIGGERS),
    provable=True,
)
_ROLE = re.compile(
    r"(?:^|_)(?:role|roles|admin|superuser|superadmin|staff|permissions?|access_level)$", re.IGNORECASE
)
_WORD = re.compile(r"'(\w+)'")
_RAW = re.compile(r"raw_user_meta_data\s*:?=", re.IGNORECASE)


def find(project: Project) -> Iterator[Said]:
    """Every column that a sign-up sets to what was sent, where it decides, or is called like a role."""
    schema = project.schema
    deciding = _deciding(schema)
    for function in signup_functions(schema):
        yield Examined("sign-up functions")
        for written in dict.fromkeys(written_at_signup(function)):
            table = schema.tables.get(written.table)
            if table is None or trigger_speaks_of(schema, table, written.column, Command.INSERT):
                continue
            policy = deciding.get((table.qualified, written.column))
            if policy is not None or _ROLE.search(written.column):
                yield from _said(schema, written, table, policy)


def _deciding(schema: Schema) -> Mapping[tuple[str, str], Policy]:
    """A policy that decides by it, by (table, column)."""
    found: dict[tuple[str, str], Policy] = {}
    for policy in schema.policies():
        names = Names.of(schema, schema.tables[policy.table])
        for _, text in clauses(policy):
            for lookup in lookups(schema, text, names):
                for column in lookup.granting:
                    found.setdefault((lookup.relation, column), policy)
    return found


def _said(schema: Schema, written: Written, table: Table, policy: Policy | None) -> Iterator[Said]:
    kept = _kept(schema, written, table)
    words = _decided_words(schema) if kept is not None else frozenset[str]()
    if kept is not None and not (kept - _defaults(table, written.column)) & words:
        return
    sanitised = any(_RAW.search(each.body) for each in signup_functions(schema))
    if not written.choice.followed or sanitised:
        because = (
            f"it writes {written.choice.key} of the metadata that whoever signs up sends into "
            f"{table.qualified}.{written.column}, behind a condition that was not followed"
        )
        yield Unsure(written.function.object, because, _place(written))
        return
    yield _flag(written, table, policy)


def _kept(schema: Schema, written: Written, table: Table) -> frozenset[str] | None:
    """The values that get through the function, the column's CHECK and its type; None for any."""
    column = table.column(written.column)
    kind = schema.types.get(column.type) if column is not None else None
    limits = [
        written.choice.values,
        allowed_values(table).get(written.column),
        frozenset(kind.labels) if kind is not None and kind.labels else None,
    ]
    known = [each for each in limits if each is not None]
    return frozenset.intersection(*known) if known else None


def _defaults(table: Table, name: str) -> frozenset[str]:
    """What everybody has anyway."""
    column = table.column(name)
    return frozenset(_WORD.findall(column.default or "")) if column is not None else frozenset()


def _decided_words(schema: Schema) -> frozenset[str]:
    """Every literal that policies, and the functions that they call, may compare with."""
    texts = [text for policy in schema.policies() for _, text in clauses(policy)]
    bodies = {f.qualified: f.body for f in schema.functions.values()}
    queue = [name for text in texts for name in called_in(text)]
    seen: set[str] = set()
    while queue:
        name = queue.pop()
        if name in bodies and name not in seen:
            seen.add(name)
            queue += called_in(bodies[name])
    words = {word for text in (*texts, *(bodies[name] for name in seen)) for word in _WORD.findall(text)}
    return frozenset(words | ({"true"} if seen or texts else set()))


def _flag(written: Written, table: Table, policy: Policy | None) -> Flag:
    column = f"{table.qualified}.{written.column}"
    told = (
        f'policy "{policy.name}" on {policy.table} decides by it'
        if policy is not None
        else "no policy decides by it, so weigh what the app's own code does"
    )
    return Flag(
        object=written.function.object,
        location=_place(written),
        message=f"{written.function.signature} writes {written.choice.key} of the metadata that whoever "
        f"signs up sends (signUp options.data) into {column}, and {told}: they choose it themselves.",
        remedy=f"Write a constant there, or read NEW.raw_app_meta_data, which only the server writes; let an "
        f"administrator change {column} later. Look for accounts that chose already.",
        severity=None if policy is not None else Severity.MEDIUM,
        confidence=None if policy is not None else Confidence.LOW,
        related=() if policy is None else (policy.location,),
    )


def _place(written: Written) -> Location:
    function = written.function
    if not function.body_line:
        return function.location
    line = function.body_line + written.line - 1
    return replace(function.location, line=line, end_line=line)

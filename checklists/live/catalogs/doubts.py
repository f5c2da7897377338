"""On which objects a proof is provisional: they rest on a stand-in, or on a statement that was refused."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from checklists.live.catalogs.gaps import refused
from checklists.live.model import AppliedFile
from checklists.live.sandbox.connecting import Connection
from checklists.live.sandbox.extensions import stand_ins
from checklists.repo import Snapshot
from checklists.sql.schema import Schema
from checklists.sql.statements import Fault, Statement

_MEMBERS = b"""
select e.extname, n.nspname, p.proname,
  exists (select from pg_proc b where b.proname = p.proname and b.pronamespace = 'pg_catalog'::regnamespace)
from pg_depend d join pg_extension e on e.oid = d.refobjid join pg_proc p on p.oid = d.objid
  join pg_namespace n on n.oid = p.pronamespace
where d.classid = 'pg_proc'::regclass and d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'
order by 1, 2, 3
"""
_INSTALLED = b"select extname from pg_extension order by 1"
_CALL = re.compile(r'(?:"?(\w+)"?\s*\.\s*)?"?(\w+)"?\s*\(')
_ALTERED = re.compile(r"\btable\s+(?:if\s+(?:not\s+)?exists\s+)?(?:only\s+)?([\w.\"]+)", re.IGNORECASE)
_ROWS = frozenset({"insert_stmt", "update_stmt", "delete_stmt", "copy_stmt"})

Doubts = dict[str, set[str]]


@dataclass(slots=True)
class _Reasons:
    """Reasons by object, and by the name of a function."""

    objects: Doubts = field(default_factory=dict)
    functions: Doubts = field(default_factory=dict)

    def add(self, name: str, reasons: Iterable[str]) -> None:
        """More reasons for an object."""
        if found := set(reasons):
            self.objects.setdefault(name, set()).update(found)


def doubts(
    connection: Connection, schema: Schema, files: Iterable[AppliedFile], snapshot: Snapshot
) -> Mapping[str, tuple[str, ...]]:
    """Objects by their names in findings, each with the reasons, sorted."""
    reasons = _Reasons(functions=_stood_in(connection))
    for file in files:
        for skipped, statement in refused(file, snapshot):
            said = f"line {skipped.line} of {file.path} was refused: {skipped.message}"
            for name in _about(statement):
                reasons.add(f"table:{name}", [said])
    _through_functions(schema, reasons)
    _through_tables(schema, reasons)
    _through_views(schema, reasons)
    return {name: tuple(sorted(found)) for name, found in sorted(reasons.objects.items())}


def used_stand_ins(connection: Connection, doubted: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The stand-ins that migrations installed, and those of a new project on which a doubt rests."""
    named = {
        name for found in doubted.values() for each in found for name in stand_ins() if f" {name}" in each
    }
    installed = [row[0] for row in connection.execute(_INSTALLED).fetchall()]
    return tuple(
        name
        for name in installed
        if name in stand_ins() and (name in named or not stand_ins()[name].preinstalled)
    )


def _stood_in(connection: Connection) -> Doubts:
    """Functions of stand-ins that differ from the real ones; by bare name too, unless Postgres has one."""
    found: Doubts = {}
    for extension, schema, name, system in connection.execute(_MEMBERS).fetchall():
        stand_in = stand_ins().get(extension)
        if stand_in is None or not {"*", name}.isdisjoint(stand_in.faithful):
            continue
        said = f"it calls {name}() of the stand-in for {extension}: {stand_in.does}"
        for key in (f"{schema}.{name}",) if system else (f"{schema}.{name}", name):
            found.setdefault(key, set()).add(said)
    return found


def _about(statement: Statement | Fault | None) -> Iterator[str]:
    """The relation that a statement of the schema changes; rows that were left out are no doubt."""
    if isinstance(statement, Fault):
        yield from (_qualified(name) for name in _ALTERED.findall(statement.text))
    elif statement is not None and statement.kind not in _ROWS:
        for place in ("table", "relation"):
            node: Any = getattr(statement.node, place, None)
            if getattr(node, "relname", ""):
                yield f"{node.schemaname or 'public'}.{node.relname}"


def _qualified(written: str) -> str:
    name = written.replace('"', "")
    return name if "." in name else f"public.{name}"


def _calls(text: str, reasons: _Reasons) -> set[str]:
    """The reasons of all functions that a text calls."""
    found: set[str] = set()
    for schema, name in _CALL.findall(text):
        found |= reasons.functions.get(f"{schema}.{name}" if schema else name, set())
    return found


def _through_functions(schema: Schema, reasons: _Reasons) -> None:
    """Until nothing changes: a function is as doubtful as what it calls."""
    while True:
        before = sum(map(len, reasons.functions.values()))
        for function in schema.functions.values():
            if found := _calls(function.body, reasons):
                reasons.add(function.object, found)
                for key in (function.qualified, function.name):
                    reasons.functions.setdefault(key, set()).update(found)
        if sum(map(len, reasons.functions.values())) == before:
            return


def _through_tables(schema: Schema, reasons: _Reasons) -> None:
    for table in schema.tables.values():
        for policy in table.policies:
            found = _calls(f"{policy.using or ''} {policy.check or ''}", reasons)
            reasons.add(policy.object, found)
            reasons.add(table.object, found)
        for trigger in table.triggers:
            reasons.add(table.object, reasons.functions.get(trigger.function, ()))
        for column in table.columns:
            reasons.add(table.object, _calls(f"{column.default or ''} {column.generated or ''}", reasons))


def _through_views(schema: Schema, reasons: _Reasons) -> None:
    for view in schema.views.values():
        reasons.add(view.object, _calls(view.query, reasons))
        for relation in view.relations:
            for kind in ("table", "view"):
                reasons.add(view.object, reasons.objects.get(f"{kind}:{relation}", ()))

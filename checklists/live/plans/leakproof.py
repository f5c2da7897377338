"""Indexes that row security keeps from being used: their operator may leak what it compares."""

from collections.abc import Iterator
from typing import Any

from checklists.live.model import Plan
from checklists.live.plans.explaining import explain
from checklists.live.probe.actors import STRANGER
from checklists.live.rows.inserting import Row
from checklists.live.rows.solving import qualified, quoted
from checklists.sql.quoting import literal

# The first column of each index with the operators of its family that a query would use: not leakproof ones.
_OPERATORS = """
select c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
  array_agg(o.oprname::text || ' ' || format_type(case when amop.amoprighttype = any (
    array['anyarray', 'anyenum', 'anyrange', 'anymultirange', 'record']::regtype[])
    then a.atttypid else amop.amoprighttype end, null) order by o.oprname)
from pg_index i join pg_class c on c.oid = i.indexrelid
join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
join pg_opclass k on k.oid = i.indclass[0]
join pg_amop amop on amop.amopfamily = k.opcfamily and amop.amoppurpose = 's'
  and (amop.amoplefttype = k.opcintype) and amop.amopstrategy <> 0
join pg_operator o on o.oid = amop.amopopr join pg_proc p on p.oid = o.oprcode
where i.indrelid = %s::regclass and i.indisvalid and i.indpred is null and not p.proleakproof
  and (o.oprname in ('@>', '@@', '~~*', '~~', '&&')
    or (o.oprname = '=' and amop.amoplefttype = amop.amoprighttype))
group by 1, 2, 3 order by 1
"""
_SAMPLES = {"@@": "a", "~~*": "%abc%", "~~": "%abc%"}


def blocked(connection: Any, table: str, row: Row) -> Iterator[Plan]:
    """Indexes that serve a search as `postgres` and cannot serve it as a signed-in user."""
    for index, column, _, operators in connection.execute(_OPERATORS, (qualified(table),)).fetchall():
        for operator, _, kind in (each.partition(" ") for each in operators):
            value = _SAMPLES.get(operator, row.values.get(column) or "")
            where = f"{quoted(column)} {operator} {literal(value)}::{kind}"
            query = f"select 1 from {qualified(table)} where {where}"
            before = "set local enable_seqscan = off"
            free = explain(connection, None, query, before=before)
            bound = explain(connection, STRANGER, query, before=before)
            if free and bound and free.uses(index) and not bound.uses(index):
                schema = table.partition(".")[0]
                because = (
                    f"{operator} on {column} is not leakproof: without row security the index serves such a "
                    "search, for a signed-in user it does not"
                )
                yield Plan(table, STRANGER.name, "leakproof_blocked", f"index:{schema}.{index}", because)
                break

"""Which tables an actor can get at, and which columns it may write: asked of the catalogs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from checklists.sql.schema import API_ROLES

_COLUMNS = """
select format('%%s.%%s', n.nspname, c.relname), r.rolname, array_agg(a.attname::text order by a.attnum)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
join pg_roles r on r.rolname = any (%(roles)s)
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and has_column_privilege(r.oid, c.oid, a.attnum, %(privilege)s) group by 1, 2
"""
_REACHED = """
select format('%%s.%%s', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
join pg_roles r on r.rolname = any (%(roles)s)
where has_schema_privilege(r.oid, n.oid, 'USAGE') and c.relkind in ('r', 'p') and (
  has_table_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
  or has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE'))
"""


@dataclass(frozen=True, slots=True)
class Reachable:
    """`tables` that a visitor or signed-in user holds any privilege on; by table and role, the columns that
    are `writable` by an UPDATE and `insertable`.
    """

    tables: frozenset[str]
    writable: Mapping[tuple[str, str], frozenset[str]] = field(hash=False)
    insertable: Mapping[tuple[str, str], frozenset[str]] = field(hash=False)

    def columns(self, table: str, role: str) -> frozenset[str]:
        """The columns that the role may UPDATE."""
        return self.writable.get((table, role), frozenset())


def reachable(connection: Any) -> Reachable:
    """Read from the catalogs as `postgres`."""
    roles = {"roles": list(API_ROLES)}
    reached = frozenset(name for (name,) in connection.execute(_REACHED, roles))
    return Reachable(reached, _columns(connection, "UPDATE"), _columns(connection, "INSERT"))


def _columns(connection: Any, privilege: str) -> Mapping[tuple[str, str], frozenset[str]]:
    asked = {"roles": list(API_ROLES), "privilege": privilege}
    return {(table, role): frozenset(names) for table, role, names in connection.execute(_COLUMNS, asked)}

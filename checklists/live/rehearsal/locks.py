"""Which relations a file locked that were there before it: what it would make others wait for."""

from dataclasses import dataclass

from checklists.live.model import Lock
from checklists.live.rehearsal.session import Session

# Below these, readers and writers go on as before (the table in the chapter Explicit Locking).
_WEAK = ("AccessShareLock", "RowShareLock", "RowExclusiveLock")
_NEWEST = b"""
select max(c.oid) from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'm', 'f') and n.nspname !~ '^(pg_|information_schema$)'
  and n.nspname not in ('auth', 'storage', 'realtime', 'vault', 'extensions', 'supabase_functions',
    'supabase_migrations', 'graphql', 'cron', 'net', 'pgmq')
"""
_TAKEN = b"""
select distinct n.nspname || '.' || c.relname, l.mode
from pg_catalog.pg_locks l join pg_catalog.pg_class c on c.oid = l.relation
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where l.pid = pg_backend_pid() and l.granted and c.relkind in ('r', 'p', 'm', 'f', 'v')
  and n.nspname !~ '^(pg_|information_schema$)'
  and l.mode <> all (%s) and c.oid <= %s
order by 1, 2
"""


@dataclass(frozen=True, slots=True)
class Locks:
    """The newest relation at the start of a transaction; oids grow, so what is older lies below."""

    newest: int | None

    @classmethod
    def before(cls, session: Session) -> "Locks":
        """As it is now."""
        row = session.connection.execute(_NEWEST).fetchone()
        return cls(row[0] if row else None)

    def taken(self, session: Session) -> tuple[Lock, ...]:
        """The locks that the transaction holds on older relations; none where there were none."""
        if self.newest is None:
            return ()
        rows = session.connection.execute(_TAKEN, (list(_WEAK), self.newest)).fetchall()
        return tuple(Lock(relation, mode) for relation, mode in rows)

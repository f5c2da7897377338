"""Whether a way back restores what was there: up and down folded one after the other, and compared."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from checklists.sql.folding import handlers
from checklists.sql.folding.fold import fold
from checklists.sql.folding.platform import empty_postgres, is_platform, new_project
from checklists.sql.folding.session import begin_file, end_file
from checklists.sql.folding.state import Database
from checklists.sql.schema import Table
from checklists.sql.statements import file_source, statements

__all__ = ["Undone", "handlers", "undone"]

Texts = Mapping[str, tuple[str, str]]
"""Path and text of the way back, by the path of the migration."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What differs from before, by finding name, once a migration was applied and undone again.

    `decided` is false where a statement of either could not be followed.
    """

    migration: str
    down: str
    left: tuple[str, ...]
    lost: tuple[str, ...]
    changed: tuple[str, ...]
    decided: bool

    @property
    def restores(self) -> bool:
        """Whether all is as it was."""
        return not (self.left or self.lost or self.changed)


def undone(migrations: Iterable[tuple[str, str]], downs: Texts, *, supabase: bool = True) -> Iterator[Undone]:
    """For each migration with a way back, what that leaves behind. Rows are not followed."""
    db = new_project() if supabase else empty_postgres()
    for path, text in migrations:
        if path not in downs:
            _apply(db, path, text)
            continue
        before, doubts = _facts(db), len(db.gaps)
        _apply(db, path, text)
        there = db.snapshot()
        down, back = downs[path]
        _apply(db, down, back)
        after, decided = _facts(db), len(db.gaps) == doubts
        db.restore(there)
        yield _compared(path, down, before, after, decided=decided)


def _apply(db: Database, path: str, text: str) -> None:
    begin_file(db)
    for statement in statements(file_source(path, text)):
        fold(db, statement)
    end_file(db, path)


def _compared(
    path: str, down: str, before: Mapping[str, object], after: Mapping[str, object], *, decided: bool
) -> Undone:
    both = before.keys() & after.keys()
    return Undone(
        path,
        down,
        left=tuple(sorted(after.keys() - before.keys())),
        lost=tuple(sorted(before.keys() - after.keys())),
        changed=tuple(sorted(name for name in both if before[name] != after[name])),
        decided=decided,
    )


def _facts(db: Database) -> dict[str, object]:
    """Everything that can be compared, by finding name; the order of columns and the places are left out."""
    found: dict[str, object] = {}
    for table in db.tables.values():
        found |= _of_table(table)
    kinds: dict[str, Mapping[str, object]] = {
        "view": db.views,
        "function": db.functions,
        "type": db.types,
        "extension": db.extensions,
        "publication": db.publications,
        "bucket": db.buckets,
    }
    for kind, mapping in kinds.items():
        found |= {f"{kind}:{name}": _bare(each) for name, each in mapping.items()}
    found |= {f"cron:{job.name or job.schedule}": _bare(job) for job in db.cron_jobs}
    return found | {f"schema:{name}": True for name in db.schemas if not is_platform(name)}


def _of_table(table: Table) -> dict[str, object]:
    name = table.qualified
    own = (table.kind, table.rls_enabled, table.rls_forced, table.owner, table.unlogged, table.comment)
    found: dict[str, object] = {f"table:{name}": (own, frozenset(table.grants))}
    found |= {f"column:{name}.{each.name}": _bare(each) for each in table.columns}
    found |= {f"constraint:{name}/{each.name}": _bare(each) for each in table.constraints}
    found |= {f"index:{each.schema}.{each.name}": _bare(each) for each in table.indexes}
    found |= {each.object: _bare(each) for each in table.policies}
    return found | {f"trigger:{name}/{each.name}": _bare(each) for each in table.triggers}


def _bare(value: Any) -> object:
    """A value without the places in it."""
    if is_dataclass(value) and not isinstance(value, type):
        kept = (each.name for each in fields(value) if not each.name.endswith(("location", "_line")))
        return (type(value).__name__, *(_bare(getattr(value, name)) for name in kept))
    if isinstance(value, tuple):
        return tuple(_bare(each) for each in value)
    return value

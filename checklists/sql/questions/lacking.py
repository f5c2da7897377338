"""What a view reads and no migration makes, so that Postgres refuses the view."""

from functools import lru_cache

from checklists.sql.expressions import Names, absent_columns
from checklists.sql.schema import Schema, View


@lru_cache(maxsize=1024)
def lacks(schema: Schema, view: View) -> tuple[str, str] | None:
    """The first (relation, column) that the view reads where that relation has no such column."""
    return next(iter(absent_columns(view.query, Names.seen(schema))), None)


def why_refused(schema: Schema, view: View) -> str:
    """Why the view cannot be made, in words; empty where nothing is seen that forbids it."""
    found = lacks(schema, view)
    return "" if found is None else f"it reads {'.'.join(found)}, a column that no migration makes"

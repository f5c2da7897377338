"""Where the SQL of a schema, its tables aside, speaks of a table and some of its columns."""

from collections.abc import Iterator
from functools import lru_cache

from checklists.sql.questions.access import clauses
from checklists.sql.schema import Schema, Table


@lru_cache(maxsize=8)
def _texts(schema: Schema) -> tuple[str, ...]:
    return tuple(_all_texts(schema))


def _all_texts(schema: Schema) -> Iterator[str]:
    yield from (view.query for view in schema.views.values())
    yield from (function.body for function in schema.functions.values())
    yield from (job.command for job in schema.cron_jobs)
    for policy in schema.policies():
        yield f"{policy.table} " + " ".join(text for _, text in clauses(policy))


def mentioned_in_sql(schema: Schema, table: Table, columns: tuple[str, ...]) -> bool:
    """Whether a view, function, job or policy names the table and all of these columns."""
    return any(table.name in text and all(name in text for name in columns) for text in _texts(schema))

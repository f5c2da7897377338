"""Which tables hold one row for each account, and what hangs on accounts by foreign keys."""

from collections.abc import Iterator
from functools import lru_cache

from checklists.sql.questions.conventions import key_of
from checklists.sql.schema import Constraint, ConstraintKind, Schema, Table

USERS = "auth.users"


@lru_cache(maxsize=8)
def account_tables(schema: Schema) -> frozenset[str]:
    """`auth.users`, and tables whose whole primary key refers to one of these: a profile of each user."""
    found = {USERS}
    grew = True
    while grew:
        more = {t.qualified for t in schema.user_tables() if _has_account_key(t, found)} - found
        found |= more
        grew = bool(more)
    return frozenset(found)


def _has_account_key(table: Table, accounts: set[str]) -> bool:
    key = key_of(table)
    return len(key) == 1 and any(
        each.columns == key and each.references in accounts
        for each in table.of_kind(ConstraintKind.FOREIGN_KEY)
    )


def dies_with_account(schema: Schema, name: str) -> bool:
    """Whether deleting the user deletes the row of this account table: a cascade all the way."""
    table = schema.tables.get(name)
    if name == USERS or table is None:
        return name == USERS
    keys = (k for k in table.of_kind(ConstraintKind.FOREIGN_KEY) if k.columns == key_of(table))
    return any(k.on_delete == "CASCADE" and dies_with_account(schema, k.references or "") for k in keys)


def account_keys(schema: Schema) -> Iterator[tuple[Table, Constraint]]:
    """Every foreign key of the repo's tables that refers to an account."""
    accounts = account_tables(schema)
    for table in schema.user_tables():
        for key in table.of_kind(ConstraintKind.FOREIGN_KEY):
            if key.references in accounts:
                yield table, key

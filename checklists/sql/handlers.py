"""Imports every module that folds a kind of statement, so that each registers what it handles."""

from checklists.sql import (
    alter_table,
    drops,
    extensions,
    functions,
    grants,
    indexes,
    policies,
    publications,
    renames,
    schemas,
    sequences,
    session,
    tables,
    triggers,
    types,
    views,
)

__all__ = [
    "alter_table", "drops", "extensions", "functions", "grants", "indexes", "policies", "publications", "renames", "schemas",
    "sequences", "session", "tables", "triggers", "types", "views",
]  # fmt: skip

"""Imports every module that folds a kind of statement, so that each registers what it handles."""

from checklists.sql import (
    alter_table,
    altering,
    buckets,
    drops,
    extensions,
    functions,
    grants,
    indexes,
    policies,
    publications,
    renames,
    roles,
    schemas,
    sequences,
    session,
    tables,
    triggers,
    types,
    views,
)
from checklists.sql.dynamic import calls, event_triggers, loops

MODULES = (
    alter_table, altering, buckets, calls, drops, event_triggers, extensions, functions, grants, indexes,
    loops, policies, publications, renames, roles, schemas, sequences, session, tables, triggers, types,
    views,
)  # fmt: skip

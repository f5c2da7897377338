"""Imports every module that folds a kind of statement, so that each registers what it handles."""

from checklists.sql.dynamic import calls, event_triggers, loops
from checklists.sql.folding import (
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
    recasting,
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

MODULES = (
    alter_table, altering, buckets, calls, drops, event_triggers, extensions, functions, grants, indexes,
    loops, policies, publications, recasting, renames, roles, schemas, sequences, session, tables, triggers,
    types, views,
)  # fmt: skip

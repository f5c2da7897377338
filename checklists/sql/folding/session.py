"""What a session carries from statement to statement: search_path and transactions."""

import re
from types import MappingProxyType
from typing import Any

from checklists.sql.folding import options
from checklists.sql.folding.registry import handles
from checklists.sql.folding.state import Database
from checklists.sql.parse import pb
from checklists.sql.statements import Statement

_WORD = re.compile(r'"((?:[^"]|"")*)"|([^\s,"]+)')


def begin_file(db: Database) -> None:
    """Each file runs in a transaction of its own; Supabase resets all settings before it (`RESET ALL`)."""
    db.search_path = db.home_path
    db.transaction = None
    db.before = MappingProxyType(dict(db.tables))
    db.bounded = False
    db.new_labels = {}


def end_file(db: Database, path: str) -> None:
    """Temporary tables end with the file, and so does a ROLLBACK point left open."""
    db.transaction = None
    db.savepoints.clear()
    db.born |= dict.fromkeys(db.tables.keys() - db.before.keys(), path)
    for relations in (db.tables, db.views, db.sequences):
        for name in [each for each in relations if each.startswith("pg_temp.")]:
            del relations[name]
    for name in [each for each in db.functions if each.startswith("pg_temp.")]:
        del db.functions[name]


@handles("variable_set_stmt")
def set_variable(db: Database, node: Any, _at: Statement) -> None:
    """SET search_path or lock_timeout; LOCAL lasts for the file's transaction, which is here the same."""
    if node.name.lower() == "lock_timeout":
        db.bounded = node.kind == pb.VAR_SET_VALUE
    if node.kind == pb.VAR_RESET_ALL or (
        node.kind in (pb.VAR_RESET, pb.VAR_SET_DEFAULT) and is_path(node.name)
    ):
        db.search_path = db.home_path
    elif node.kind == pb.VAR_SET_VALUE and is_path(node.name):
        db.search_path = tuple(each for each in options.path(node) if each != "$user")


def is_path(name: str) -> bool:
    """Whether a setting's name is search_path."""
    return name.lower() == "search_path"


def set_path(db: Database, text: str) -> None:
    """set_config('search_path', text, …): a comma-separated list, quoted or not."""
    names = (m[1].replace('""', '"') if m[1] is not None else m[2].lower() for m in _WORD.finditer(text))
    db.search_path = tuple(each for each in names if each not in ("", "$user"))


@handles("transaction_stmt")
def transaction(db: Database, node: Any, _at: Statement) -> None:
    """BEGIN and COMMIT set the point that ROLLBACK goes back to."""
    match node.kind:
        case pb.TRANS_STMT_BEGIN | pb.TRANS_STMT_START:
            db.transaction = db.transaction or db.snapshot()
        case pb.TRANS_STMT_COMMIT:
            db.transaction = None
            db.new_labels = {}
        case pb.TRANS_STMT_ROLLBACK:
            if db.transaction is not None:
                db.restore(db.transaction)
            db.transaction = None
        case pb.TRANS_STMT_SAVEPOINT:
            db.savepoints[node.savepoint_name] = db.snapshot()
        case pb.TRANS_STMT_ROLLBACK_TO:
            if node.savepoint_name in db.savepoints:
                db.restore(db.savepoints[node.savepoint_name])

"""Writes out which schema a name means, where only a search_path set by the migration tells.

Later readers resolve names with the path that sessions have by default.
"""

from typing import Any

from checklists.sql.folding.names import find_relation, named, split_name, strings
from checklists.sql.folding.routines import overloads
from checklists.sql.folding.state import Database
from checklists.sql.parse import pb, walk


def settled(db: Database, node: Any) -> Any:
    """The node, with relations and functions qualified in place where the default path misses them."""
    if db.search_path == db.home_path:
        return node
    nodes = list(walk(node))
    ours = {each.ctename for each in nodes if isinstance(each, pb.CommonTableExpr)}
    for each in nodes:
        if isinstance(each, pb.RangeVar) and not each.schemaname and each.relname not in ours:
            schema = _schema(db, find_relation(db, *named(each)), each.relname)
            if schema:
                each.schemaname = schema
        elif isinstance(each, pb.FuncCall) and len(each.funcname) == 1:
            _settle_call(db, each)
    return node


def _schema(db: Database, found: str | None, name: str) -> str:
    """The schema to write: none where the default path finds the same."""
    if found is None or found == _by_default(db, name):
        return ""
    return found.partition(".")[0]


def _by_default(db: Database, name: str) -> str | None:
    candidates = (f"{schema}.{name}" for schema in db.home_path)
    return next((each for each in candidates if each in db.tables or each in db.views), None)


def _settle_call(db: Database, node: Any) -> None:
    _, name = split_name(strings(node.funcname))
    found = overloads(db, "", name)
    default = next((s for s in db.home_path if db.functions.overloads(f"{s}.{name}")), None)
    if found and found[0].schema != default:
        node.funcname.insert(0, pb.Node(string=pb.String(sval=found[0].schema)))

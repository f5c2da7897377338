"""Changes names inside of SQL text that a rename reaches: by the parse tree, never by searching the text."""

from collections.abc import Callable
from typing import Any

from checklists.sql.folding.names import find_relation, named, split_name, strings
from checklists.sql.folding.state import Database
from checklists.sql.parse import SyntaxFault, deparse, pb, walk
from checklists.sql.questions.scopes import Named, parsed, uses

Edit = Callable[[str], str]


def _edited(text: str, change: Callable[[Any], bool]) -> str:
    """The text with `change` applied to its tree; as it was where that changed nothing or cannot be done."""
    try:
        raw, wrapped = parsed(text)
        if not change(raw.stmt):
            return text
        written = deparse(raw.stmt)
    except SyntaxFault:
        return text
    return written.removeprefix("SELECT ") if wrapped else written


def relation_renamed(db: Database, old: str, new: tuple[str, str]) -> Edit:
    """Names another table or view; unqualified where it was, unless the new schema is not in the path."""

    def change(tree: Any) -> bool:
        done, bare = False, set()
        for node in walk(tree):
            if isinstance(node, pb.RangeVar) and find_relation(db, *named(node)) == old:
                done = True
                if not node.alias.aliasname:
                    bare.add(node.relname)
                node.relname = new[1]
                if node.schemaname or new[0] not in db.home_path:
                    node.schemaname = new[0]
        own = old.partition(".")[2]
        for node in walk(tree):
            if isinstance(node, pb.ColumnRef) and len(node.fields) > 1:
                qualifier = node.fields[-2]
                if qualifier.string.sval in bare or (not bare and qualifier.string.sval == own):
                    qualifier.string.sval = new[1]
                    done = True
        return done

    return lambda text: _edited(text, change)


def column_renamed(db: Database, table: str, old: str, new: str, *, own: bool) -> Edit:
    """Names another column of the table; `own` where the text is about a row of it."""
    name = table.partition(".")[2]
    outer = tuple(Named(alias, table) for alias in (name, "new", "old", "excluded")) if own else ()

    def change(tree: Any) -> bool:
        found = [use for use in uses(db, tree, outer) if use.relation == table and use.column == old]
        for use in found:
            use.node.fields[-1].string.sval = new
        return bool(found)

    return lambda text: _edited(text, change)


def outputs_kept(text: str, old: str, new: str) -> str:
    """A view's query after a column's rename: what it puts out keeps its name."""

    def change(tree: Any) -> bool:
        done = False
        for target in tree.select_stmt.target_list:
            column = target.res_target.val.column_ref
            if not target.res_target.name and strings(column.fields)[-1:] == (new,):
                target.res_target.name = old
                done = True
        return done

    return _edited(text, change)


def function_renamed(old: str, new: tuple[str, str]) -> Edit:
    """Calls another function."""
    schema, _, name = old.partition(".")

    def change(tree: Any) -> bool:
        done = False
        for node in walk(tree):
            if isinstance(node, pb.FuncCall):
                written = split_name(strings(node.funcname))
                if written in ((schema, name), ("", name)):
                    _set_name(node.funcname, new if written[0] or new[0] != schema else ("", new[1]))
                    done = True
        return done

    return lambda text: _edited(text, change)


def type_renamed(old: str, new: tuple[str, str]) -> Edit:
    """Casts to another type."""
    schema, _, name = old.partition(".")

    def change(tree: Any) -> bool:
        done = False
        for node in walk(tree):
            if isinstance(node, pb.TypeName):
                written = split_name(strings(node.names))
                if written in ((schema, name), ("", name)):
                    _set_name(node.names, new if written[0] or new[0] != schema else ("", new[1]))
                    done = True
        return done

    return lambda text: _edited(text, change)


def _set_name(field: Any, name: tuple[str, str]) -> None:
    del field[:]
    for part in name:
        if part:
            field.add().string.sval = part

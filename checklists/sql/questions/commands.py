"""What a job's command does: the functions that it calls, and the tables that it changes in whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from checklists.sql.folding.names import split_name, strings
from checklists.sql.parse import pb, walk
from checklists.sql.statements import Statement, file_source, statements


@dataclass(frozen=True, slots=True)
class Command:
    """`calls` and `rewritten` are names as written, in lower case where unquoted; `read` is false for text
    that Postgres does not take for SQL.
    """

    calls: tuple[str, ...] = ()
    rewritten: tuple[str, ...] = ()
    read: bool = True


def command(text: str) -> Command:
    """Reads the SQL of a job; `rewritten` are tables that it changes without a condition."""
    found = list(statements(file_source("", text)))
    nodes = [each.node for each in found if isinstance(each, Statement)]
    calls = tuple(".".join(strings(each.funcname)) for node in nodes for each in walk(node)
                  if isinstance(each, pb.FuncCall))  # fmt: skip
    return Command(calls, tuple(_rewritten(nodes)), len(nodes) == len(found))


def schema_of(name: str) -> str:
    """The schema of a dotted name, empty where none is written."""
    return split_name(name.split("."))[0]


def _rewritten(nodes: list[Any]) -> Iterator[str]:
    for node in nodes:
        match node:
            case pb.DeleteStmt() if not node.HasField("where_clause") and not node.using_clause:
                yield node.relation.relname
            case pb.UpdateStmt() if not node.HasField("where_clause") and not node.from_clause:
                yield node.relation.relname
            case pb.TruncateStmt():
                yield from (each.range_var.relname for each in node.relations)

"""Whether a text is one query that returns given columns, judged without running it."""

from collections.abc import Sequence
from typing import Any

from checklists.sql.parse import MAX_DEPTH, SyntaxFault, depth, parse
from checklists.sql.parse import pb as grammar


def query_fault(sql: str, columns: Sequence[str]) -> str:
    """Why it is not one SELECT of these columns that writes nothing; empty where it is.

    A star, or a column without a name, leaves the answer to whoever runs it.
    """
    try:
        if depth(sql) > MAX_DEPTH:
            return "it nests too deeply to be read"
        statements = parse(sql)
    except SyntaxFault as fault:
        line = sql.encode()[: fault.offset].count(b"\n") + 1 if fault.offset is not None else 1
        return f"line {line} does not parse: {fault.message}"
    if len(statements) != 1:
        return f"it holds {len(statements)} statements, not one SELECT"
    node = statements[0].stmt
    if node.WhichOneof("node") != "select_stmt":
        return "it is not a SELECT"
    return _shape(node.select_stmt, columns)


def _shape(query: Any, columns: Sequence[str]) -> str:
    if query.HasField("into_clause") or query.locking_clause:
        return "it writes or locks rows"
    if any(
        cte.common_table_expr.ctequery.WhichOneof("node") != "select_stmt" for cte in query.with_clause.ctes
    ):
        return "it writes in a WITH"
    first = query
    while first.op != grammar.SETOP_NONE:  # the names of a union are those of its first part
        first = first.larg
    names = [_name(each.res_target) for each in first.target_list]
    if "*" in names:
        return ""
    if len(names) != len(columns):
        return f"it returns {len(names)} columns, not {', '.join(columns)}"
    wrong = next((pair for pair in zip(names, columns, strict=True) if pair[0] not in ("", pair[1])), None)
    return f"it returns {wrong[0]} where {wrong[1]} belongs" if wrong else ""


def _name(target: Any) -> str:
    """The name that a column of the result has; empty where only Postgres knows."""
    if target.name:
        return str(target.name)
    if target.val.WhichOneof("node") != "column_ref":
        return ""
    last = target.val.column_ref.fields[-1]
    return "*" if last.WhichOneof("node") == "a_star" else str(last.string.sval)

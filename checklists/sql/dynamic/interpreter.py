"""Runs plpgsql as far as the migrations alone decide it; where they do not, notes what the code may touch.

Nothing is executed: statements are folded into the schema, expressions are evaluated over it.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from checklists.model import Location
from checklists.sql.dynamic.conditions import catches
from checklists.sql.dynamic.frame import (
    Frame,
    Leave,
    Reraise,
    Return,
    assign_row,
    evaluate,
    expression_of,
    query,
    targets,
    truth,
    value_or_unknown,
    with_parameters,
)
from checklists.sql.dynamic.reach import reach
from checklists.sql.dynamic.values import Undecided, Unknown, Value, text
from checklists.sql.folding.fold import run
from checklists.sql.folding.state import Refused
from checklists.sql.parse import pb
from checklists.sql.statements import Fault, Source, Statement, statements

_MOST_STEPS = 20_000
_RAISE_ERROR = 21


def execute(frame: Frame, function: Mapping[str, Any]) -> Value:
    """Runs a parsed body; the value it returns.

    Raises:
        Refused: Postgres would fail, and nothing in the body catches it.
    """
    for datum in function.get("datums", ()):
        ((_, variable),) = datum.items()
        name = variable.get("refname", "")
        frame.names.append(name)
        if name and name not in frame.variables:
            frame.variables[name] = None
            default = variable.get("default_val")
            if default is not None:
                frame.variables[name] = value_or_unknown(frame, default)
    try:
        run_tree(frame, function["action"])
    except Return as done:
        return done.value
    except Leave:
        return None
    return None


def run_tree(frame: Frame, tree: Any) -> None:
    """Runs one statement, or several in order."""
    for each in tree if isinstance(tree, list) else [tree]:
        ((kind, body),) = each.items()
        try:
            frame.spend()
            _STATEMENTS[kind](frame, body)
        except Undecided as reason:
            _give_up(frame, each, body, reason)
        except KeyError:
            _give_up(frame, each, body, Undecided(f"a {kind} is not followed"))


def _give_up(frame: Frame, tree: Any, body: Mapping[str, Any], reason: Undecided) -> None:
    """A statement that cannot be decided: a gap for each thing it may touch, and its variables unknown."""
    here = frame.locate(body.get("lineno", 0))
    for of, facets in dict.fromkeys(reach(frame.db, tree)):
        because = f"what a block does here cannot be decided from the migrations: {reason}"
        frame.db.gap(of or f"file:{frame.path}", because, here, facets)
    for name in _assigned(tree, frame):
        frame.variables[name] = Unknown(str(reason))


def _assigned(tree: Any, frame: Frame) -> Iterator[str]:
    """Names of the variables that a part of the tree assigns."""
    if isinstance(tree, list):
        for each in tree:
            yield from _assigned(each, frame)
    elif isinstance(tree, dict):
        for key, value in tree.items():
            if key == "PLpgSQL_stmt_assign" and 0 <= value.get("varno", 0) < len(frame.names):
                yield frame.names[value.get("varno", 0)]
            elif key in ("target", "var"):
                yield from targets(value)
            else:
                yield from _assigned(value, frame)


_Runner = Callable[[Frame, Mapping[str, Any]], None]
_STATEMENTS: dict[str, _Runner] = {}


def runs(*kinds: str) -> Callable[[_Runner], _Runner]:
    def register(runner: _Runner) -> _Runner:
        _STATEMENTS.update({f"PLpgSQL_stmt_{kind}": runner for kind in kinds})
        return runner

    return register


@runs("block")
def _block(frame: Frame, body: Mapping[str, Any]) -> None:
    handlers = body.get("exceptions", {}).get("PLpgSQL_exception_block", {}).get("exc_list", ())
    before = frame.db.snapshot() if handlers else None
    try:
        run_tree(frame, body.get("body", []))
    except Leave as leave:
        if not leave.label or leave.label != body.get("label"):
            raise
    except Refused as refused:
        handler = next((h for h in handlers if catches(h, refused.state)), None)
        if handler is None or before is None:
            raise
        frame.db.restore(before)
        frame.variables |= {"sqlstate": refused.state, "sqlerrm": Unknown("an error's text is not known")}
        try:
            run_tree(frame, handler["PLpgSQL_exception"].get("action", []))
        except Reraise:
            raise refused from None


@runs("if")
def _if(frame: Frame, body: Mapping[str, Any]) -> None:
    if truth(frame, body["cond"]):
        run_tree(frame, body.get("then_body", []))
        return
    for each in body.get("elsif_list", ()):
        branch = each["PLpgSQL_if_elsif"]
        if truth(frame, branch["cond"]):
            run_tree(frame, branch.get("stmts", []))
            return
    run_tree(frame, body.get("else_body", []))


@runs("case")
def _case(frame: Frame, body: Mapping[str, Any]) -> None:
    if "t_expr" in body:
        frame.variables[frame.names[body["t_varno"]]] = evaluate(frame, body["t_expr"])
    for each in body.get("case_when_list", ()):
        branch = each["PLpgSQL_case_when"]
        if truth(frame, branch["expr"]):
            run_tree(frame, branch.get("stmts", []))
            return
    run_tree(frame, body.get("else_stmts", []))


@runs("exit")
def _exit(frame: Frame, body: Mapping[str, Any]) -> None:
    if "cond" not in body or truth(frame, body["cond"]):
        raise Leave(body.get("label", ""), ends=body.get("is_exit", False))


@runs("return")
def _return(frame: Frame, body: Mapping[str, Any]) -> None:
    raise Return(value_or_unknown(frame, body["expr"]) if "expr" in body else None)


@runs("return_next", "return_query", "commit", "rollback", "close", "open", "fetch")
def _ignored(_frame: Frame, _body: Mapping[str, Any]) -> None:
    """Rows returned are not used; cursors are over data."""


@runs("raise")
def _raise(frame: Frame, body: Mapping[str, Any]) -> None:
    if body.get("elog_level") != _RAISE_ERROR:
        return
    if not any(key in body for key in ("message", "condname", "options")):
        raise Reraise
    state = "P0001"
    for each in body.get("options", ()):
        option = each["PLpgSQL_raise_option"]
        if option.get("opt_type", 0) == 0:
            state = text(evaluate(frame, option["expr"]))
    message = body.get("message") or body.get("condname") or "an error"
    raise Refused(state, f"a block raises: {message}", f"file:{frame.path}")


@runs("assert")
def _assert(frame: Frame, body: Mapping[str, Any]) -> None:
    if not truth(frame, body["cond"]):
        raise Refused("P0004", "an ASSERT fails", f"file:{frame.path}")


@runs("assign")
def _assign(frame: Frame, body: Mapping[str, Any]) -> None:
    sql = expression_of(body["expr"])
    target, _, expression = sql.partition(":=") if ":=" in sql else sql.partition("=")
    value = value_or_unknown(frame, {"PLpgSQL_expr": {"query": expression}})
    name, dot, part = target.strip().partition(".")
    if "[" in target:
        frame.variables[name.partition("[")[0].strip()] = Unknown("an element of an array is assigned")
    elif dot:
        record = frame.variables.get(name.strip('" '))
        frame.variables[name.strip('" ')] = {
            **(record if isinstance(record, dict) else {}),
            part.strip('" '): value,
        }
    else:
        frame.variables[frame.names[body["varno"]]] = value


@runs("getdiag")
def _diagnostics(frame: Frame, body: Mapping[str, Any]) -> None:
    for each in body.get("diag_items", ()):
        number = each["PLpgSQL_diag_item"].get("target", 0)
        frame.variables[frame.names[number]] = Unknown("how many rows a statement met is not known")


@runs("perform", "call")
def _perform(frame: Frame, body: Mapping[str, Any]) -> None:
    sql = expression_of(body["expr"])
    _fold(frame, sql, frame.locate(body.get("lineno", 0), sql.count("\n")))


@runs("execsql")
def _statement(frame: Frame, body: Mapping[str, Any]) -> None:
    sql = body["sqlstmt"]["PLpgSQL_expr"]["query"]
    if not body.get("into"):
        _fold(frame, sql, frame.locate(body.get("lineno", 0), sql.count("\n")))
        return
    try:
        rows = query(frame, sql)
    except Undecided:
        _fold(frame, sql, frame.locate(body.get("lineno", 0), sql.count("\n")))
        raise
    if body.get("strict") and len(rows) != 1:
        raise Refused("P0002", "a query returns no row, or more than one", f"file:{frame.path}")
    assign_row(frame, body["target"], rows[0] if rows else None)


@runs("dynexecute")
def _dynamic(frame: Frame, body: Mapping[str, Any]) -> None:
    sql = evaluate(frame, body["query"])
    if sql is None:
        raise Refused("22004", "the text of an EXECUTE is NULL", f"file:{frame.path}")
    here = frame.locate(body.get("lineno", 0), expression_of(body["query"]).count("\n"))
    inside = with_parameters(frame, body)
    if body.get("into"):
        rows = query(inside, text(sql))
        assign_row(frame, body["target"], rows[0] if rows else None)
        return
    _fold(inside, text(sql), here, computed=True)


def _fold(frame: Frame, sql: str, here: Location, *, computed: bool = False) -> None:
    """Folds the statements of a text, which see the frame's variables."""
    flat = here.end_line if computed or frame.flat else None
    source = Source(frame.path, sql.encode("utf-8", "replace"), here.line, flat)
    outer, frame.db.variables = frame.db.variables, frame.variables
    try:
        for each in statements(source):
            if isinstance(each, Fault):
                raise Refused(
                    "42601",
                    f"a statement put together here does not parse: {each.because}",
                    f"file:{here.path}",
                )
            if not isinstance(each.node, pb.TransactionStmt):
                run(frame.db, each)
    finally:
        frame.db.variables = outer


def fold_within(frame: Frame, statement: Statement) -> None:
    """Folds one statement, which sees the frame's variables."""
    outer, frame.db.variables = frame.db.variables, frame.variables
    try:
        run(frame.db, statement)
    finally:
        frame.db.variables = outer

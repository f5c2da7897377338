"""Runs plpgsql as far as the migrations alone decide it; where they do not, notes what the code may touch.

Nothing is executed: statements are folded into the schema, expressions are evaluated over it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from checklists.model import Location
from checklists.sql.dynamic import queries
from checklists.sql.dynamic.conditions import catches
from checklists.sql.dynamic.evaluator import Call, Evaluator
from checklists.sql.dynamic.reach import reach
from checklists.sql.dynamic.values import Undecided, Unknown, Value, text
from checklists.sql.fold import run
from checklists.sql.parse import MAX_DEPTH, SyntaxFault, depth, parse, pb
from checklists.sql.state import Database, Refused
from checklists.sql.statements import Fault, Source, Statement, statements

_MOST_STEPS = 20_000
_RAISE_ERROR = 21


class Return(Exception):  # noqa: N818 - control flow
    """RETURN."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


class Leave(Exception):  # noqa: N818 - control flow
    """EXIT or CONTINUE, of the loop or block of that label, or the nearest loop."""

    def __init__(self, label: str, *, ends: bool) -> None:
        super().__init__()
        self.label = label
        self.ends = ends


@dataclass(slots=True)
class Frame:
    """One run of a body: its variables, and where its text stands in a file."""

    db: Database
    path: str
    first_line: int
    last_line: int
    variables: dict[str, Value]
    call: Call
    budget: list[int]
    flat: bool = False
    names: list[str] = field(default_factory=list)

    @property
    def evaluator(self) -> Evaluator:
        """Evaluates with the variables as they are now."""
        return Evaluator(self.db, self.variables, self.call)

    def locate(self, line: int, length: int = 0) -> Location:
        """The file lines of a statement that starts on this line of the body."""
        if self.flat or not line:
            return Location(self.path, self.first_line, self.last_line)
        start = self.first_line + line - 1
        return Location(self.path, start, start + length)


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
                frame.variables[name] = _value(frame, default)
    try:
        _run(frame, function["action"])
    except Return as done:
        return done.value
    except Leave:
        return None
    return None


def _expression(holder: Mapping[str, Any]) -> str:
    query: str = holder["PLpgSQL_expr"]["query"]
    return query


def _node(sql: str) -> Any:
    """The parsed expression of `sql`.

    Raises:
        Undecided: It does not parse.
    """
    try:
        if depth(sql) > MAX_DEPTH:
            raise Undecided("an expression nests too deeply")
        return parse(f"SELECT {sql}")[0].stmt.select_stmt
    except SyntaxFault:
        raise Undecided("an expression is not followed") from None


def _evaluate(frame: Frame, holder: Mapping[str, Any]) -> Value:
    select = _node(_expression(holder))
    if len(select.target_list) == 1 and not select.from_clause and not select.HasField("where_clause"):
        return frame.evaluator.value(select.target_list[0].res_target.val)
    found = queries.select(frame.evaluator, select, ())
    return next(iter(found[0].values()), None) if found else None


def _value(frame: Frame, holder: Mapping[str, Any]) -> Value:
    """The value, or why it is not known."""
    try:
        return _evaluate(frame, holder)
    except Undecided as reason:
        return queries.unknown(reason)


def _truth(frame: Frame, holder: Mapping[str, Any]) -> bool:
    return frame.evaluator.truth(_node(_expression(holder)).target_list[0].res_target.val) is True


def _run(frame: Frame, tree: Any) -> None:
    """Runs one statement, or several in order."""
    for each in tree if isinstance(tree, list) else [tree]:
        ((kind, body),) = each.items()
        frame.budget[0] -= 1
        try:
            if frame.budget[0] < 0:
                raise Undecided("it runs for too long to be followed")
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
                yield from _targets(value)
            else:
                yield from _assigned(value, frame)


def _targets(target: Mapping[str, Any]) -> list[str]:
    ((kind, body),) = target.items()
    if kind == "PLpgSQL_row":
        return [each["name"] for each in body.get("fields", ())]
    return [body.get("refname", "")]


def _assign_row(frame: Frame, target: Mapping[str, Any], row: Mapping[str, Value] | None) -> None:
    names = _targets(target)
    if "PLpgSQL_row" in target or "PLpgSQL_var" in target:
        values = list(row.values()) if row is not None else []
        for position, name in enumerate(names):
            frame.variables[name] = values[position] if position < len(values) else None
    else:
        frame.variables[names[0]] = dict(row) if row is not None else None
    frame.variables["found"] = row is not None


_Runner = Callable[[Frame, Mapping[str, Any]], None]
_STATEMENTS: dict[str, _Runner] = {}


def _runs(*kinds: str) -> Callable[[_Runner], _Runner]:
    def register(runner: _Runner) -> _Runner:
        _STATEMENTS.update({f"PLpgSQL_stmt_{kind}": runner for kind in kinds})
        return runner

    return register


@_runs("block")
def _block(frame: Frame, body: Mapping[str, Any]) -> None:
    handlers = body.get("exceptions", {}).get("PLpgSQL_exception_block", {}).get("exc_list", ())
    before = frame.db.snapshot() if handlers else None
    try:
        _run(frame, body.get("body", []))
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
            _run(frame, handler["PLpgSQL_exception"].get("action", []))
        except Reraise:
            raise refused from None


class Reraise(Exception):  # noqa: N818 - control flow
    """RAISE without arguments."""


@_runs("if")
def _if(frame: Frame, body: Mapping[str, Any]) -> None:
    if _truth(frame, body["cond"]):
        _run(frame, body.get("then_body", []))
        return
    for each in body.get("elsif_list", ()):
        branch = each["PLpgSQL_if_elsif"]
        if _truth(frame, branch["cond"]):
            _run(frame, branch.get("stmts", []))
            return
    _run(frame, body.get("else_body", []))


@_runs("case")
def _case(frame: Frame, body: Mapping[str, Any]) -> None:
    if "t_expr" in body:
        frame.variables[frame.names[body["t_varno"]]] = _evaluate(frame, body["t_expr"])
    for each in body.get("case_when_list", ()):
        branch = each["PLpgSQL_case_when"]
        if _truth(frame, branch["expr"]):
            _run(frame, branch.get("stmts", []))
            return
    _run(frame, body.get("else_stmts", []))


def _turn(frame: Frame, body: Mapping[str, Any]) -> bool:
    """One turn of a loop; whether it goes on."""
    try:
        _run(frame, body.get("body", []))
    except Leave as leave:
        if leave.label and leave.label != body.get("label"):
            raise
        return not leave.ends
    return True


@_runs("loop", "while")
def _loop(frame: Frame, body: Mapping[str, Any]) -> None:
    while "cond" not in body or _truth(frame, body["cond"]):
        if frame.budget[0] < 0:
            raise Undecided("it runs for too long to be followed")
        frame.budget[0] -= 1
        if not _turn(frame, body):
            return


@_runs("fori")
def _for_numbers(frame: Frame, body: Mapping[str, Any]) -> None:
    low, high = _evaluate(frame, body["lower"]), _evaluate(frame, body["upper"])
    step = _evaluate(frame, body["step"]) if "step" in body else 1
    if not all(isinstance(each, int) for each in (low, high, step)) or step < 1:
        raise Undecided("the bounds of a loop are not known")
    down = body.get("reverse", False)
    for number in range(low, high - 1, -step) if down else range(low, high + 1, step):
        frame.variables[_targets(body["var"])[0]] = number
        if not _turn(frame, body) or frame.budget[0] < 0:
            return


@_runs("fors")
def _for_rows(frame: Frame, body: Mapping[str, Any]) -> None:
    _each_row(frame, body, _query(frame, _expression(body["query"])))


@_runs("dynfors")
def _for_dynamic(frame: Frame, body: Mapping[str, Any]) -> None:
    sql = _evaluate(frame, body["query"])
    _each_row(frame, body, _query(_with_parameters(frame, body), text(sql)))


def _each_row(frame: Frame, body: Mapping[str, Any], rows: list[queries.Row]) -> None:
    for row in rows:
        _assign_row(frame, body["var"], row)
        if not _turn(frame, body):
            break
    frame.variables["found"] = bool(rows)


def _query(frame: Frame, sql: str) -> list[queries.Row]:
    """The rows of a query, whole."""
    try:
        raws = parse(sql) if depth(sql) <= MAX_DEPTH else []
    except SyntaxFault:
        raws = []
    if len(raws) != 1 or raws[0].stmt.WhichOneof("node") != "select_stmt":
        raise Undecided("a query is not followed")
    return queries.select(frame.evaluator, raws[0].stmt.select_stmt, ())


@_runs("foreach_a")
def _for_elements(frame: Frame, body: Mapping[str, Any]) -> None:
    if body.get("slice"):
        raise Undecided("FOREACH … SLICE is not followed")
    values = _evaluate(frame, body["expr"])
    if values is None:
        raise Refused("22004", "FOREACH expression must not be null", f"file:{frame.path}")
    name = frame.names[body["varno"]]
    from_array = values if isinstance(values, list) else []
    for each in from_array:
        frame.variables[name] = each
        if not _turn(frame, body):
            break
    frame.variables["found"] = bool(from_array)


@_runs("exit")
def _exit(frame: Frame, body: Mapping[str, Any]) -> None:
    if "cond" not in body or _truth(frame, body["cond"]):
        raise Leave(body.get("label", ""), ends=body.get("is_exit", False))


@_runs("return")
def _return(frame: Frame, body: Mapping[str, Any]) -> None:
    raise Return(_value(frame, body["expr"]) if "expr" in body else None)


@_runs("return_next", "return_query", "commit", "rollback", "close", "open", "fetch")
def _ignored(_frame: Frame, _body: Mapping[str, Any]) -> None:
    """Rows returned are not used; cursors are over data."""


@_runs("raise")
def _raise(frame: Frame, body: Mapping[str, Any]) -> None:
    if body.get("elog_level") != _RAISE_ERROR:
        return
    if not any(key in body for key in ("message", "condname", "options")):
        raise Reraise
    state = "P0001"
    for each in body.get("options", ()):
        option = each["PLpgSQL_raise_option"]
        if option.get("opt_type", 0) == 0:
            state = text(_evaluate(frame, option["expr"]))
    message = body.get("message") or body.get("condname") or "an error"
    raise Refused(state, f"a block raises: {message}", f"file:{frame.path}")


@_runs("assert")
def _assert(frame: Frame, body: Mapping[str, Any]) -> None:
    if not _truth(frame, body["cond"]):
        raise Refused("P0004", "an ASSERT fails", f"file:{frame.path}")


@_runs("assign")
def _assign(frame: Frame, body: Mapping[str, Any]) -> None:
    sql = _expression(body["expr"])
    target, _, expression = sql.partition(":=") if ":=" in sql else sql.partition("=")
    value = _value(frame, {"PLpgSQL_expr": {"query": expression}})
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


@_runs("getdiag")
def _diagnostics(frame: Frame, body: Mapping[str, Any]) -> None:
    for each in body.get("diag_items", ()):
        number = each["PLpgSQL_diag_item"].get("target", 0)
        frame.variables[frame.names[number]] = Unknown("how many rows a statement met is not known")


@_runs("perform", "call")
def _perform(frame: Frame, body: Mapping[str, Any]) -> None:
    sql = _expression(body["expr"])
    _fold(frame, sql, frame.locate(body.get("lineno", 0), sql.count("\n")))


@_runs("execsql")
def _statement(frame: Frame, body: Mapping[str, Any]) -> None:
    sql = body["sqlstmt"]["PLpgSQL_expr"]["query"]
    if not body.get("into"):
        _fold(frame, sql, frame.locate(body.get("lineno", 0), sql.count("\n")))
        return
    try:
        rows = _query(frame, sql)
    except Undecided:
        _fold(frame, sql, frame.locate(body.get("lineno", 0), sql.count("\n")))
        raise
    if body.get("strict") and len(rows) != 1:
        raise Refused("P0002", "a query returns no row, or more than one", f"file:{frame.path}")
    _assign_row(frame, body["target"], rows[0] if rows else None)


def _with_parameters(frame: Frame, body: Mapping[str, Any]) -> Frame:
    """The frame that EXECUTE … USING sees: its parameters alone."""
    values = {f"${n}": _value(frame, each) for n, each in enumerate(body.get("params", ()), 1)}
    return Frame(
        frame.db, frame.path, frame.first_line, frame.last_line, values, frame.call, frame.budget, frame.flat
    )


@_runs("dynexecute")
def _dynamic(frame: Frame, body: Mapping[str, Any]) -> None:
    sql = _evaluate(frame, body["query"])
    if sql is None:
        raise Refused("22004", "the text of an EXECUTE is NULL", f"file:{frame.path}")
    here = frame.locate(body.get("lineno", 0), _expression(body["query"]).count("\n"))
    inside = _with_parameters(frame, body)
    if body.get("into"):
        rows = _query(inside, text(sql))
        _assign_row(frame, body["target"], rows[0] if rows else None)
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

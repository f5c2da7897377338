"""One run of a plpgsql body: its variables, and how its expressions and queries are evaluated."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from checklists.model import Location
from checklists.sql.dynamic.evaluator import Call, Evaluator
from checklists.sql.dynamic.queries import unknown
from checklists.sql.dynamic.values import Row, Undecided, Value
from checklists.sql.folding.state import Database
from checklists.sql.parse import MAX_DEPTH, SyntaxFault, depth, parse


class Return(Exception):
    """RETURN."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


class Leave(Exception):
    """EXIT or CONTINUE, of the loop or block of that label, or the nearest loop."""

    def __init__(self, label: str, *, ends: bool) -> None:
        super().__init__()
        self.label = label
        self.ends = ends


class Reraise(Exception):
    """RAISE without arguments."""


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

    def spend(self) -> None:
        """Counts one step.

        Raises:
            Undecided: There have been too many.
        """
        self.budget[0] -= 1
        if self.budget[0] < 0:
            raise Undecided("it runs for too long to be followed")

    def locate(self, line: int, length: int = 0) -> Location:
        """The file lines of a statement that starts on this line of the body."""
        if self.flat or not line:
            return Location(self.path, self.first_line, self.last_line)
        start = self.first_line + line - 1
        return Location(self.path, start, start + length)


def expression_of(holder: Mapping[str, Any]) -> str:
    query: str = holder["PLpgSQL_expr"]["query"]
    return query


def parsed(sql: str) -> Any:
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


def evaluate(frame: Frame, holder: Mapping[str, Any]) -> Value:
    select = parsed(expression_of(holder))
    if len(select.target_list) == 1 and not select.from_clause and not select.HasField("where_clause"):
        return frame.evaluator.value(select.target_list[0].res_target.val)
    found = frame.evaluator.select(select)
    return next(iter(found[0].values()), None) if found else None


def value_or_unknown(frame: Frame, holder: Mapping[str, Any]) -> Value:
    """The value, or why it is not known."""
    try:
        return evaluate(frame, holder)
    except Undecided as reason:
        return unknown(reason)


def truth(frame: Frame, holder: Mapping[str, Any]) -> bool:
    return frame.evaluator.truth(parsed(expression_of(holder)).target_list[0].res_target.val) is True


def targets(target: Mapping[str, Any]) -> list[str]:
    ((kind, body),) = target.items()
    if kind == "PLpgSQL_row":
        return [each["name"] for each in body.get("fields", ())]
    return [body.get("refname", "")]


def assign_row(frame: Frame, target: Mapping[str, Any], row: Mapping[str, Value] | None) -> None:
    names = targets(target)
    if "PLpgSQL_row" in target or "PLpgSQL_var" in target:
        values = list(row.values()) if row is not None else []
        for position, name in enumerate(names):
            frame.variables[name] = values[position] if position < len(values) else None
    else:
        frame.variables[names[0]] = dict(row) if row is not None else None
    frame.variables["found"] = row is not None


def query(frame: Frame, sql: str) -> list[Row]:
    """The rows of a query, whole."""
    try:
        raws = parse(sql) if depth(sql) <= MAX_DEPTH else []
    except SyntaxFault:
        raws = []
    if len(raws) != 1 or raws[0].stmt.WhichOneof("node") != "select_stmt":
        raise Undecided("a query is not followed")
    return frame.evaluator.select(raws[0].stmt.select_stmt)


def with_parameters(frame: Frame, body: Mapping[str, Any]) -> Frame:
    """The frame that EXECUTE … USING sees: its parameters alone."""
    values = {f"${n}": value_or_unknown(frame, each) for n, each in enumerate(body.get("params", ()), 1)}
    return Frame(
        frame.db, frame.path, frame.first_line, frame.last_line, values, frame.call, frame.budget, frame.flat
    )

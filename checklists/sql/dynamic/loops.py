"""plpgsql's loops."""

from collections.abc import Mapping
from typing import Any

from checklists.sql.dynamic.frame import (
    Frame,
    Leave,
    assign_row,
    evaluate,
    expression_of,
    query,
    targets,
    truth,
    with_parameters,
)
from checklists.sql.dynamic.interpreter import run_tree, runs
from checklists.sql.dynamic.values import Row, Undecided, text
from checklists.sql.folding.state import Refused


def _turn(frame: Frame, body: Mapping[str, Any]) -> bool:
    """One turn of a loop; whether it goes on."""
    try:
        run_tree(frame, body.get("body", []))
    except Leave as leave:
        if leave.label and leave.label != body.get("label"):
            raise
        return not leave.ends
    return True


@runs("loop", "while")
def _loop(frame: Frame, body: Mapping[str, Any]) -> None:
    while "cond" not in body or truth(frame, body["cond"]):
        frame.spend()
        if not _turn(frame, body):
            return


@runs("fori")
def _for_numbers(frame: Frame, body: Mapping[str, Any]) -> None:
    low, high = evaluate(frame, body["lower"]), evaluate(frame, body["upper"])
    step = evaluate(frame, body["step"]) if "step" in body else 1
    if not all(isinstance(each, int) for each in (low, high, step)) or step < 1:
        raise Undecided("the bounds of a loop are not known")
    down = body.get("reverse", False)
    for number in range(low, high - 1, -step) if down else range(low, high + 1, step):
        frame.variables[targets(body["var"])[0]] = number
        if not _turn(frame, body) or frame.budget[0] < 0:
            return


@runs("fors")
def _for_rows(frame: Frame, body: Mapping[str, Any]) -> None:
    _each_row(frame, body, query(frame, expression_of(body["query"])))


@runs("dynfors")
def _for_dynamic(frame: Frame, body: Mapping[str, Any]) -> None:
    sql = evaluate(frame, body["query"])
    _each_row(frame, body, query(with_parameters(frame, body), text(sql)))


def _each_row(frame: Frame, body: Mapping[str, Any], rows: list[Row]) -> None:
    for row in rows:
        assign_row(frame, body["var"], row)
        if not _turn(frame, body):
            break
    frame.variables["found"] = bool(rows)


@runs("foreach_a")
def _for_elements(frame: Frame, body: Mapping[str, Any]) -> None:
    if body.get("slice"):
        raise Undecided("FOREACH … SLICE is not followed")
    values = evaluate(frame, body["expr"])
    if values is None:
        raise Refused("22004", "FOREACH expression must not be null", f"file:{frame.path}")
    name = frame.names[body["varno"]]
    from_array = values if isinstance(values, list) else []
    for each in from_array:
        frame.variables[name] = each
        if not _turn(frame, body):
            break
    frame.variables["found"] = bool(from_array)

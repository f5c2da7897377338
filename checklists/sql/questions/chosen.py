"""Which values an expression may have when part of it is the caller's: any, or those that it lets through."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

from checklists.sql.expressions.calls import identifier
from checklists.sql.expressions.parse import bare, disjuncts

_METADATA = frozenset({"raw_user_meta_data", "user_metadata"})
_PASSED_ON = (exp.Coalesce, exp.Nullif, exp.Trim, exp.Lower, exp.Upper)
_JSON = (exp.JSONExtract, exp.JSONExtractScalar, exp.JSONBExtract, exp.JSONBExtractScalar)


@dataclass(frozen=True, slots=True)
class Choice:
    """What a caller's `key` of the metadata may make of a value: one of `values`, or any where that is None.

    `followed` is false where a condition that was not read may stand between.
    """

    key: str
    values: frozenset[str] | None = None
    followed: bool = True


def choice(node: exp.Expr | None, variables: Mapping[str, Choice]) -> Choice | None:
    """What the caller chooses of an expression's value; None where nothing of it is theirs.

    Args:
        node: The expression, in a function that a sign-up runs.
        variables: The function's variables that hold what the caller sent.
    """
    if node is None:
        return None
    node = bare(node)
    if isinstance(node, exp.Case | exp.If):
        return _of_case(node, variables)
    if isinstance(node, exp.Column) and not node.table:
        return variables.get(identifier(node.this))
    if isinstance(node, _JSON):
        return _of_json(node, variables)
    if isinstance(node, _PASSED_ON):
        parts = [node.this, *node.expressions] if isinstance(node, exp.Coalesce) else [node.this]
        return next((found for part in parts if (found := choice(part, variables)) is not None), None)
    return None


def conditions(node: exp.Expr, variables: Mapping[str, Choice]) -> Iterator[tuple[str, frozenset[str]]]:
    """(key, values) of each comparison of what the caller sent with a list of literals."""
    for each in node.find_all(exp.In, exp.EQ):
        found = choice(each.this, variables)
        others = each.expressions if isinstance(each, exp.In) else _elements(each.expression)
        if found is not None and others and all(isinstance(bare(o), exp.Literal) for o in others):
            yield found.key, frozenset(bare(o).name for o in others)


def _elements(node: exp.Expr) -> list[exp.Expr]:
    """The elements of `any (array[…])`, or the one value itself."""
    if isinstance(node, exp.Any):
        inner = bare(node.this)
        return list(inner.expressions) if isinstance(inner, exp.Array) else [inner]
    return [node]


def _of_json(node: exp.Expr, variables: Mapping[str, Choice]) -> Choice | None:
    inner = bare(node.this)
    key = next(iter(re.findall(r"\w+", _path(node))[-1:]), "")
    if isinstance(inner, exp.Column):
        name = identifier(inner.this)
        return Choice(key) if name in _METADATA or name in variables else None
    if isinstance(inner, _JSON):
        own = _path(inner) in _METADATA
        return Choice(key) if own or choice(inner, variables) is not None else None
    return None


def _path(node: exp.Expr) -> str:
    path = node.args.get("expression")
    if isinstance(path, exp.JSONPath):
        return ".".join(str(each.this) for each in path.expressions if isinstance(each, exp.JSONPathKey))
    return path.name if isinstance(path, exp.Literal) else ""


def _of_case(node: exp.Expr, variables: Mapping[str, Choice]) -> Choice | None:
    """Literals that a condition on what was sent leads to, and values sent that a list lets through."""
    branches = node.args.get("ifs") or []
    subject = node.args.get("this")
    admitted: set[str] = set()
    key = ""
    for branch in branches:
        compared = exp.EQ(this=subject.copy(), expression=branch.this.copy()) if subject else branch.this
        listed = {k: values for each in disjuncts(compared) for k, values in conditions(each, variables)}
        sent = choice(branch.args.get("true"), variables)
        result = bare(branch.args["true"])
        if sent is not None and sent.key not in listed:
            return sent
        if sent is not None:
            key, admitted = sent.key, admitted | listed[sent.key]
        elif listed and isinstance(result, exp.Literal | exp.Boolean):
            key, admitted = next(iter(listed)), admitted | {_text(result)}
    other = choice(node.args.get("default"), variables)
    return other or (Choice(key, frozenset(admitted)) if key else None)


def _text(node: exp.Expr) -> str:
    return str(node.this).lower() if isinstance(node, exp.Boolean) else node.name

"""What a policy's own words ask of a row: the values that its columns are compared with."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

from checklists.live.rows.candidates import Value
from checklists.sql.expressions.parse import bare, conjuncts, disjuncts, parse

_MOST = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """`values` are what one part of an OR compares columns with, `others` what it compares them against
    (`<>`, `is not null` as None); `part` is that part.
    """

    part: str
    values: Mapping[str, Value]
    others: Mapping[str, frozenset[Value]]

    @property
    def words(self) -> str:
        """For a sentence: `status = published`, `is_open = true`."""
        same = [f"{c} is null" if v is None else f"{c} = {v}" for c, v in self.values.items()]
        apart = [
            f"{c} is not null" if v is None else f"{c} <> {v}"
            for c, values in self.others.items()
            for v in sorted(values, key=str)
        ]
        return " and ".join((*same, *apart))


def asked_of_rows(text: str) -> Iterator[Asked]:
    """One for each part of an OR that compares columns with literals, and one for each literal of an IN."""
    tree = parse(text)
    for part in disjuncts(tree) if tree is not None else ():
        listed: dict[str, list[Value]] = {}
        others: dict[str, frozenset[Value]] = {}
        for term in conjuncts(part):
            _read(term, listed, others)
        first: dict[str, Value] = {column: values[0] for column, values in listed.items()}
        rows = [first] + [first | {c: v} for c, values in listed.items() for v in values[1:_MOST]]
        for row in rows if first or others else ():
            apart = {c: values for c, values in others.items() if c not in row}
            yield Asked(part.sql("postgres"), row, apart)


def _read(term: exp.Expr, listed: dict[str, list[Value]], others: dict[str, frozenset[Value]]) -> None:
    """What one term asks for, sorted into what a column must be and must not be."""
    negated = False
    term = bare(term)
    while isinstance(term, exp.Not):
        negated, term = not negated, bare(term.this)
    if isinstance(term, exp.Column):
        listed.setdefault(term.name, []).append("false" if negated else "true")
        return
    found = _compared(term)
    if found is None:
        return
    column, values, equal = found
    if equal is not negated:
        listed.setdefault(column, []).extend(values)
    else:
        others[column] = others.get(column, frozenset()) | frozenset(values)


def _compared(term: exp.Expr) -> tuple[str, list[Value], bool] | None:
    """The column, the literals, and whether it has to be one of them."""
    if isinstance(term, exp.EQ | exp.NEQ | exp.Is):
        for one, other in ((term.left, term.right), (term.right, term.left)):
            column, values = bare(one), _literals(bare(other))
            if isinstance(column, exp.Column) and values:
                return column.name, values, not (isinstance(term, exp.NEQ) or term.args.get("negate"))
    if isinstance(term, exp.In):
        column = bare(term.this)
        values = [value for each in term.expressions for value in _literals(bare(each))]
        if isinstance(column, exp.Column) and values:
            return column.name, values, True
    return None


def _literals(node: exp.Expr) -> list[Value]:
    """The literals that it is, or lists (`ANY (ARRAY[…])`)."""
    if isinstance(node, exp.Null):
        return [None]
    if isinstance(node, exp.Boolean):
        return [str(node.this).lower()]
    if isinstance(node, exp.Literal):
        return [str(node.this)]
    if isinstance(node, exp.Any | exp.All):
        return _literals(bare(node.this))
    if isinstance(node, exp.Array):
        return [value for each in node.expressions for value in _literals(bare(each))]
    return []

"""What an expression asks of a row, in words; its SQL stands in backticks where no words are plainer."""

from sqlglot import exp

from checklists.sql.expressions.calls import identifier
from checklists.sql.expressions.parse import bare, conjuncts, disjuncts, parse

_COMPARED = {
    exp.EQ: "is", exp.NEQ: "is not", exp.GT: "is over", exp.GTE: "is at least", exp.LT: "is under",
    exp.LTE: "is at most",
}  # fmt: skip
_CALLER = {"auth.uid": "the caller", "auth.role": "the caller's role", "auth.email": "the caller's address"}


def in_words(text: str) -> str:
    """As it goes on after "rows where": "`owner` is the caller and `status` is `'open'`"."""
    tree = parse(text)
    return f"`{' '.join(text.split())}`" if tree is None else _said(tree)


def _said(node: exp.Expr) -> str:
    node = bare(node)
    match node:
        case exp.And():
            return " and ".join(_part(each, exp.Or) for each in conjuncts(node))
        case exp.Or():
            return ", or ".join(_part(each, exp.And) for each in disjuncts(node))
        case exp.Not():
            return _denied(bare(node.this))
        case exp.Boolean():
            return "it is any row" if node.this else "it is no row"
        case exp.Is() if isinstance(bare(node.expression), exp.Null):
            return _null(node, denied=bool(node.args.get("negate")))
        case exp.In():
            return f"{_value(node.this)} is one of {_set(node)}"
        case exp.Exists():
            return f"there is {_row_of(node.this)}"
        case exp.Column():
            return f"{_value(node)} is true"
    return _compared(node)


def _part(node: exp.Expr, other: type[exp.Expr]) -> str:
    """A part of a chain, in brackets where it is a chain of the other kind."""
    said = _said(node)
    return f"({said})" if isinstance(bare(node), other) else said


def _denied(node: exp.Expr) -> str:
    if isinstance(node, exp.Is) and isinstance(bare(node.expression), exp.Null):
        return _null(node, denied=not node.args.get("negate"))
    if isinstance(node, exp.In):
        return f"{_value(node.this)} is none of {_set(node)}"
    if isinstance(node, exp.Exists):
        return f"there is no {_row_of(node.this).removeprefix('a ')}"
    return f"{_value(node)} is false" if isinstance(node, exp.Column) else f"not ({_said(node)})"


def _null(node: exp.Is, *, denied: bool) -> str:
    if _is_caller(node.this):
        return "the caller is signed in" if denied else "nobody is signed in"
    return f"{_value(node.this)} is {'not ' if denied else ''}null"


def _compared(node: exp.Expr) -> str:
    words = next((said for kind, said in _COMPARED.items() if type(node) is kind), "")
    if not words or not isinstance(node, exp.Binary):
        return f"{_sql(node)} holds"
    left, right = bare(node.left), bare(node.right)
    if isinstance(right, exp.Any):
        inner = bare(right.this)
        row = _rows(inner) if isinstance(inner, exp.Select) else _sql(inner)
        return f"{_value(left)} {words} one of {row}"
    if _is_caller(left) or (right.find(exp.Column) and not left.find(exp.Column)):  # the row's own first
        left, right = right, left
        words = {"is over": "is under", "is under": "is over", "is at least": "is at most",
                 "is at most": "is at least"}.get(words, words)  # fmt: skip
    if _call(left) == "auth.role" and isinstance(node, exp.EQ) and right.name == "authenticated":
        return "the caller is signed in"
    return f"{_value(left)} {words} {_value(right)}"


def _set(node: exp.In) -> str:
    query = node.args.get("query")
    inner = bare(query.this if isinstance(query, exp.Subquery) else query) if query is not None else None
    if isinstance(inner, exp.Select):
        return _rows(inner)
    return ", ".join(_value(each) for each in node.expressions) or _sql(query or node)


def _rows(query: exp.Select) -> str:
    """`those `org_id` of …`: what a sub-select of one column gives."""
    if not query.args.get("from_") or len(query.expressions) != 1:
        return _sql(query)
    return f"the {_value(query.expressions[0].unalias())} of {_row_of(query).removeprefix('a row of ')}"


def _row_of(query: exp.Expr) -> str:
    query = query.this if isinstance(query, exp.Subquery) else query
    source = query.args.get("from_")
    table = source.this if source is not None else None
    if (
        not isinstance(query, exp.Select)
        or not isinstance(table, exp.Table)
        or any(query.args.get(part) for part in ("joins", "group", "having", "limit", "offset"))
    ):
        return f"a row of {_sql(query)}"
    name = f"`{'.'.join(identifier(part) for part in table.parts)}`"
    alias = f" (`{table.alias}`)" if table.alias and table.alias != table.name else ""
    where = query.args.get("where")
    return f"a row of {name}{alias}{f' where {_said(where.this)}' if where else ''}"


def _value(node: exp.Expr) -> str:
    node = bare(node)
    return _CALLER.get(_call(node)) or _sql(node)


def _is_caller(node: exp.Expr) -> bool:
    return _call(bare(node)) == "auth.uid"


def _call(node: exp.Expr) -> str:
    """`schema.function` of a call without arguments, else nothing."""
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Anonymous):
        return f"{identifier(node.this)}.{node.expression.name.lower()}"
    return ""


def _sql(node: exp.Expr) -> str:
    """The SQL without casts and sub-selects that only ask once."""
    tree = exp.Paren(this=node.copy())  # so that the topmost can be replaced as well
    for each in reversed(list(tree.find_all(exp.Cast, exp.Subquery))):
        plain = bare(each)
        if plain is not each:
            each.replace(plain)
    return f"`{tree.this.sql('postgres', normalize_functions=False)}`"

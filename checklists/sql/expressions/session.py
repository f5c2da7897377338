"""What an expression reads of the session: the caller's id, role and claims."""

from sqlglot import exp

from checklists.sql.expressions.parse import constant_select, parse


def session_value(node: exp.Expr) -> str | None:
    """`uid`, `role`, `email`, `jwt` or `claim x` for what reads the session, None for anything else."""
    text = node.sql("postgres").lower() if _may_ask(node) else ""
    if text in ("auth.uid()", "auth.role()", "auth.email()", "auth.jwt()"):
        return text[5:-2]
    if text.startswith("current_setting("):
        setting = node.expressions[0].name.lower() if node.expressions else ""
        return {
            "request.jwt.claims": "jwt",
            "request.jwt.claim.sub": "uid",
            "request.jwt.claim.role": "role",
            "request.jwt.claim.email": "email",
            "role": "role",
        }.get(setting)
    if isinstance(node, exp.JSONExtract | exp.JSONExtractScalar):
        path = claim_path(node)
        if path is None:
            return None
        joined = ".".join(path)
        return {"sub": "uid", "role": "role", "email": "email"}.get(joined, f"claim {joined}")
    return None


def _may_ask(node: exp.Expr) -> bool:
    """Whether it is worth writing out: that takes longer than all else that is asked of a node."""
    if isinstance(node, exp.Dot):
        called = node.expression
        return isinstance(called, exp.Func) and called.name.lower() in ("", "uid", "role", "email", "jwt")
    return isinstance(node, exp.Anonymous) and node.name.lower() == "current_setting"


def claim_path(node: exp.Expr) -> tuple[str, ...] | None:
    """The keys that a chain of `->` and `->>` takes out of the caller's token; None for any other value."""
    keys: list[str] = []
    while True:
        if isinstance(node, exp.Paren | exp.Cast):
            node = node.this
        elif isinstance(node, exp.Subquery) and (inner := constant_select(node)) is not None:
            node = inner
        elif isinstance(node, exp.JSONExtract | exp.JSONExtractScalar):
            keys[:0] = [str(key.this) for key in node.expression.find_all(exp.JSONPathKey)] or [
                node.expression.name
            ]
            node = node.this
        elif isinstance(node, exp.Dot | exp.Anonymous):
            return tuple(keys) if session_value(node) == "jwt" else None
        else:
            return None


def session_values(text: str) -> frozenset[str]:
    """All that an expression reads of the session, in the words of `session_value`."""
    tree = parse(text)
    found = () if tree is None else (session_value(node) for node in tree.walk())
    return frozenset(value for value in found if value is not None)

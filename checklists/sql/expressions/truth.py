"""Is an expression true whatever the row? Three-valued logic over the sets of values that each part can take.

Every node is evaluated to the set of atoms it may be: NULL, a boolean, a literal, a value known only by name
(equal to itself), or something unknown. A policy lets every row through when it can be nothing but true.
"""

from collections.abc import Callable
from enum import StrEnum
from itertools import product

from sqlglot import exp

from checklists.sql.expressions.atoms import (
    ANYTHING,
    NULL,
    OTHER,
    TRUTHS,
    Atom,
    Atoms,
    Literal,
    Named,
    fold,
    same_value,
    truths,
)
from checklists.sql.expressions.calls import identifier
from checklists.sql.expressions.parse import constant_select, parse
from checklists.sql.expressions.session import session_value


class Caller(StrEnum):
    """Whose session is assumed: any at all, an anonymous visitor's, or that of some signed-in user."""

    ANY = "any"
    ANONYMOUS = "anonymous"
    SIGNED_IN = "signed_in"


def always_true(text: str, not_null: frozenset[str] = frozenset()) -> bool | None:
    """Whether it is true for every row and every session; None where it cannot be read.

    `not_null` names columns that are never NULL: `id = id` holds for those only.
    """
    return holds_for(text, Caller.ANY, not_null)


def always_true_node(tree: exp.Expr, caller: Caller) -> bool:
    """`holds_for` of a node of a shared tree, columns being possibly NULL."""
    return _Reader(caller, frozenset()).truth(tree) == {True}


def holds_for(text: str, caller: Caller, not_null: frozenset[str] | None = frozenset()) -> bool | None:
    """Whether it is true for every row in a session of `caller`; `not_null=None`: no column is NULL."""
    tree = parse(text)
    if tree is None:
        return None
    try:
        return _Reader(caller, not_null).truth(tree) == {True}
    except RecursionError:
        return None


def never_true(text: str, caller: Caller) -> bool:
    """Whether it lets no row through in a session of `caller`, whatever the row; not where it is unreadable.

    `user_id = auth.uid()` is NULL for a visitor.
    """
    tree = parse(text)
    if tree is None:
        return False
    try:
        return True not in _Reader(caller, frozenset()).truth(tree)
    except RecursionError:
        return False


class _Reader:
    def __init__(self, caller: Caller, not_null: frozenset[str] | None) -> None:
        self.caller = caller
        self.not_null = not_null

    def truth(self, node: exp.Expr) -> frozenset[bool | None]:
        """The truth values that a condition can have."""
        return truths(self.atoms(node))

    def atoms(self, node: exp.Expr) -> Atoms:
        """The values that a node can have."""
        if (session := self._session(node)) is not None:
            return session
        for kinds, read in _READERS:
            if isinstance(node, kinds):
                return read(self, node)
        if isinstance(node, exp.Binary) and not isinstance(node, exp.Dot):
            return self._strict(node)
        return ANYTHING

    def _session(self, node: exp.Expr) -> Atoms | None:
        """What this session's caller makes of a call or a claim; None for anything else."""
        named = session_value(node)
        if named is None:
            return None
        if self.caller is Caller.ANY:
            return frozenset({None, Named(named)})
        if named == "jwt":
            return frozenset({Named(named)})
        if named == "role":
            return frozenset({Literal("anon" if self.caller is Caller.ANONYMOUS else "authenticated")})
        if self.caller is Caller.ANONYMOUS:
            return NULL
        return frozenset({Named(named)}) if named == "uid" else frozenset({None, Named(named)})

    def _strict(self, node: exp.Binary) -> Atoms:
        """An operator that gives NULL for NULL, and otherwise something unknown."""
        left, right = self.atoms(node.left), self.atoms(node.right)
        if NULL in (left, right):
            return NULL
        json = isinstance(node, exp.JSONExtract | exp.JSONExtractScalar | exp.Bracket)
        return ANYTHING if json or None in left | right else frozenset({OTHER})

    def compare(self, node: exp.Expr) -> Atoms:
        """`=` and `<>`, against a value, a list (`ANY`, `ALL`), or a sub-query."""
        left, right = node.this, node.expression
        wanted = isinstance(node, exp.EQ)
        if (quantified := _quantified(right)) is not None:
            items, is_any = quantified
            if items is None:
                return ANYTHING
            each = [self._equal(self.atoms(left), self.atoms(item), wanted) for item in items]
            return fold(each, any_of=is_any)
        return self._equal(self.atoms(left), self.atoms(right), wanted)

    def _equal(self, left: Atoms, right: Atoms, wanted: bool) -> Atoms:  # noqa: FBT001 - internal
        found: set[Atom] = set()
        for a, b in product(left, right):
            same = same_value(a, b)
            found |= {None} if a is None or b is None else TRUTHS if same is None else {same is wanted}
        return frozenset(found)

    def distinct(self, node: exp.Expr) -> Atoms:
        """`IS [NOT] DISTINCT FROM`: NULL is a value like any other."""
        left, right = self.atoms(node.this), self.atoms(node.expression)
        if node.this == node.expression and OTHER not in left:
            return frozenset({isinstance(node, exp.NullSafeEQ)})  # NULL on both sides at once
        found: set[Atom] = set()
        for a, b in product(left, right):
            same = (a is b) if a is None or b is None else same_value(a, b)
            found |= TRUTHS if same is None else {same is isinstance(node, exp.NullSafeEQ)}
        return frozenset(found)

    def is_(self, node: exp.Expr) -> Atoms:
        """`IS [NOT] NULL`, `IS [NOT] TRUE`, `IS [NOT] FALSE`."""
        target = node.expression
        if isinstance(target, exp.Null):
            found = {atom is None for atom in self.atoms(node.this)}
        elif isinstance(target, exp.Boolean):
            found = {truth is bool(target.this) for truth in self.truth(node.this)}
        else:
            return TRUTHS
        return frozenset(each is not bool(node.args.get("negate")) for each in found)

    def within(self, node: exp.Expr) -> Atoms:
        """`x IN (list)`; a sub-query's rows are not known."""
        if node.args.get("query") is not None or node.args.get("unnest") is not None:
            return ANYTHING
        here = self.atoms(node.this)
        each = [self._equal(here, self.atoms(item), wanted=True) for item in node.expressions]
        return fold(each, any_of=True)

    def column(self, node: exp.Expr) -> Atoms:
        """A column is itself, and may be NULL unless declared otherwise."""
        name = identifier(node)
        key = Named(f"column {name}")
        never = self.not_null is None or name.rpartition(".")[2] in self.not_null
        return frozenset({key}) if never else frozenset({None, key})

    def coalesce(self, node: exp.Expr) -> Atoms:
        """The first argument that is not NULL."""
        found: set[Atom] = set()
        for argument in (node.this, *node.expressions):
            atoms = self.atoms(argument)
            found |= atoms - NULL
            if None not in atoms:
                return frozenset(found)
        return frozenset(found | NULL)

    def nullif(self, node: exp.Expr) -> Atoms:
        """NULL where both are equal."""
        found: set[Atom] = set()
        for a, b in product(self.atoms(node.this), self.atoms(node.expression)):
            same = False if a is None or b is None else same_value(a, b)
            found |= {None} if same else {a} if same is False else {a, None}
        return frozenset(found)

    def case(self, node: exp.Expr) -> Atoms:
        """Every branch that can be reached."""
        found: set[Atom] = set()
        for branch in node.args.get("ifs") or ():
            condition = (
                exp.EQ(this=node.this.copy(), expression=branch.this.copy()) if node.this else branch.this
            )
            met = self.truth(condition)
            if True in met:
                found |= self.atoms(branch.args["true"])
            if met == {True}:
                return frozenset(found)
        default = node.args.get("default")
        return frozenset(found | (self.atoms(default) if default is not None else NULL))

    def subquery(self, node: exp.Expr) -> Atoms:
        """`(select x)` is x; any other scalar sub-query may be NULL."""
        inner = constant_select(node)
        return ANYTHING if inner is None else self.atoms(inner)

    def exists(self, node: exp.Expr) -> Atoms:
        """`exists (select 1)` is true; with a FROM it depends on the rows."""
        return frozenset({True}) if constant_select(node.this) is not None else TRUTHS

    def cast(self, node: exp.Expr) -> Atoms:
        """A cast keeps NULL and identity; to another kind of value it makes a new name."""
        target = node.args["to"].sql("postgres").lower()
        if target in ("uuid", "text", "boolean", "varchar"):
            return self.atoms(node.this)
        kept: set[Atom] = {
            Named(f"{a.key}::{target}") if isinstance(a, Named) else a for a in self.atoms(node.this)
        }
        return frozenset(kept)

    def like(self, node: exp.Expr) -> Atoms:
        """`x LIKE '%'` is true of every text."""
        if self.atoms(node.expression) == {Literal("%")}:
            return frozenset(None if atom is None else True for atom in self.atoms(node.this))
        return self._strict(node)  # type: ignore[arg-type]

    def not_(self, node: exp.Expr) -> Atoms:
        """Kleene's NOT."""
        return frozenset(None if truth is None else not truth for truth in self.truth(node.this))

    def connect(self, node: exp.Expr) -> Atoms:
        """Kleene's AND and OR."""
        sides = [self.atoms(node.this), self.atoms(node.expression)]
        return fold(sides, any_of=isinstance(node, exp.Or))


_READERS: tuple[tuple[tuple[type[exp.Expr], ...], Callable[[_Reader, exp.Expr], Atoms]], ...] = (
    ((exp.Paren,), lambda reader, node: reader.atoms(node.this)),
    ((exp.Boolean,), lambda _, node: frozenset({bool(node.this)})),
    ((exp.Null,), lambda _, __: NULL),
    ((exp.Literal,), lambda _, node: frozenset({Literal(str(node.this))})),
    ((exp.And, exp.Or), _Reader.connect),
    ((exp.Not,), _Reader.not_),
    ((exp.EQ, exp.NEQ), _Reader.compare),
    ((exp.NullSafeEQ, exp.NullSafeNEQ), _Reader.distinct),
    ((exp.Is,), _Reader.is_),
    ((exp.In,), _Reader.within),
    ((exp.Coalesce,), _Reader.coalesce),
    ((exp.Nullif,), _Reader.nullif),
    ((exp.Case,), _Reader.case),
    ((exp.Subquery,), _Reader.subquery),
    ((exp.Exists,), _Reader.exists),
    ((exp.Cast,), _Reader.cast),
    ((exp.Like, exp.ILike), _Reader.like),
    ((exp.Column,), _Reader.column),
)


def _quantified(node: exp.Expr) -> tuple[list[exp.Expr] | None, bool] | None:
    """The items of `ANY (array[…])` or `ALL (array[…])`, None for other arrays, and whether it is ANY."""
    if isinstance(node, exp.Any | exp.All):
        operand, is_any = node.this, isinstance(node, exp.Any)
    elif isinstance(node, exp.Anonymous) and node.name.lower() == "all" and len(node.expressions) == 1:
        operand, is_any = node.expressions[0], False
    else:
        return None
    operand = operand if isinstance(operand, exp.Array) else operand.unnest()
    return (operand.expressions if isinstance(operand, exp.Array) else None), is_any

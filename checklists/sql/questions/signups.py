"""What a sign-up writes into the repo's tables of the metadata that whoever signs up sends along."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from checklists.sql.expressions.calls import identifier
from checklists.sql.expressions.parse import parse, parse_statement
from checklists.sql.expressions.scope import table_name
from checklists.sql.questions.accounts import USERS
from checklists.sql.questions.bodies import body_of
from checklists.sql.questions.chosen import Choice, choice, conditions
from checklists.sql.schema import Function, Schema


@dataclass(frozen=True, slots=True)
class Written:
    """`function` writes what was chosen into `column` of `table`, on this line of its body."""

    function: Function
    table: str
    column: str
    choice: Choice
    line: int


def signup_functions(schema: Schema) -> tuple[Function, ...]:
    """The functions that triggers on auth.users run, when an account is made or its user changes it."""
    users = schema.tables.get(USERS)
    run = {t.function for t in users.triggers if t.enabled} if users is not None else set()
    return tuple(each for each in schema.functions.values() if each.qualified in run)


def written_at_signup(function: Function) -> Iterator[Written]:
    """Every column that the function sets to what was sent, by INSERT or UPDATE."""
    body = body_of(function)
    variables: dict[str, Choice] = {}
    narrowed: dict[str, Choice] = {}
    for piece in body.pieces:
        tree = None if piece.dynamic else parse_statement(piece.text) or parse(piece.text)
        if tree is None:
            continue
        if piece.assigns is not None:
            chosen = choice(tree, variables)
            if chosen is not None:
                variables[piece.assigns.lower()] = chosen
        elif not isinstance(tree, exp.Insert | exp.Update | exp.Select | exp.Delete):
            narrowed |= _narrowed(tree, variables)
        for table, column, value in _set(tree):
            found = choice(value, variables)
            if found is not None:
                kept = narrowed.get(found.key, found) if found.values is None else found
                yield Written(function, table, column, kept, piece.line)


def _narrowed(tree: exp.Expr, variables: dict[str, Choice]) -> Iterator[tuple[str, Choice]]:
    """By key, what `if v not in ('a', 'b') then` leaves: these; another condition is not followed."""
    if tree.find(exp.Is) is not None:
        return  # is it there at all
    listed = dict(conditions(tree, variables))
    for node in tree.walk():
        found = choice(node, variables) if isinstance(node, exp.Expr) else None
        if found is not None:
            kept = listed.get(found.key) if tree.find(exp.Not) is not None else None
            yield found.key, Choice(found.key, kept, followed=kept is not None)


def _set(tree: exp.Expr | None) -> Iterator[tuple[str, str, exp.Expr]]:
    """(table, column, value) of one statement."""
    if isinstance(tree, exp.Insert) and isinstance(tree.this, exp.Schema):
        columns = [identifier(each) for each in tree.this.expressions if isinstance(each, exp.Identifier)]
        source = tree.expression
        rows = source.expressions if isinstance(source, exp.Values) else [source]
        for row in rows:
            values = row.expressions if isinstance(row, exp.Tuple | exp.Select) else []
            for column, value in zip(columns, values, strict=False):
                yield table_name(tree.this.this), column, value.unalias()
    if isinstance(tree, exp.Update) and isinstance(tree.this, exp.Table):
        for each in tree.expressions:
            if isinstance(each, exp.EQ) and isinstance(each.this, exp.Column):
                yield table_name(tree.this), identifier(each.this.this), each.expression

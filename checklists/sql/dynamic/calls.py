"""DO, CALL and SELECT: blocks, and functions of the migrations or the platform that a statement calls."""

from typing import Any

from checklists.sql.dynamic import interpreter
from checklists.sql.dynamic.evaluator import Evaluator
from checklists.sql.dynamic.frame import Frame
from checklists.sql.dynamic.reach import of_body, of_sql
from checklists.sql.dynamic.trees import block_tree, function_tree
from checklists.sql.dynamic.values import Undecided, Unknown, Value, text
from checklists.sql.folding.functions import body_line
from checklists.sql.folding.jobs import schedule_call
from checklists.sql.folding.registry import handles
from checklists.sql.folding.routines import overloads
from checklists.sql.folding.session import set_path
from checklists.sql.folding.state import Database, Refused
from checklists.sql.folding.views import select_into
from checklists.sql.parse import SyntaxFault, pb, walk
from checklists.sql.schema import Facet, Function, Refusal
from checklists.sql.statements import Source, Statement, statements

_MOST_STEPS = 20_000
_DEEPEST_CALL = 20


@handles("do_stmt", touches=tuple(Facet))
def do_block(db: Database, node: Any, at: Statement) -> None:
    """DO: all of it, or nothing where Postgres would fail."""
    options = {each.def_elem.defname: each.def_elem for each in node.args}
    language = options["language"].arg.string.sval.lower() if "language" in options else "plpgsql"
    body = options["as"].arg.string.sval
    if language != "plpgsql":
        because = f"a DO block is written in {language}"
        db.gap(f"file:{at.location.path}", because, at.location, frozenset(Facet))
        return
    here = at.location
    first = here.line if at.source.flat_end is not None else body_line(options["as"], at)
    before = db.snapshot()
    frame = Frame(
        db,
        here.path,
        first,
        here.end_line,
        {},
        _caller(db, at, []),
        [_MOST_STEPS],
        at.source.flat_end is not None,
    )
    try:
        interpreter.execute(frame, block_tree(body))
    except SyntaxFault as fault:
        db.restore(before)
        db.gap(f"file:{here.path}", f"a DO block could not be read: {fault.message}", here, frozenset(Facet))
    except Refused as refused:
        db.restore(before)
        _failed(db, body, at, refused)


# No such operator or function for the types, and a foreign key between types that have none.
_OF_TYPES = frozenset({"42883", "42804"})


def _failed(db: Database, body: str, at: Statement, refused: Refused) -> None:
    """A block that fails changes nothing; what it would have changed is unsure."""
    nested = db.variables is not None
    if nested:
        raise refused
    said = Refusal(refused.object, refused.state, refused.message, at.location, certain=False, in_block=True)
    db.refusals.append(said)
    if refused.state in _OF_TYPES and not refused.uncertain:
        return  # whatever others have made, the block has done nothing
    for of, facets in dict.fromkeys(of_body(db, body)):
        because = f"Postgres would refuse a DO block: {refused.message}"
        db.gap(of or f"file:{at.location.path}", because, at.location, facets)


@handles("select_stmt")
def select(db: Database, node: Any, at: Statement) -> None:
    """SELECT at top level or in a block: what matters is the functions it calls."""
    if node.HasField("into_clause"):
        select_into(db, node, at)
        return
    calls = [each for each in walk(node) if isinstance(each, pb.FuncCall)]
    if not any(_has_effect(db, call) for call in calls):
        return
    try:
        for row in Evaluator(db, db.variables or {}, _caller(db, at, [])).select(node):
            unsure = next((each for each in row.values() if isinstance(each, Unknown)), None)
            if unsure is not None:
                _undecided(db, at, unsure.because)
                return
    except Undecided as reason:
        _undecided(db, at, str(reason))


def _undecided(db: Database, at: Statement, reason: str) -> None:
    for of, facets in dict.fromkeys(of_sql(db, at.text)):
        because = f"what a statement calls cannot be decided from the migrations: {reason}"
        db.gap(of or f"file:{at.location.path}", because, at.location, facets)


def _has_effect(db: Database, call: Any) -> bool:
    """Whether a call may change the schema or the session."""
    names = [each.string.sval for each in call.funcname]
    schema, name = (names[-2] if len(names) > 1 else ""), names[-1]
    return name == "set_config" or schema == "cron" or bool(overloads(db, schema, name))


@handles("call_stmt")
def call_procedure(db: Database, node: Any, at: Statement) -> None:
    """CALL."""
    wrapped = pb.SelectStmt(limit_option=pb.LIMIT_OPTION_DEFAULT, op=pb.SETOP_NONE)
    wrapped.target_list.add().res_target.val.func_call.CopyFrom(node.funccall)
    select(db, wrapped, at)


def _caller(db: Database, at: Statement, stack: list[str]) -> Any:
    """Calls functions on behalf of a statement; `stack` holds the signatures being run."""

    def call(name: tuple[str, str], arguments: list[Value], named: dict[str, Value]) -> Value:
        schema, plain = name
        if plain == "set_config" and schema in ("", "pg_catalog"):
            return _set_config(db, arguments)
        if schema == "cron":
            return schedule_call(db, plain, arguments, named, at.location)
        candidates = [
            f for f in overloads(db, schema, plain) if len(f.arguments) >= len(arguments) + len(named)
        ]
        if not candidates:
            raise Undecided(f"the result of {plain}() is not known")
        exact = [f for f in candidates if len(f.arguments) == len(arguments) + len(named)]
        function = (exact or candidates)[0]
        if function.signature in stack or len(stack) > _DEEPEST_CALL:
            raise Undecided(f"{plain}() calls itself")
        return _run(db, function, arguments, named, at, [*stack, function.signature])

    return call


def _set_config(db: Database, arguments: list[Value]) -> Value:
    if len(arguments) < 2 or any(isinstance(each, Unknown) for each in arguments[:2]):
        raise Undecided("set_config() is called with a value that is not known")
    if text(arguments[0]).lower() == "search_path":
        set_path(db, text(arguments[1]))
    return arguments[1]


def _run(
    db: Database,
    function: Function,
    arguments: list[Value],
    named: dict[str, Value],
    at: Statement,
    stack: list[str],
) -> Value:
    """Runs a function of the migrations with these arguments."""
    variables: dict[str, Value] = {}
    for number, kind in enumerate(function.argument_names, 1):
        value = (
            arguments[number - 1]
            if number <= len(arguments)
            else named.get(kind, Unknown("a default argument"))
        )
        variables[f"${number}"] = value
        if kind:
            variables[kind] = value
    variables[function.name] = {name: variables[name] for name in function.argument_names if name}
    path = dict(function.settings).get("search_path")
    before = db.search_path
    if path is not None:
        set_path(db, path)
    try:
        if function.language == "plpgsql":
            return _plpgsql(db, function, variables, at, stack)
        if function.language == "sql":
            return _sql(db, function, variables, at)
    finally:
        if path is not None:
            db.search_path = before
    raise Undecided(f"{function.name}() is written in {function.language}")


def _plpgsql(
    db: Database, function: Function, variables: dict[str, Value], at: Statement, stack: list[str]
) -> Value:
    here = at.location
    frame = Frame(
        db, here.path, here.line, here.end_line, variables, _caller(db, at, stack), [_MOST_STEPS], flat=True
    )
    try:
        return interpreter.execute(frame, function_tree(function))
    except SyntaxFault as fault:
        raise Undecided(f"{function.name}() could not be read: {fault.message}") from None


def _sql(db: Database, function: Function, variables: dict[str, Value], at: Statement) -> Value:
    here = at.location
    source = Source(here.path, function.body.encode("utf-8", "replace"), here.line, here.end_line)
    frame = Frame(
        db, here.path, here.line, here.end_line, variables, _caller(db, at, []), [_MOST_STEPS], flat=True
    )
    result: Value = None
    for each in statements(source):
        if not isinstance(each, Statement):
            raise Undecided(f"{function.name}() could not be read")
        if isinstance(each.node, pb.SelectStmt):
            found = frame.evaluator.select(each.node)
            result = next(iter(found[0].values()), None) if found else None
        else:
            interpreter.fold_within(frame, each)
    return result

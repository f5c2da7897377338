"""What code that could not be decided may touch, by its statements and those it puts together."""

import re
from collections.abc import Iterator
from typing import Any

from checklists.model import Location
from checklists.sql.dynamic.trees import block_tree, function_tree
from checklists.sql.folding.alter_table import facets_of
from checklists.sql.folding.fold import ALL_FACETS, touched
from checklists.sql.folding.names import split_name, strings
from checklists.sql.folding.registry import TOUCHES
from checklists.sql.folding.routines import overloads
from checklists.sql.folding.state import Database
from checklists.sql.parse import MAX_DEPTH, SyntaxFault, depth, inner, parse, pb, walk
from checklists.sql.schema import Facet, Function
from checklists.sql.statements import Fault

Touch = tuple[str, frozenset[Facet]]

_PLACE = re.compile(r"%(?:\d+\$)?-?\d*([sIL])")
_DEEPEST = 5


def reach(db: Database, tree: Any, level: int = 0) -> Iterator[Touch]:
    """(object or nothing, facets) of all that a part of a plpgsql tree may touch."""
    if isinstance(tree, list):
        for each in tree:
            yield from reach(db, each, level)
    elif isinstance(tree, dict):
        for key, value in tree.items():
            match key:
                case "PLpgSQL_stmt_execsql":
                    yield from of_sql(db, value["sqlstmt"]["PLpgSQL_expr"]["query"], level)
                case "PLpgSQL_stmt_dynexecute":
                    yield from _dynamic(db, value["query"]["PLpgSQL_expr"]["query"], level)
                case "PLpgSQL_stmt_perform" | "PLpgSQL_stmt_call":
                    yield from of_sql(db, value["expr"]["PLpgSQL_expr"]["query"], level)
                case _:
                    yield from reach(db, value, level)


def of_sql(db: Database, sql: str, level: int = 0) -> Iterator[Touch]:
    """What the statements of a text may touch, functions of the migrations that they call included."""
    try:
        raws = parse(sql) if depth(sql) <= MAX_DEPTH else None
    except SyntaxFault:
        raws = None
    if raws is None:
        yield "", touched(Fault(Location("", 0, 0), "", sql))
        return
    for raw in raws:
        kind = raw.stmt.WhichOneof("node") or ""
        facets = TOUCHES.get(kind, frozenset())
        if kind == "do_stmt":
            facets = frozenset()
            yield from _do(db, raw.stmt.do_stmt, level)
        if facets:
            yield _object(inner(raw.stmt)), _precise(inner(raw.stmt), facets)
        if level < _DEEPEST:
            yield from _calls(db, raw.stmt, level)


def _precise(node: Any, facets: frozenset[Facet]) -> frozenset[Facet]:
    """The facets of a change to data, or of one kind of ALTER TABLE."""
    if isinstance(node, pb.InsertStmt | pb.UpdateStmt | pb.DeleteStmt):
        buckets = (node.relation.schemaname, node.relation.relname) == ("storage", "buckets")
        jobs = (node.relation.schemaname, node.relation.relname) == ("cron", "job")
        return frozenset({Facet.BUCKETS} if buckets else {Facet.CRON} if jobs else ())
    if isinstance(node, pb.AlterTableStmt):
        return facets_of(node)
    return facets


def _object(node: Any) -> str:
    """The finding name of what a statement is about, where it says."""
    match node:
        case pb.CreatePolicyStmt() | pb.AlterPolicyStmt():
            return f"policy:{_qualified(node.table)}/{node.policy_name}"
        case pb.CreateStmt() | pb.AlterTableStmt() | pb.IndexStmt():
            return f"table:{_qualified(node.relation)}"
        case pb.CreateTrigStmt():
            return f"trigger:{_qualified(node.relation)}/{node.trigname}"
        case pb.ViewStmt():
            return f"view:{_qualified(node.view)}"
        case pb.CreateFunctionStmt():
            schema, name = split_name(strings(node.funcname))
            return f"function:{schema or 'public'}.{name}"
    return ""


def _qualified(node: Any) -> str:
    return f"{node.schemaname or 'public'}.{node.relname}"


def _do(db: Database, node: Any, level: int) -> Iterator[Touch]:
    for each in node.args:
        if each.def_elem.defname == "as" and level < _DEEPEST:
            yield from of_body(db, each.def_elem.arg.string.sval, level + 1)


def of_body(db: Database, body: str, level: int = 0) -> Iterator[Touch]:
    """What a DO block may touch."""
    try:
        yield from reach(db, block_tree(body), level)
    except SyntaxFault:
        yield from _of_unread(body)


def of_function(db: Database, function: Function, level: int = 0) -> Iterator[Touch]:
    """What a call of the function may touch."""
    if function.language == "sql":
        yield from of_sql(db, function.body, level)
    elif function.language == "plpgsql":
        try:
            yield from reach(db, function_tree(function), level)
        except SyntaxFault:
            yield from _of_unread(function.body)


_SHAPES = re.compile(r"\b(create|alter|drop|grant|revoke|execute|import|cron|storage)\b", re.IGNORECASE)


def _of_unread(body: str) -> Iterator[Touch]:
    """A body that could not be read touches nothing where no word of it could change a schema."""
    if _SHAPES.search(body):
        yield "", ALL_FACETS


def _calls(db: Database, stmt: Any, level: int) -> Iterator[Touch]:
    for node in walk(stmt):
        if isinstance(node, pb.FuncCall):
            schema, name = split_name(strings(node.funcname))
            if schema == "cron":
                yield "", frozenset({Facet.CRON})
            for function in overloads(db, schema, name):
                yield from of_function(db, function, level + 1)


def _dynamic(db: Database, expression: str, level: int) -> Iterator[Touch]:
    """EXECUTE: the constant parts of its text say what kind of statement it is."""
    try:
        constants = [node.sval.sval for node in walk(parse(f"SELECT {expression}")[0].stmt) if _is_text(node)]
    except SyntaxFault:
        constants = []
    template = max(constants, key=len, default="")
    filled = _PLACE.sub(lambda place: "x" if place[1] != "L" else "'x'", template)
    found = list(of_sql(db, filled, level)) if filled else [("", ALL_FACETS)]
    if any(facets == ALL_FACETS for _, facets in found):
        yield "", _by_words(constants)
    else:
        yield from (("", facets) for _, facets in found)


def _is_text(node: Any) -> bool:
    return isinstance(node, pb.A_Const) and node.WhichOneof("val") == "sval"


_WORDS = (
    (r"\bpolicy\b", {Facet.POLICIES}),
    (r"row level security", {Facet.RLS}),
    (r"\b(grant|revoke)\b", {Facet.GRANTS}),
    (r"\btrigger\b", {Facet.TRIGGERS}),
    (r"\bindex\b", {Facet.INDEXES}),
    (r"\bconstraint\b", {Facet.CONSTRAINTS}),
    (r"\bfunction\b", {Facet.FUNCTIONS}),
    (r"\bview\b", {Facet.VIEWS}),
    (r"\bpublication\b", {Facet.PUBLICATIONS}),
)


def _by_words(constants: list[str]) -> frozenset[Facet]:
    """The facets of the first words that tell, in the constant parts of a statement's text."""
    joined = " ".join(constants).lower()
    if re.match(r"\s*(update|insert|delete|select|refresh|analyze|notify|comment)\b", joined):
        return frozenset()
    for pattern, facets in _WORDS:
        if re.search(pattern, joined):
            return frozenset(facets)
    return ALL_FACETS

"""What an expression or query names: relations, functions, columns, types."""

from dataclasses import dataclass
from functools import lru_cache

from checklists.sql.folding.names import split_name, strings
from checklists.sql.parse import SyntaxFault, parse, pb, walk

Name = tuple[str, str]


@dataclass(frozen=True, slots=True)
class References:
    """Written names as (schema or empty, name); columns as (qualifier or empty, name), `*` for all."""

    relations: frozenset[Name] = frozenset()
    functions: frozenset[Name] = frozenset()
    columns: frozenset[Name] = frozenset()
    types: frozenset[Name] = frozenset()


@lru_cache(maxsize=20_000)
def references(sql: str) -> References:
    """All names in a query, or in an expression."""
    query = sql if sql.lstrip("( ").upper().startswith(("SELECT", "WITH", "VALUES")) else f"SELECT {sql}"
    try:
        nodes = [node for raw in parse(query) for node in walk(raw.stmt)]
    except SyntaxFault:
        return References()
    relations, functions, columns, types = set(), set(), set(), set()
    for node in nodes:
        match node:
            case pb.RangeVar():
                relations.add((node.schemaname, node.relname))
            case pb.FuncCall():
                functions.add(split_name(strings(node.funcname)))
            case pb.ColumnRef():
                names = strings(node.fields)
                if node.fields[-1].WhichOneof("node") == "a_star":
                    names = (*names, "*")
                columns.add(split_name(names))
            case pb.TypeName():
                types.add(split_name(strings(node.names)))
    return References(frozenset(relations), frozenset(functions), frozenset(columns), frozenset(types))


def mentions(names: frozenset[Name], qualified: str) -> bool:
    """Whether a set of written names holds this object, unqualified names taken to mean it."""
    schema, _, name = qualified.partition(".")
    return (schema, name) in names or ("", name) in names

"""Values of DefElem nodes: the `name = value` options that many statements take."""

from collections.abc import Sequence
from typing import Any

from checklists.sql.folding.names import strings
from checklists.sql.parse import pb, sql_of


def value(node: pb.DefElem) -> str:
    """The value as text; `true` where none is written."""
    if not node.HasField("arg"):
        return "true"
    arg = node.arg
    match arg.WhichOneof("node"):
        case "string":
            return str(arg.string.sval)
        case "integer":
            return str(arg.integer.ival)
        case "float":
            return str(arg.float.fval)
        case "boolean":
            return "true" if arg.boolean.boolval else "false"
        case "type_name":
            return ".".join(strings(arg.type_name.names))
        case "list":
            return ", ".join(strings(arg.list.items))
    return ""


def reloptions(nodes: Sequence[Any]) -> dict[str, str]:
    """Storage options in lower case, as pg_class.reloptions holds them."""
    return {each.def_elem.defname.lower(): value(each.def_elem).lower() for each in nodes}


def setting(node: pb.VariableSetStmt) -> tuple[str, str]:
    """(name, value) of SET name = value, the value as pg_proc.proconfig has it: `""` for an empty path."""
    words = []
    for arg in node.args:
        text = arg.a_const.sval.sval if arg.a_const.WhichOneof("val") == "sval" else sql_of(arg)
        words.append(_quoted(text) if node.name in _LISTS else text)
    return node.name, ", ".join(words)


_LISTS = frozenset({"search_path", "temp_tablespaces", "session_preload_libraries"})


def _quoted(word: str) -> str:
    plain = word.isidentifier() and word == word.lower()
    return word if plain else '"' + word.replace('"', '""') + '"'


def path(node: pb.VariableSetStmt) -> tuple[str, ...]:
    """The schemas of SET search_path; a string constant is one name, as in Postgres."""
    return tuple(a.a_const.sval.sval for a in node.args if a.a_const.WhichOneof("val") == "sval")

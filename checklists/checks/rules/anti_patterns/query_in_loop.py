"""A query runs once for each element of a list."""

import re
from collections.abc import Iterator
from functools import lru_cache

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.apps import runs_in_browser
from checklists.checks.subjects.bystanders import is_script, is_test
from checklists.checks.subjects.places import function_name, named, operation, query_object, target
from checklists.model import Confidence, Location, Severity
from checklists.ts.index import Call, Function, Module, Query, SourceIndex

CHECK = Check(
    items=("n-plus-one", "batch-writes"),
    rule="n-plus-one",
    severity=Severity.MEDIUM,
    sources=True,
    peers=("eslint:no-await-in-loop",),
)

_CALLS_OUT = re.compile(
    r"\bfetch\(|\.upload\(|\bawait [\w.]*(?:[sS]end|[dD]eliver|[dD]ispatch|[gG]eocode|[sS]leep|[dD]elay)\w*\("
    r"|\bsetTimeout\("
)
# The list that a loop goes through, by the line where it begins.
_LIST = re.compile(r"\bof\s+([A-Za-z_$][\w$]*)\b|\b([A-Za-z_$][\w$]*)\??\.(?:map|forEach|flatMap)\(")
_MEMBER = re.compile(r"\b([A-Z]\w*)\b[^;.]{0,40}\.(?:includes|has)\(")
_LIMIT = re.compile(r"\.limit\(\s*(\d+)\s*\)")
_TOGETHER = re.compile(r"\bPromise\.(?:all|allSettled)\(")
_GIVEN = re.compile(r"\b(?:const|let)\s+(\w+)[^=]*=\s*\w[\w.?]*\.map\(")
_DECLARES = re.compile(r"\b(?:const|let|var)\s+$")
_LISTING = r"\s*(?:new Set\(\s*)?\[([^\[\]]*)\]"
_FEW = 10
_MOSTLY_OUT = 3  # calls of other services in one turn, beside which a query is no cost
_NEAR = 6
_TABLES = frozenset({"supabase", "drizzle", "postgres"})
_LISTED = frozenset({"createSignedUrl"})
_AT_ONCE = {
    "insert": "Collect the rows and write them with one .insert(rows).",
    "upsert": "Collect the rows and write them with one .upsert(rows).",
    "update": "Write all rows with one .upsert(rows), or in a database function.",
    "delete": "Delete all of them with one .delete().in('id', ids).",
    "createSignedUrl": "Sign all paths with one .createSignedUrls(paths, seconds).",
    "rpc": "Give the function the whole list, and loop inside the database.",
}


def find(project: Project) -> Iterator[Said]:
    """Every query whose filters or payload depend on a loop's element, then calls of helpers with one."""
    for query in project.sources.table_queries():
        yield Examined("queries")
        if query.loop_bound and query.loop is not None and _is_list(project.sources, query.loop):
            yield _flag(project, query, query.loop)
    for query in project.sources.queries():
        if _is_stored(query):
            yield Examined("storage calls")
            if query.loop_bound and query.loop is not None and _is_list(project.sources, query.loop):
                yield _flag(project, query, query.loop)
    for call, function in _looped_calls(project.sources).items():
        found = _helper(project, function, call)
        if found is not None:
            yield found


def _is_stored(query: Query) -> bool:
    """Calls of storage that could take the whole list."""
    return query.api == "storage" and query.operation in _LISTED


def _looped_calls(sources: SourceIndex) -> dict[Call, Function]:
    """Calls that depend on a loop's element, with the innermost function that makes them."""
    found: dict[Call, Function] = {}
    for function in sources.functions.values():
        for call in function.calls:
            if call.loop_bound:
                known = found.get(call)
                if known is None or len(function.text) < len(known.text):
                    found[call] = function
    return found


def _is_list(sources: SourceIndex, loop: Location) -> bool:
    """Whether the loop goes through a list that may be long, and outside of tests."""
    return not is_test(loop.path) and not _is_short(sources, loop)


def _is_short(sources: SourceIndex, loop: Location) -> bool:
    """Whether the list is written out in the sources, or the query that it comes from asks for a few rows."""
    module = sources.modules.get(loop.path)
    line = _lines(module.text)[loop.line - 1] if module is not None else ""
    found = _LIST.search(line)
    if module is None or found is None:
        return False
    name = found[1] or found[2]
    if _is_written_out(sources, module, name) or _is_kept_to_few(sources, module, name):
        return True
    own = (q for f in module.functions for q in sources.functions[f].queries if name in q.result)
    return any((limit := _LIMIT.search(q.text)) is not None and int(limit[1]) <= _FEW for q in own)


@lru_cache(maxsize=4)
def _lines(text: str) -> list[str]:
    return text.split("\n")


def _is_written_out(sources: SourceIndex, module: Module, name: str) -> bool:
    """Whether the name is given a short list of literals, here or where a constant is imported from."""
    texts = [module.text]
    if name[0].isupper():
        near = (sources.modules.get(each.target) for each in module.imports if each.target)
        texts += [each.text for each in near if each is not None]
    listed = next((found[1] for text in texts for found in _declared(text, name, _LISTING)), None)
    return listed is not None and listed.count(",") < _FEW and "..." not in listed


def _declared(text: str, name: str, value: str) -> Iterator[re.Match[str]]:
    """Where a variable is given a value; the search goes by its name, which stands in few places."""
    for found in re.finditer(rf"{re.escape(name)}\b[^=;\n]*={value}", text):
        if _DECLARES.search(text, max(0, found.start() - 20), found.start()):
            yield found


def _is_kept_to_few(sources: SourceIndex, module: Module, name: str) -> bool:
    """Whether the list holds no more than a short one of literals: it is filtered by being one of them."""
    made = next(_declared(module.text, name, "([^;]{0,300})"), None)
    kept = _MEMBER.search(made[1]) if made is not None and ".filter(" in made[1] else None
    return kept is not None and _is_written_out(sources, module, kept[1])


def _is_in_browser(project: Project, path: str) -> bool:
    if path in project.sources.client_paths:
        return True
    return "/functions/" not in f"/{path}" and runs_in_browser(project, path)


def _weight(project: Project, loop: Location, holder: str) -> Severity | None:
    """Less where each turn calls another service anyway, and in a browser, which holds one person's list;
    least where nobody waits for the loop: scripts are run by hand, by someone who can.
    """
    if is_script(loop.path):
        return Severity.INFO
    if _is_in_browser(project, loop.path) and holder not in project.sources.within:
        return Severity.LOW
    module = project.sources.modules.get(loop.path)
    lines = _lines(module.text)[loop.line - 1 : loop.end_line] if module is not None else []
    out = sum(1 for line in lines if _CALLS_OUT.search(line))
    if out >= _MOSTLY_OUT:
        return Severity.INFO
    return Severity.LOW if out or _is_parallel(project.sources, loop) else None


def _is_parallel(sources: SourceIndex, loop: Location) -> bool:
    """Whether all rounds are sent at once and awaited together, around the loop or by its name."""
    module = sources.modules.get(loop.path)
    lines = _lines(module.text) if module is not None else []
    start = " ".join(lines[max(0, loop.line - 2) : loop.line])
    if _TOGETHER.search(start):
        return True
    given = _GIVEN.search(start)
    after = " ".join(lines[loop.end_line - 1 : loop.end_line + _NEAR])
    return given is not None and re.search(rf"{_TOGETHER.pattern}\s*{given[1]}\b", after) is not None


def _cost(sources: SourceIndex, loop: Location) -> str:
    return "requests at once" if _is_parallel(sources, loop) else "round trips"


def _flag(project: Project, query: Query, loop: Location) -> Flag:
    return Flag(
        object=query_object(query),
        location=query.location,
        message=f"{function_name(query)} runs {operation(query)} on {target(query)} for each element of "
        "the loop at line "
        f"{loop.line}: a list of a hundred is a hundred {_cost(project.sources, loop)}.",
        remedy=_AT_ONCE.get(
            query.operation, "Read all rows with one query, .in('id', ids) or an embedded select."
        ),
        severity=_weight(project, loop, query.function),
        related=(loop,),
    )


def _helper(project: Project, function: Function, call: Call) -> Flag | None:
    """A helper that queries once, called for each element."""
    if call.loop is None or call.target in (None, function.id):
        return None
    helper = project.sources.functions.get(call.target or "")
    query = _own_query(helper) if helper is not None else None
    if helper is None or query is None or not _is_list(project.sources, call.loop):
        return None
    return Flag(
        object=f"call:{function.id}/{helper.name}",
        location=call.location,
        message=f"{named(function.id)} calls {helper.name} for each element of the loop at line "
        f"{call.loop.line}, and each call "
        f"is {operation(query)} on {target(query)}: a list of a hundred is a hundred "
        f"{_cost(project.sources, call.loop)}.",
        remedy=f"Give {helper.name} the whole list, so that it can ask once.",
        severity=_weight(project, call.loop, function.id),
        confidence=Confidence.MEDIUM,
        related=(query.location, call.loop),
    )


def _own_query(helper: Function) -> Query | None:
    """The one query of a helper that does little else; a workflow of many steps is judged where it stands."""
    own = [query for query in helper.queries if query.api in _TABLES or _is_stored(query)]
    return own[0] if len(own) == 1 and own[0].operation != "raw" and own[0].loop is None else None

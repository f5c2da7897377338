"""A list of the caller's is written in one statement, with every row sent back, and nothing bounds it."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.places import handlers, query_object
from checklists.checks.subjects.steering import depends_on, sent_names
from checklists.model import Severity
from checklists.ts.index import Endpoint, Function, Query

CHECK = Check(
    items=("batch-writes",),
    rule="n-plus-one",
    severity=Severity.LOW,
    sources=True,
)
_WRITES = frozenset({"insert", "upsert"})
_BOUNDED = re.compile(r"\.max\(|\.slice\(|\.splice\(|\.length\s*>=?|chunk|batch", re.IGNORECASE)
_MAPPED = re.compile(r"^([A-Za-z_$][\w$.?!]*?)[?!]?\.map\(")
_NAME = re.compile(r"^[A-Za-z_$][\w$]*$")


def find(project: Project) -> Iterator[Said]:
    """Every insert and upsert of a list in an endpoint's own code."""
    for endpoint in project.sources.endpoints:
        for function in handlers(project.sources, endpoint):
            for query in function.queries:
                if query.operation in _WRITES and _is_list_sent(endpoint, function, query):
                    yield Examined("writes of lists that callers send")
                    if query.returning and not _is_bounded(project, function):
                        yield _flag(endpoint, query)


def _is_list_sent(endpoint: Endpoint, function: Function, query: Query) -> bool:
    """Whether the rows are made one by one from a list of the caller's."""
    payload = query.payload.strip()
    if _NAME.match(payload):
        declared = re.search(rf"\b(?:const|let)\s+{re.escape(payload)}\b[^=\n]*=\s*([^\n;]*)", function.text)
        payload = declared[1] if declared else ""
    mapped = _MAPPED.match(payload)
    return mapped is not None and depends_on(mapped[1], sent_names(function, endpoint.kind))


def _is_bounded(project: Project, function: Function) -> bool:
    """Whether the code counts, cuts or splits the list, or its schema says how long it may be."""
    if _BOUNDED.search(function.text):
        return True
    names = [each.schema for each in function.validations if _NAME.match(each.schema)]
    modules = project.sources.modules.values()
    return any(
        ".max(" in module.text[at.start() : at.start() + 2000]
        for name in names
        for module in modules
        if name in module.text
        for at in re.finditer(rf"\b{re.escape(name)}\b[^=\n]*=", module.text)
    )


def _flag(endpoint: Endpoint, query: Query) -> Flag:
    return Flag(
        object=query_object(query),
        location=query.location,
        message=f"A list as long as its caller likes goes into {query.table or 'the table'} in one "
        "statement, "
        "and all of it comes back.",
        remedy="Bound the list where it is parsed (`z.array(Row).max(1000)`), or write slices of at most a "
        "thousand rows; return only the ids: .select('id').",
        within=(endpoint.object,),
    )

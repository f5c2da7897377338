"""An endpoint hands its caller a row of whatever columns the table has."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.places import handlers, query_object
from checklists.checks.subjects.steering import without_strings
from checklists.model import Severity
from checklists.ts.index import Endpoint, EndpointKind, Function, Query

CHECK = Check(
    items=("select-star", "action-results-minimal"),
    rule="server-action-minimal-return",
    severity=Severity.LOW,
    sources=True,
)


# What a function makes of a row is another thing; these hand it on as it is.
_MADE = re.compile(
    r"\b(?!(?:json|Response|NextResponse|stringify|send|ok|success|body|data)\b)[\w$]+\([^()]*\)"
)


def find(project: Project) -> Iterator[Said]:
    """Every endpoint with queries of its own, where rows with all their columns are sent back as they are."""
    for endpoint in project.sources.endpoints:
        for function in handlers(project.sources, endpoint):
            own = [query for query in function.queries if query.api in ("supabase", "drizzle")]
            if own:
                yield Examined("endpoints")
            yield from (_flag(endpoint, query) for query in own if _is_returned(function, query))


def _is_returned(function: Function, query: Query) -> bool:
    if query.columns is None or "*" not in query.columns or not query.result:
        return False
    names = "|".join(re.escape(name) for name in query.result)
    whole = re.compile(
        rf"(?<![.\w$])(?:{names})\b(?!\s*(?:[?!]?\.|\[|\(|:|\?\?|[=!]==|&&|\|\|\s*\[\]\)\.|\?))"
    )
    return any(whole.search(_sent(reply.text)) for reply in function.replies if not reply.refuses)


def _sent(text: str) -> str:
    """What a reply sends, without words and conditions: `data ? 'found data' : 'none'` sends no row."""
    text, before = re.sub(r"!\s*[\w$]+|[\w$]+\s*\?(?!\.)", "", without_strings(text)), ""
    while text != before:
        text, before = _MADE.sub("", text), text
    return text


def _flag(endpoint: Endpoint, query: Query) -> Flag:
    how = "after the write " if query.returning else ""
    receiver = "the browser" if endpoint.kind is EndpointKind.ACTION else "its caller"
    return Flag(
        object=query_object(query),
        location=query.location,
        message=f"{endpoint.name} reads every column of {query.table or 'the table'} {how}and sends the "
        f"row to {receiver}: "
        "a column that is added tomorrow is sent too.",
        remedy="Name the columns that are needed: .select('id, title, status'), or "
        ".returning({ id: table.id }).",
        within=(endpoint.object,),
    )

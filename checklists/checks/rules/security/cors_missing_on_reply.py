"""Edge functions that send CORS headers on some replies and not on others."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.cors import CORS, HANDLED, browsed, is_for_servers
from checklists.model import Severity
from checklists.ts.index import Reply

CHECK = Check(
    items=("cors-configured",), rule="edge-fn-cors", severity=Severity.MEDIUM, sources=True, edge=True
)
_PLAIN = re.compile(r"^(?:await\s+)?(?:new Response\(|Response\.json\()")


def find(project: Project) -> Iterator[Said]:
    """Every edge function that sends CORS headers on at least one reply."""
    for each in browsed(project):
        replies = [reply for reply in each.function.replies if _PLAIN.match(reply.text)]
        if not any(CORS.search(reply.headers) for reply in replies) or HANDLED.search(each.text):
            continue
        yield Examined("edge functions with CORS headers")
        bare = [reply for reply in replies if _is_bare(reply)]
        if bare:
            first = next((reply for reply in bare if reply.in_catch or (reply.status or 0) >= 400), bare[0])
            what = "an error" if first.in_catch or (first.status or 0) >= 400 else "a reply"
            yield Flag(
                each.endpoint.object,
                first.location,
                f"`{each.endpoint.name}` sends {what} without CORS headers: the browser hides it, and "
                "shows a CORS failure "
                "instead.",
                "Spread `corsHeaders` into the headers of every reply, errors included.",
                within=(each.endpoint.object,),
                severity=Severity.INFO if is_for_servers(project, each.endpoint) else None,
                related=tuple(reply.location for reply in bare if reply is not first),
            )


def _is_bare(reply: Reply) -> bool:
    """No headers, or an object that lists them all without CORS; a variable may hold anything."""
    if not reply.headers:
        return "headers" not in reply.text
    return reply.headers.startswith("{") and "..." not in reply.headers and not CORS.search(reply.headers)

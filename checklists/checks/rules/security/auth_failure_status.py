"""Refusals of unknown callers that do not say 401 or 403."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.endpoints import function_of, short
from checklists.model import Severity
from checklists.ts.index import EndpointKind, Reply

CHECK = Check(
    items=("errors-masked", "edge-errors-mapped"),
    rule="edge-fn-error-leak",
    severity=Severity.LOW,
    sources=True,
)
# 404 hides that something is there; 3xx leads to the sign-in page.
_FITTING = frozenset({401, 403, 404, 429})
_PROVIDERS = frozenset({"signature", "secret", "lookup"})


_SAYS_NO = re.compile(
    r"error|unauthori|forbidden|denied|not?[ _-]?(?:signed|logged|allowed|authenticated)|sign[ _-]?in"
    r"|(?:success|ok|authenticated)['\"]?\s*:\s*false",
    re.IGNORECASE,
)


def find(project: Project) -> Iterator[Said]:
    """Every route handler and edge function that turns unknown users away."""
    for endpoint in project.sources.endpoints:
        function = function_of(project, endpoint)
        if endpoint.kind is EndpointKind.ACTION or function is None:
            continue
        if all(guard.basis in _PROVIDERS for guard in function.guards):
            continue
        refusals = [reply for reply in function.replies if _turns_away(reply)]
        if not refusals:
            continue
        yield Examined("endpoints that refuse unknown callers")
        wrong = next(
            (r for r in refusals if r.status not in _FITTING and not 300 <= (r.status or 0) < 400), None
        )
        if wrong is not None:
            yield Flag(
                endpoint.object,
                wrong.location,
                f"`{short(endpoint)}` answers {wrong.status} to a caller that it does not know, so "
                "clients cannot tell a "
                "missing sign-in from a faulty request.",
                "Answer 401 where nobody is signed in, and 403 where the user may not.",
                within=(endpoint.object,),
            )


def _turns_away(reply: Reply) -> bool:
    """Whether it refuses; one that succeeds must say so, for a public list merely shows strangers less."""
    if not reply.refuses or reply.status is None:
        return False
    return not 200 <= reply.status < 300 or _SAYS_NO.search(reply.text) is not None

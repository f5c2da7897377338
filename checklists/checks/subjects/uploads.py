"""What checks of uploads share: endpoints that take a file from the caller and hand it to storage."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checklists.checks.project import Project
from checklists.checks.subjects.endpoints import function_of
from checklists.ts.index import Endpoint, Function, Query

_UPLOADS = frozenset({"upload", "uploadToSignedUrl", "update"})
_TAKES_FILE = re.compile(
    r"[fF]ormData|:\s*(?:File|Blob|ArrayBuffer|Uint8Array)\b|instanceof (?:File|Blob)|\.arrayBuffer\(\)|"
    r"\.blob\(\)"
)
_FETCHES = re.compile(r"\bfetch\(")


@dataclass(frozen=True, slots=True)
class Upload:
    """One upload by an endpoint: the storage call, and all code between the caller and it."""

    endpoint: Endpoint
    query: Query
    functions: tuple[Function, ...]

    @property
    def text(self) -> str:
        """The source text of those functions."""
        return "\n".join(function.text for function in self.functions)


def uploads(project: Project) -> Iterator[Upload]:
    """The first upload of each endpoint that takes a file."""
    for endpoint in project.sources.endpoints:
        function = function_of(project, endpoint)
        if function is None:
            continue
        reached = project.sources.reach(function.id)
        query = next(
            (q for f in reached for q in f.queries if q.api == "storage" and q.operation in _UPLOADS), None
        )
        if query is None or not _TAKES_FILE.search(function.text):
            continue
        if _FETCHES.search(function.text) and "ormData" not in function.text:
            continue  # what is stored was fetched from elsewhere, not sent
        yield Upload(endpoint, query, reached)

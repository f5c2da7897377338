"""What a backend needs from those who run it: jobs, queues, buckets, extensions, functions, secrets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checklists.checks.project import Project
from checklists.checks.subjects.bystanders import is_test
from checklists.model import Location
from checklists.repo.config import table
from checklists.sql.folding.platform import of_repo
from checklists.ts.index import Function, Module

_QUEUE = re.compile(
    r"pgmq\s*\.\s*create(?:_\w+)?\s*\(\s*(?:queue_name\s*(?::=|=>)\s*)?'([^']+)'", re.IGNORECASE
)
_SERVICES = {
    "@upstash/redis": "Upstash Redis",
    "@upstash/ratelimit": "Upstash rate limits",
    "@upstash/qstash": "QStash",
    "@vercel/kv": "Vercel KV",
    "inngest": "Inngest",
    "@trigger.dev/sdk": "Trigger.dev",
    "bullmq": "BullMQ",
}
_CREATED = re.compile(r"createBucket\(\s*['\"`]([\w.-]+)['\"`]")
UNMADE = "buckets that no migration makes"
_OF_BUCKETS = frozenset({"createBucket", "getBucket", "listBuckets", "updateBucket", "deleteBucket"})
# Supabase sets these for every edge function.
_GIVEN = re.compile(r"^(?:SUPABASE_|DENO_|SB_|NODE_ENV$)")

_NAME = r"""\(\s*['\"`]([A-Z][A-Z0-9_]+)['\"`]"""


@dataclass(frozen=True, slots=True)
class Need:
    """One thing of a kind (`jobs`, `queues` …), and where the repo asks for it."""

    kind: str
    name: str
    location: Location


def needs(project: Project) -> Iterator[Need]:
    """Everything of the kind, once for each name."""
    seen: set[tuple[str, str]] = set()
    for each in (*_of_schema(project), *_unmade_buckets(project), *_of_sources(project)):
        if (each.kind, each.name) not in seen:
            seen.add((each.kind, each.name))
            yield each


def _of_schema(project: Project) -> Iterator[Need]:
    schema, layout = project.schema, project.layout
    for job in schema.cron_jobs:
        yield Need("jobs", f"{job.name or 'unnamed'} ({job.schedule})", job.location)
    for path in layout.migrations:
        text = project.snapshot.text(path) or ""
        for found in _QUEUE.finditer(text) if "pgmq" in text else ():
            yield Need("queues", found[1], _at(path, text, found.start()))
    for extension in filter(of_repo, schema.extensions.values()):
        yield Need("extensions", extension.name, extension.location)


def _of_sources(project: Project) -> Iterator[Need]:
    layout = project.layout
    for name, entry in layout.edge_functions:
        yield Need("edge functions", name, Location(entry, 1, 1))
    for path, module in project.sources.modules.items():
        edge = "/functions/" in f"/{path}" and layout.supabase_dir and path.startswith(layout.supabase_dir)
        for name, location in _read(project, module) if edge else ():
            if not _GIVEN.match(name):
                yield Need("secrets of edge functions", name, location)
        for used in module.imports:
            service = _SERVICES.get(used.specifier)
            if service:
                yield Need("services", service, Location(path, used.line, used.line))


def _read(project: Project, module: Module) -> Iterator[tuple[str, Location]]:
    """The variables that a module reads, itself or by a helper that takes the name (`required('KEY')`)."""
    yield from ((read.name, read.location) for read in module.env)
    calls = [call for name in module.functions for call in project.sources.functions[name].calls]
    functions = project.sources.functions
    called = {(each.callee, each.target or "") for each in calls}
    helpers = {callee for callee, target in called if _takes_a_name(functions.get(target))}
    for helper in sorted(helpers):
        for found in re.finditer(rf"\b{re.escape(helper)}{_NAME}", module.text):
            yield found[1], _at(module.path, module.text, found.start())


def _takes_a_name(helper: Function | None) -> bool:
    """Whether it reads the variable by whatever name it is given first."""
    if helper is None or not helper.parameters or "env" not in helper.text:
        return False
    first = re.match(r"\w+", helper.parameters[0])
    wanted = first and re.search(rf"\benv(?:\.get\(|\[)\s*{first[0]}\s*[)\]]", helper.text)
    return wanted is not None


def _unmade_buckets(project: Project) -> Iterator[Need]:
    """Buckets that code uses by name and that no migration, setting or code makes."""
    queries = [
        query for query in project.sources.queries() if query.table and not query.table.startswith("{")
    ]
    made = {*project.schema.buckets, *table(project.config, "storage", "buckets")}
    for module in project.sources.modules.values():
        made.update(_CREATED.findall(module.text) if "createBucket" in module.text else ())
    for query in queries:
        unseen = query.table not in made and not is_test(query.location.path)
        if query.api == "storage" and unseen and query.operation not in _OF_BUCKETS:
            yield Need(UNMADE, query.table or "", query.location)


def _at(path: str, text: str, offset: int) -> Location:
    line = text.count("\n", 0, offset) + 1
    return Location(path, line, line)

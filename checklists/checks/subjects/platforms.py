"""The platforms that a repo stands on, each with the first place that shows it, and how many do."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from checklists.checks.project import Project
from checklists.checks.subjects.caching import cached
from checklists.checks.subjects.connections import Pooling, connections
from checklists.model import Location
from checklists.ts.index import Module

_VERSION = re.compile(r"(?<=\w)@[\^~]?\d[\w.-]*")
_PACKAGES = (
    ("Supabase JS", r"@supabase/(?:supabase-js|ssr|auth-helpers-\w+|postgrest-js)"),
    ("Drizzle", r"drizzle-(?:orm|kit|zod)"),
    ("Zod", r"zod"),
    ("Vercel KV", r"@vercel/kv"),
    ("Upstash Redis", r"@upstash/(?:redis|ratelimit)"),
    ("QStash", r"@upstash/(?:qstash|workflow)"),
    ("Inngest", r"inngest"),
    ("React Query", r"@tanstack/[\w-]*query[\w-]*"),
    ("postgres.js", r"postgres"),
    ("node-postgres", r"pg"),
    ("Prisma", r"@prisma/client"),
)
_MATCHERS = tuple(
    (name, re.compile(rf"(?:npm:|jsr:|https://esm\.sh/)?{pattern}(?:/.*)?")) for name, pattern in _PACKAGES
)
_SERVICES = {"auth": "Supabase Auth", "storage": "Supabase Storage", "functions": "Supabase Edge Functions"}
_HEADER = re.compile(r"['\"]?cache-control['\"]?\s*[:,]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Platform:
    """`places` counts calls, files or objects, whichever shows that the platform is used."""

    name: str
    location: Location
    places: int


def platforms(project: Project) -> tuple[Platform, ...]:
    """Those that the repo shows, by name; what stands in no file of it is not among them."""
    found: dict[str, list[Location]] = {}
    for look in (_imported, _called, _cached, _built, _dialled):
        for name, location in look(project):
            found.setdefault(name, []).append(location)
    return tuple(Platform(name, min(places), len(places)) for name, places in sorted(found.items()))


Shown = Iterator[tuple[str, Location]]


def _imported(project: Project) -> Shown:
    for module in project.sources.modules.values():
        for name, line in _packages(module).items():
            yield name, Location(module.path, line, line)


def _packages(module: Module) -> dict[str, int]:
    """The platforms whose packages a module imports, with the line of the first import of each."""
    found: dict[str, int] = {}
    for each in module.imports:
        if each.target is None:
            specifier = _VERSION.sub("", each.specifier)
            for name, pattern in _MATCHERS:
                if pattern.fullmatch(specifier):
                    found.setdefault(name, each.line)
    return found


def _called(project: Project) -> Shown:
    for query in project.sources.queries():
        name = "PostgREST" if query.api == "supabase" else _SERVICES.get(query.api)
        if name is not None:
            yield name, query.location
    for use in project.sources.uses:
        if use.name == "channel":
            yield "Supabase Realtime", use.location


def _cached(project: Project) -> Shown:
    for each in cached(project):
        yield "Next.js cache", each.location
    for module in project.sources.modules.values():
        for match in _HEADER.finditer(module.text) if "cache-control" in module.text.lower() else ():
            line = module.text.count("\n", 0, match.start()) + 1
            yield "HTTP cache headers", Location(module.path, line, line)


def _built(project: Project) -> Shown:
    schema = project.schema
    for bucket in schema.buckets.values():
        yield "Supabase Storage", bucket.location
    for job in schema.cron_jobs:
        yield "pg_cron", job.location
    for _, entry in project.layout.edge_functions:
        yield "Supabase Edge Functions", Location(entry, 1, 1)
    for table in project.sources.drizzle_tables:
        yield "Drizzle", table.location
    for name, section in (("Supabase Auth", "auth"), ("Supabase Realtime", "realtime")):
        place = _section(project, section)
        if place is not None:
            yield name, place


def _section(project: Project, name: str) -> Location | None:
    """Where supabase/config.toml sets something of a service."""
    path = project.layout.config
    if path is None or name not in project.config:
        return None
    lines = (project.snapshot.text(path) or "").splitlines()
    line = next((n for n, text in enumerate(lines, 1) if text.strip().startswith(f"[{name}")), 1)
    return Location(path, line, line)


def _dialled(project: Project) -> Shown:
    for connection in connections(project):
        if connection.pooling in (Pooling.SESSION, Pooling.TRANSACTION):
            yield "Supavisor", connection.use.location

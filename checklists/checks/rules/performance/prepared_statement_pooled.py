"""Statements are prepared by name over a pooler that gives the next one to another connection."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.connections import Connection, Pooling, connections, served
from checklists.model import Severity

CHECK = Check(
    items=("pooled-connections",),
    rule="pooler-prepared-statements",
    severity=Severity.HIGH,
    sources=True,
    also=(Input.FILES,),
)
_OFF = re.compile(r"\bprepare\s*:\s*false\b|pgbouncer=true|\bstatement_cache_size=0")
_NAMED = re.compile(r"\.query\(\s*\{[^{}]*\bname\s*:")
_POSTGRES_JS = re.compile(r"^(?:npm:)?postgres(?:@|/|$)|drizzle-orm/postgres-js|postgresjs")


def find(project: Project) -> Iterator[Said]:
    """Every connection whose client may prepare statements by name."""
    opened = tuple(each for each in connections(project) if _prepares(project, each))
    running = served(project) if opened else frozenset()
    for connection in opened:
        yield Examined("connections that prepare statements")
        if connection.pooling is Pooling.TRANSACTION:
            yield _flag(connection)
        elif connection.pooling is Pooling.UNKNOWN and connection.use.location.path in running:
            yield Unsure(
                connection.object,
                f"it prepares statements by name, and whether {connection.variable or 'its address'} is a "
                "pooler in "
                "transaction mode (port 6543) is not in the repo: if it is, write `prepare: false`, which is "
                "never wrong",
                connection.use.location,
            )


def _prepares(project: Project, connection: Connection) -> bool:
    use = connection.use
    module = project.sources.modules[use.location.path]
    if use.name == "new PrismaClient":
        return not _OFF.search(module.text)
    if _POSTGRES_JS.search(use.package):
        function = project.sources.functions.get(use.function)
        around = function.text if function is not None else module.text
        return not _OFF.search(around) and not _OFF.search("\n".join((*use.arguments, *use.written)))
    return bool(_NAMED.search(module.text))


def _flag(connection: Connection) -> Flag:
    where = f"{connection.variable} is" if connection.variable else "this is"
    return Flag(
        connection.object,
        connection.use.location,
        f"{where} a pooler in transaction mode, and `{connection.use.name}` prepares statements by name: "
        "the next "
        "transaction may get a connection that does not know them, and fails now and then.",
        "Write `prepare: false` (postgres.js), `?pgbouncer=true` (Prisma), or leave out `name` (pg).",
    )

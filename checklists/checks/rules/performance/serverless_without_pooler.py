"""Code that runs once for each request dials Postgres without the pooler that is made for it."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said, Unsure
from checklists.checks.project import Project
from checklists.checks.subjects.connections import Connection, Pooling, connections, documented, served
from checklists.model import Location, Severity

CHECK = Check(
    items=("pooled-connections",),
    rule="pooler-serverless",
    severity=Severity.MEDIUM,
    sources=True,
    also=(Input.FILES,),
)
_CONFIG = re.compile(r"(?:^|/)(?:drizzle|prisma)\.config\.\w+$")
_WHERE = {
    Pooling.DIRECT: "the database itself",
    Pooling.SESSION: "the pooler in session mode, which keeps one connection for each client",
}


def find(project: Project) -> Iterator[Said]:
    """Every connection that endpoints open, then the one that migrations are made over."""
    opened = tuple(connections(project))
    running = served(project) if opened else frozenset()
    for connection in opened:
        if connection.use.location.path not in running:
            continue
        yield Examined("connections of endpoints")
        if connection.pooling in _WHERE:
            yield _flag(connection)
        elif connection.pooling is Pooling.UNKNOWN:
            yield _unsure(connection)
    for path, module in project.sources.modules.items():
        names = tuple(read.name for read in module.env)
        if _CONFIG.search(path) and names:
            yield Examined("connections of migrations")
            if documented(project, names) == {Pooling.TRANSACTION}:
                yield _migrations(path, names, module.env[0].location)


def _flag(connection: Connection) -> Flag:
    return Flag(
        connection.object,
        connection.use.location,
        f"Endpoints dial {_WHERE[connection.pooling]}: each instance holds connections of its own, and "
        "Postgres "
        "runs out of them when many requests come at once.",
        "Dial the pooler in transaction mode (port 6543), with `prepare: false` and `max: 1`.",
    )


def _unsure(connection: Connection) -> Unsure:
    where = f"in {connection.variable}, which" if connection.variable else "worked out, and"
    return Unsure(
        connection.object,
        f"endpoints dial Postgres with `{connection.use.name}`, and the address is {where} the repo does not "
        "show: say whether it is the pooler in transaction mode (port 6543)",
        connection.use.location,
    )


def _migrations(path: str, names: tuple[str, ...], place: Location) -> Flag:
    return Flag(
        f"file:{path}",
        place,
        f"{path} dials the pooler in transaction mode ({', '.join(dict.fromkeys(names))}): migrations need "
        "locks and "
        "settings that last for a session.",
        "Give it the direct address, or the pooler's session mode (port 5432).",
        severity=Severity.LOW,
    )

"""Postgres connections of the sources, and what the repo says of the address that each of them dials."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from checklists.checks.project import Project
from checklists.ts.index import Use

_DIALS = frozenset({"drizzle", "neon", "new Client", "new Pool", "new PrismaClient", "postgres"})
_DRIVERS = re.compile(
    r"^(?:npm:)?(?:pg|postgres|@prisma/client|drizzle-orm/(?:postgres-js|node-postgres))(?:@|/|$)|deno\.land/x/postgres"
)
_MADE = re.compile(r"\bpostgres\(|\bnew \w*(?:Pool|Client)\(|\bPool\(")
_ADDRESS = re.compile(r"postgres(?:ql)?://[^\s'\"`]+")
_VARIABLE = re.compile(r"""(?:\benv(?:\.get\(\s*)?[.\[('"]*|getEnv\([^)]*['"])([A-Z][A-Z0-9_]{2,})\b""")
_DEFINED = re.compile(
    r"^\s*(?:export\s+)?([A-Z][A-Z0-9_]+)\s*=\s*[\"']?(postgres(?:ql)?://[^\s\"'#]+)", re.MULTILINE
)
_ENV_FILE = re.compile(r"(?:^|/)\.env(?:\.[\w.]+)?$")


class Pooling(StrEnum):
    """What answers at an address: Supavisor or PgBouncer by transaction or by session, or Postgres itself."""

    TRANSACTION = "transaction"
    SESSION = "session"
    DIRECT = "direct"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Connection:
    """`variable` is the environment variable that holds the address, empty where it is written out or not
    to be seen.
    """

    use: Use
    pooling: Pooling
    variable: str

    @property
    def object(self) -> str:
        """The finding name."""
        return f"call:{self.use.function}/{self.use.name.removeprefix('new ')}"


def connections(project: Project) -> Iterator[Connection]:
    """Every connection that is opened with a driver for Postgres."""
    known = _environment(project)
    for use in project.sources.uses:
        text = "\n".join((*use.arguments, *use.written))
        if use.name not in _DIALS or not _DRIVERS.search(use.package):
            continue
        if use.name == "drizzle" and _MADE.search(text):
            continue  # it is handed a connection that counts by itself
        names = _VARIABLE.findall(text) or (["DATABASE_URL"] if use.name == "new PrismaClient" else [])
        addresses = _ADDRESS.findall(text) + [a for name in names for a in known.get(name, ())]
        kinds = {pooling(address) for address in addresses} - {Pooling.UNKNOWN}
        yield Connection(use, kinds.pop() if len(kinds) == 1 else Pooling.UNKNOWN, next(iter(names), ""))


def pooling(address: str) -> Pooling:
    """What an address says of what answers there.

    The port alone decides nothing: Supavisor's 5432 is session mode, and a database's own 6543 is PgBouncer.
    """
    if ":6543" in address or "pgbouncer=true" in address:
        return Pooling.TRANSACTION
    if "pooler.supabase.com" in address:
        return Pooling.SESSION
    return (
        Pooling.DIRECT
        if re.search(r"@db\.[^/@]+\.supabase\.co(?::5432)?(?:/|$)", address)
        else Pooling.UNKNOWN
    )


def served(project: Project) -> frozenset[str]:
    """The files that run when somebody asks an endpoint: theirs, and all that they import."""
    queue = [endpoint.location.path for endpoint in project.sources.endpoints]
    found: set[str] = set()
    while queue:
        path = queue.pop()
        module = project.sources.modules.get(path)
        if module is None or path in found:
            continue
        found.add(path)
        queue += [each.target for each in module.imports if each.target and not each.type_only]
    return frozenset(found)


def documented(project: Project, names: Iterator[str] | tuple[str, ...]) -> frozenset[Pooling]:
    """What the repo's environment files say of these variables."""
    known = _environment(project)
    return frozenset(pooling(address) for name in names for address in known.get(name, ()))


def _environment(project: Project) -> dict[str, list[str]]:
    """Addresses by variable, of the environment files and examples that are committed."""
    found: dict[str, list[str]] = {}
    for path, file in project.snapshot.files.items():
        if _ENV_FILE.search(path):
            for name, address in _DEFINED.findall(file.text):
                found.setdefault(name, []).append(address)
    return found

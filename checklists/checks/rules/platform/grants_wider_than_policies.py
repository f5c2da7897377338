"""The API roles hold privileges that no policy needs, or the project's defaults say whether they do."""

from collections.abc import Iterable, Iterator

from checklists.checks.check import Check, Examined, Flag, Input, Said, Unsure
from checklists.checks.project import Project
from checklists.counting import counted
from checklists.model import Location, Severity
from checklists.repo.config import auto_exposes
from checklists.sql.questions.access import WRITES, callers
from checklists.sql.questions.exposure import READ_AND_WRITE, is_served
from checklists.sql.quoting import listed, relation
from checklists.sql.schema import API_ROLES, TABLE_PRIVILEGES, Command, Facet, Grant, Schema, Table, TableKind

CHECK = Check(
    items=("grants-least-privilege",),
    rule="least-privilege-grants",
    severity=Severity.LOW,
    reads=(Facet.TABLES, Facet.RLS, Facet.POLICIES, Facet.GRANTS),
    also=(Input.FILES,),
    peers=("pgrls:SEC039", "pgrls:SEC044", "pgrls:SEC045"),
)


def find(project: Project) -> Iterator[Said]:
    """Every served table under RLS whose grants go beyond its policies; one gap for all that say nothing."""
    settled = auto_exposes(project.config) is not None
    left: list[Table] = []
    for table in _served(project.schema):
        yield Examined("tables")
        if not settled and any(_is_default(grant) for grant in table.grants):
            left.append(table)
        elif table.rls_enabled and (spare := _spare(table)):
            yield _flag(table, spare)
    if left:
        yield _gap(project, left)


def _served(schema: Schema) -> list[Table]:
    tables = schema.exposed_tables()
    return [t for t in tables if t.kind is not TableKind.FOREIGN and is_served(schema, t.schema)]


def _is_default(grant: Grant) -> bool:
    """Whether it lets an API role read or write, and no migration says so."""
    return grant.implied and grant.role in API_ROLES and grant.privilege in READ_AND_WRITE


def _spare(table: Table) -> dict[str, tuple[str, ...]]:
    """By API role, the privileges to change rows that no policy of the table gives it a use for."""
    found = {}
    for role in API_ROLES:
        used = {command.value for command in WRITES if table.permissive(command, role)}
        held = {g.privilege for g in table.grants if g.role in (role, "public")}
        unused = held & {*(command.value for command in WRITES), "TRUNCATE"} - used
        if unused:
            found[role] = tuple(sorted(unused))
    return found


def _flag(table: Table, spare: dict[str, tuple[str, ...]]) -> Flag:
    told = " and ".join(f"{role} {listed(privileges, 4)}" for role, privileges in spare.items())
    held = {privilege for privileges in spare.values() for privilege in privileges}
    truncate = " TRUNCATE asks no policy at all." if "TRUNCATE" in held else ""
    return Flag(
        object=table.object,
        location=table.rls_location or table.location,
        message=f"On {table.qualified} grants give {told}, for which there is no policy: Row Level Security "
        "is all "
        f"that stands between, and one wrong policy opens it.{truncate}",
        remedy="\n".join(_statements(table)),
        severity=Severity.INFO if held == {"TRUNCATE"} or _is_usual(table, spare) else None,
    )


def _is_usual(table: Table, roles: Iterable[str]) -> bool:
    """Whether these roles hold everything, as older projects grant it and dumps write it out."""
    return all({*TABLE_PRIVILEGES} <= {g.privilege for g in table.grants if g.role == role} for role in roles)


def _statements(table: Table) -> Iterator[str]:
    """Revoke all, then grant what policies have a use for."""
    on = relation(table.qualified)
    yield f"revoke all on {on} from {', '.join(API_ROLES)};"
    for role in API_ROLES:
        used = [c.value.lower() for c in (Command.SELECT, *WRITES) if table.permissive(c, role)]
        if used:
            yield f"grant {', '.join(used)} on {on} to {role};"


def _gap(project: Project, left: list[Table]) -> Unsure:
    admitting = sum(1 for table in left if any(callers(table, policy) for policy in table.policies))
    many, closed = counted(len(left), "tables"), counted(admitting, "tables")
    path = project.layout.config
    because = (
        f"what anon and authenticated may do on {many} of the Data API depends on the day on "
        "which "
        "the project was made: no migration grants or revokes it, and config.toml does not set [api] "
        "auto_expose_new_tables. Older projects grant everything, which the other checks assume; newer ones "
        "grant nothing" + (f", and the policies of {closed} admit nobody" if admitting else "") + ". "
        "Revoke and grant in the migrations: that means the same in both"
    )
    place = Location(path, 1, 1) if path is not None else left[0].location
    return Unsure("config:api.auto_expose_new_tables", because, place)

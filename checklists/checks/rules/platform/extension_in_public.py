"""An extension lies in a schema that the Data API serves."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.folding.platform import of_repo
from checklists.sql.quoting import ident
from checklists.sql.schema import Extension, Facet

CHECK = Check(
    items=("data-api-surface",),
    rule="postgrest-surface",
    severity=Severity.LOW,
    reads=(Facet.EXTENSIONS,),
    peers=("splinter:0014_extension_in_public",),
)
# Their control files do not let them be moved.
_FIXED = frozenset({"pg_net", "postgis", "timescaledb", "pgmq", "pg_cron", "pgsodium", "citus"})


def find(project: Project) -> Iterator[Said]:
    """Every extension that the migrations create in `public`."""
    for extension in project.schema.extensions.values():
        if not of_repo(extension):
            continue
        yield Examined("extensions")
        if extension.schema == "public":
            yield _flag(extension)


def _flag(extension: Extension) -> Flag:
    name = ident(extension.name)
    made = f"create extension if not exists {name} schema extensions;"
    moved = (
        f"It cannot be moved; where nothing depends on it yet:\ndrop extension {name};\n{made}"
        if extension.name in _FIXED
        else f"alter extension {name} set schema extensions;\nand in the migration: {made}"
    )
    return Flag(
        object=f"extension:{extension.name}",
        location=extension.location,
        message=f"The extension {extension.name} lies in public: its functions are in the Data API, and its "
        "names "
        "among those of the tables.",
        remedy=moved,
    )

"""A column has a type that keeps the database from being upgraded."""

from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Severity
from checklists.sql.questions.basetypes import base_type
from checklists.sql.quoting import ident, relation
from checklists.sql.schema import Facet

CHECK = Check(
    items=("migrations-safe",),
    rule="migration-lock-safety",
    severity=Severity.MEDIUM,
    reads=(Facet.TABLES,),
    peers=("splinter:0018_unsupported_reg_types",),
)
# pg_upgrade, check_for_reg_data_type_usage(); regclass, regtype and regrole keep their meaning.
_TYPES = frozenset(
    {
        "regcollation", "regconfig", "regdictionary", "regnamespace", "regoper", "regoperator", "regproc",
        "regprocedure",
    }
)  # fmt: skip


def find(project: Project) -> Iterator[Said]:
    """Every column whose values are numbers of objects that an upgrade gives anew."""
    for table in project.schema.user_tables():
        yield Examined("tables")
        for column in table.columns:
            kind = base_type(project.schema, column.type)
            if kind in _TYPES:
                name = ident(column.name)
                yield Flag(
                    object=f"table:{table.qualified}",
                    location=column.location or table.location,
                    message=f"{table.qualified}.{column.name} is a {kind}: it holds the number of an object, "
                    "which a new major version gives anew, so that pg_upgrade refuses the database.",
                    remedy=f"alter table {relation(table.qualified)} alter column {name} type text "
                    f"using {name}::text;",
                )

"""The information_schema views, and platform tables whose rows migrations write: buckets and cron jobs."""

from collections.abc import Iterator

from checklists.sql.dynamic.catalog import Row, catalog
from checklists.sql.dynamic.values import Oid
from checklists.sql.folding.state import Database
from checklists.sql.schema import ConstraintKind

_CONSTRAINT_TYPES = {
    ConstraintKind.PRIMARY_KEY: "PRIMARY KEY",
    ConstraintKind.UNIQUE: "UNIQUE",
    ConstraintKind.FOREIGN_KEY: "FOREIGN KEY",
    ConstraintKind.CHECK: "CHECK",
}
# pg_type.typname of Postgres' spellings, for udt_name.
_INTERNAL = {
    "boolean": "bool",
    "bigint": "int8",
    "integer": "int4",
    "smallint": "int2",
    "real": "float4",
    "double precision": "float8",
    "character varying": "varchar",
    "character": "bpchar",
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
}


@catalog("information_schema.tables")
def _tables(db: Database) -> Iterator[Row]:
    for table in db.tables.values():
        yield {"table_schema": table.schema, "table_name": table.name, "table_type": "BASE TABLE"}
    for view in db.views.values():
        if not view.materialized:
            yield {"table_schema": view.schema, "table_name": view.name, "table_type": "VIEW"}


@catalog("information_schema.views")
def _views(db: Database) -> Iterator[Row]:
    for view in db.views.values():
        if not view.materialized:
            yield {"table_schema": view.schema, "table_name": view.name}


@catalog("information_schema.columns")
def _columns(db: Database) -> Iterator[Row]:
    for table in db.tables.values():
        for number, column in enumerate(table.columns, 1):
            kind, udt = _type_names(column.type)
            yield {
                "table_schema": table.schema,
                "table_name": table.name,
                "column_name": column.name,
                "ordinal_position": number,
                "is_nullable": "NO" if column.not_null else "YES",
                "column_default": column.default,
                "data_type": kind,
                "udt_name": udt,
                "is_identity": "YES" if column.identity else "NO",
                "is_generated": "ALWAYS" if column.generated else "NEVER",
            }
    for view in db.views.values():
        for name in () if view.materialized else view.columns:
            yield {"table_schema": view.schema, "table_name": view.name, "column_name": name}


def _type_names(kind: str) -> tuple[str, str]:
    """(data_type, udt_name)."""
    plain = kind.partition("(")[0].strip() + (kind.partition(")")[2] if "(" in kind else "")
    if plain.endswith("[]"):
        return "ARRAY", "_" + _type_names(plain[:-2])[1]
    if "." in plain:
        return "USER-DEFINED", plain.rpartition(".")[2]
    return plain, _INTERNAL.get(plain, plain)


@catalog("information_schema.table_constraints")
def _constraints(db: Database) -> Iterator[Row]:
    for table in db.tables.values():
        for constraint in table.constraints:
            if constraint.kind in _CONSTRAINT_TYPES:
                yield {
                    "constraint_schema": table.schema,
                    "constraint_name": constraint.name,
                    "table_schema": table.schema,
                    "table_name": table.name,
                    "constraint_type": _CONSTRAINT_TYPES[constraint.kind],
                }


@catalog("information_schema.key_column_usage")
def _key_columns(db: Database) -> Iterator[Row]:
    for table in db.tables.values():
        for constraint in table.constraints:
            for name in () if constraint.kind is ConstraintKind.CHECK else constraint.columns:
                yield {
                    "constraint_schema": table.schema,
                    "constraint_name": constraint.name,
                    "table_schema": table.schema,
                    "table_name": table.name,
                    "column_name": name,
                }


@catalog("information_schema.constraint_column_usage")
def _used_columns(db: Database) -> Iterator[Row]:
    for table in db.tables.values():
        for constraint in table.constraints:
            target = constraint.references or table.qualified
            for name in constraint.referenced_columns or constraint.columns:
                yield {
                    "table_schema": target.partition(".")[0],
                    "table_name": target.partition(".")[2],
                    "column_name": name,
                    "constraint_schema": table.schema,
                    "constraint_name": constraint.name,
                }


@catalog("information_schema.schemata")
def _schemata(db: Database) -> Iterator[Row]:
    return ({"schema_name": name} for name in sorted(db.schemas))


@catalog("information_schema.routines")
def _routines(db: Database) -> Iterator[Row]:
    for function in db.functions.values():
        yield {
            "routine_schema": function.schema,
            "routine_name": function.name,
            "routine_type": function.kind.upper(),
            "specific_schema": function.schema,
            "security_type": "DEFINER" if function.security_definer else "INVOKER",
        }


@catalog("information_schema.triggers")
def _triggers(db: Database) -> Iterator[Row]:
    for table in db.tables.values():
        for trigger in table.triggers:
            for event in trigger.events:
                yield {
                    "trigger_schema": table.schema,
                    "trigger_name": trigger.name,
                    "event_object_schema": table.schema,
                    "event_object_table": table.name,
                    "event_manipulation": event,
                    "action_timing": trigger.timing,
                }


@catalog("information_schema.role_table_grants")
@catalog("information_schema.table_privileges")
def _grants(db: Database) -> Iterator[Row]:
    for table in db.tables.values():
        for grant in table.grants:
            if not grant.columns:
                yield {
                    "grantee": "PUBLIC" if grant.role == "public" else grant.role,
                    "table_schema": table.schema,
                    "table_name": table.name,
                    "privilege_type": grant.privilege,
                }


@catalog("storage.buckets")
def _buckets(db: Database) -> Iterator[Row]:
    for bucket in db.buckets.values():
        yield {
            "id": bucket.id,
            "name": bucket.id,
            "public": bucket.public,
            "file_size_limit": bucket.file_size_limit,
            "allowed_mime_types": None
            if bucket.allowed_mime_types is None
            else list(bucket.allowed_mime_types),
        }


@catalog("cron.job")
def _jobs(db: Database) -> Iterator[Row]:
    for job in db.cron_jobs:
        yield {
            "jobid": Oid("job", job.name or f"{job.schedule} {job.command}"),
            "jobname": job.name,
            "schedule": job.schedule,
            "command": job.command,
            "active": True,
        }

"""The system catalogs that migrations ask, as rows made from the database so far."""

from collections.abc import Callable, Iterator

from checklists.sql.dynamic.values import Oid, Value
from checklists.sql.folding.state import Database
from checklists.sql.folding.typenames import builtin
from checklists.sql.schema import ConstraintKind, Function, Index, Policy, Table

Row = dict[str, Value]
_Maker = Callable[[Database], Iterator[Row]]
_CATALOGS: dict[str, _Maker] = {}

_ACTIONS = {"NO ACTION": "a", "RESTRICT": "r", "CASCADE": "c", "SET NULL": "n", "SET DEFAULT": "d"}
_CONTYPES = {
    ConstraintKind.PRIMARY_KEY: "p",
    ConstraintKind.UNIQUE: "u",
    ConstraintKind.FOREIGN_KEY: "f",
    ConstraintKind.CHECK: "c",
    ConstraintKind.EXCLUDE: "x",
}


def rows(db: Database, schema: str, name: str) -> list[Row] | None:
    """The rows of a catalog, None where there is none of that name."""
    maker = _CATALOGS.get(f"{schema or 'pg_catalog'}.{name}")
    return None if maker is None else list(maker(db))


def catalog(name: str) -> Callable[[_Maker], _Maker]:
    """Registers what makes the rows of a catalog."""

    def register(maker: _Maker) -> _Maker:
        _CATALOGS[name if "." in name else f"pg_catalog.{name}"] = maker
        return maker

    return register


@catalog("pg_namespace")
def _namespaces(db: Database) -> Iterator[Row]:
    for name in sorted(db.schemas | {"pg_catalog", "information_schema"}):
        yield {"oid": Oid("namespace", name), "nspname": name}


def _class(oid: str, schema: str, name: str, kind: str) -> Row:
    return {
        "oid": Oid("class", oid),
        "relname": name,
        "relnamespace": Oid("namespace", schema),
        "relkind": kind,
        "relrowsecurity": False,
        "relforcerowsecurity": False,
        "relispartition": False,
    }


@catalog("pg_class")
def _classes(db: Database) -> Iterator[Row]:
    for table in db.tables.values():
        row = _class(
            table.qualified, table.schema, table.name, {"table": "r", "partitioned": "p"}.get(table.kind, "f")
        )
        row |= {"relrowsecurity": table.rls_enabled, "relforcerowsecurity": table.rls_forced}
        yield row | {
            "relispartition": table.partition_of is not None,
            "reltype": Oid("type", table.qualified),
        }
        for index in table.indexes:
            yield _class(f"{index.schema}.{index.name}", index.schema, index.name, "i")
    for view in db.views.values():
        yield _class(view.qualified, view.schema, view.name, "m" if view.materialized else "v")
    for qualified, sequence in db.sequences.items():
        yield _class(qualified, sequence.schema, sequence.name, "S")


@catalog("pg_tables")
def _tables(db: Database) -> Iterator[Row]:
    for table in db.tables.values():
        yield {
            "schemaname": table.schema,
            "tablename": table.name,
            "tableowner": table.owner,
            "rowsecurity": table.rls_enabled,
            "hasindexes": bool(table.indexes),
            "hastriggers": bool(table.triggers),
        }


@catalog("pg_views")
def _views(db: Database) -> Iterator[Row]:
    for view in db.views.values():
        if not view.materialized:
            yield {"schemaname": view.schema, "viewname": view.name, "viewowner": view.owner}


@catalog("pg_matviews")
def _matviews(db: Database) -> Iterator[Row]:
    for view in db.views.values():
        if view.materialized:
            yield {"schemaname": view.schema, "matviewname": view.name, "matviewowner": view.owner}


@catalog("pg_sequences")
def _sequences(db: Database) -> Iterator[Row]:
    for sequence in db.sequences.values():
        yield {"schemaname": sequence.schema, "sequencename": sequence.name}


@catalog("pg_indexes")
def _indexes(db: Database) -> Iterator[Row]:
    for table, index in _all_indexes(db):
        yield {"schemaname": index.schema, "tablename": table.name, "indexname": index.name}


@catalog("pg_index")
def _index(db: Database) -> Iterator[Row]:
    for table, index in _all_indexes(db):
        yield {
            "indexrelid": Oid("class", f"{index.schema}.{index.name}"),
            "indrelid": Oid("class", table.qualified),
            "indisunique": index.unique,
            "indisprimary": index.primary,
            "indisvalid": True,
            "indisready": True,
        }


def _all_indexes(db: Database) -> Iterator[tuple[Table, Index]]:
    return ((table, index) for table in db.tables.values() for index in table.indexes)


def _policies_of(db: Database) -> Iterator[tuple[Table, Policy]]:
    return ((table, policy) for table in db.tables.values() for policy in table.policies)


@catalog("pg_policies")
def _policies(db: Database) -> Iterator[Row]:
    for table, policy in _policies_of(db):
        yield {
            "schemaname": table.schema,
            "tablename": table.name,
            "policyname": policy.name,
            "permissive": "PERMISSIVE" if policy.permissive else "RESTRICTIVE",
            "roles": list(policy.roles),
            "cmd": policy.command.value,
            "qual": policy.using,
            "with_check": policy.check,
        }


@catalog("pg_policy")
def _policy(db: Database) -> Iterator[Row]:
    letters = {"ALL": "*", "SELECT": "r", "INSERT": "a", "UPDATE": "w", "DELETE": "d"}
    for table, policy in _policies_of(db):
        yield {
            "polname": policy.name,
            "polrelid": Oid("class", table.qualified),
            "polcmd": letters[policy.command.value],
            "polpermissive": policy.permissive,
        }


@catalog("pg_attribute")
def _attributes(db: Database) -> Iterator[Row]:
    for table in db.tables.values():
        for number, column in enumerate(table.columns, 1):
            yield {
                "attrelid": Oid("class", table.qualified),
                "attname": column.name,
                "attnum": number,
                "attnotnull": column.not_null,
                "atthasdef": column.default is not None or column.generated is not None,
                "attisdropped": False,
                "atttypid": Oid("type", column.type),
            }


@catalog("pg_constraint")
def _constraints(db: Database) -> Iterator[Row]:
    for table in db.tables.values():
        numbers = {column.name: number for number, column in enumerate(table.columns, 1)}
        for constraint in table.constraints:
            target = constraint.references
            yield {
                "oid": Oid("constraint", f"{table.qualified}/{constraint.name}"),
                "conname": constraint.name,
                "connamespace": Oid("namespace", table.schema),
                "contype": _CONTYPES[constraint.kind],
                "conrelid": Oid("class", table.qualified),
                "confrelid": Oid("class", target) if target else 0,
                "confdeltype": _ACTIONS[constraint.on_delete] if target else " ",
                "confupdtype": _ACTIONS[constraint.on_update] if target else " ",
                "convalidated": constraint.validated,
                "conkey": [numbers[name] for name in constraint.columns if name in numbers],
            }


@catalog("pg_type")
def _types(db: Database) -> Iterator[Row]:
    letters = {"enum": "e", "domain": "d", "composite": "c", "range": "r"}
    for kind in db.types.values():
        yield _type(kind.schema, kind.name, letters.get(kind.kind, "b"))
    for table in db.tables.values():
        yield _type(table.schema, table.name, "c")


def _type(schema: str, name: str, letter: str) -> Row:
    return {
        "oid": Oid("type", f"{schema}.{name}"),
        "typname": name,
        "typnamespace": Oid("namespace", schema),
        "typtype": letter,
        "typrelid": Oid("class", f"{schema}.{name}") if letter == "c" else 0,
    }


@catalog("pg_enum")
def _labels(db: Database) -> Iterator[Row]:
    for kind in db.types.values():
        for number, label in enumerate(kind.labels, 1):
            yield {"enumtypid": Oid("type", kind.qualified), "enumlabel": label, "enumsortorder": number}


@catalog("pg_proc")
def _procs(db: Database) -> Iterator[Row]:
    for function in db.functions.values():
        yield proc_row(function)


def proc_row(function: Function) -> Row:
    """A function as pg_proc has it."""
    settings = [f"{name}={value}" for name, value in function.settings]
    return {
        "oid": Oid("proc", function.signature),
        "proname": function.name,
        "pronamespace": Oid("namespace", function.schema),
        "prokind": "p" if function.kind == "procedure" else "f",
        "prosecdef": function.security_definer,
        "proconfig": settings or None,
        "pronargs": len(function.arguments),
        "prosrc": function.body,
        "proargtypes": ", ".join(function.arguments),
        "provolatile": function.volatility[:1],
        "prorettype": Oid("type", builtin(function.returns) or function.returns),
    }


@catalog("pg_trigger")
def _triggers(db: Database) -> Iterator[Row]:
    for table in db.tables.values():
        for trigger in table.triggers:
            yield {
                "oid": Oid("trigger", f"{table.qualified}/{trigger.name}"),
                "tgname": trigger.name,
                "tgrelid": Oid("class", table.qualified),
                "tgisinternal": False,
                "tgenabled": "O" if trigger.enabled else "D",
            }


@catalog("pg_event_trigger")
def _event_triggers(db: Database) -> Iterator[Row]:
    for trigger in db.event_triggers.values():
        yield {"evtname": trigger.name, "evtevent": trigger.event}


@catalog("pg_extension")
def _extensions(db: Database) -> Iterator[Row]:
    for extension in db.extensions.values():
        yield {"extname": extension.name, "extnamespace": Oid("namespace", extension.schema)}


@catalog("pg_publication")
def _publications(db: Database) -> Iterator[Row]:
    for publication in db.publications.values():
        name = publication.name
        yield {"oid": Oid("publication", name), "pubname": name, "puballtables": publication.all_tables}


@catalog("pg_publication_tables")
def _publication_tables(db: Database) -> Iterator[Row]:
    for publication in db.publications.values():
        for table in db.tables.values():
            if publication.publishes(table):
                yield {"pubname": publication.name, "schemaname": table.schema, "tablename": table.name}


@catalog("pg_publication_rel")
def _publication_rel(db: Database) -> Iterator[Row]:
    for publication in db.publications.values():
        for table, _ in publication.tables:
            yield {"prpubid": Oid("publication", publication.name), "prrelid": Oid("class", table)}


@catalog("pg_roles")
@catalog("pg_authid")
@catalog("pg_user")
def _roles(db: Database) -> Iterator[Row]:
    for role in sorted(db.roles):
        yield {"oid": Oid("role", role), "rolname": role, "usename": role}

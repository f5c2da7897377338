"""CREATE TABLE with its variants: partitions, INHERITS, LIKE, OF type; CREATE TABLE AS and SELECT INTO."""

from dataclasses import replace
from typing import Any

from checklists.sql.analysis import standing
from checklists.sql.folding.columns import define_column, own_sequence
from checklists.sql.folding.constraints import add_all
from checklists.sql.folding.indexes import copy_index
from checklists.sql.folding.names import creation_schema, need_table, relation_exists
from checklists.sql.folding.registry import handles
from checklists.sql.folding.state import Database, Refused
from checklists.sql.parse import pb
from checklists.sql.schema import Column, Constraint, ConstraintKind, Facet, Table, TableKind
from checklists.sql.statements import Statement

_TOUCHES = (Facet.TABLES, Facet.RLS, Facet.CONSTRAINTS, Facet.INDEXES, Facet.GRANTS)


@handles("create_stmt", touches=_TOUCHES)
def create_table(db: Database, node: Any, at: Statement) -> None:
    """CREATE TABLE."""
    _create(db, node, at, TableKind.PARTITIONED if node.HasField("partspec") else TableKind.TABLE)


@handles("create_foreign_table_stmt", touches=_TOUCHES)
def create_foreign_table(db: Database, node: Any, at: Statement) -> None:
    """CREATE FOREIGN TABLE."""
    _create(db, node.base_stmt, at, TableKind.FOREIGN)


def new_relation(db: Database, node: Any, *, if_not_exists: bool) -> tuple[str, str] | None:
    """(schema, name) for a relation to create, None where IF NOT EXISTS finds one.

    Raises:
        Refused: The name is taken.
    """
    temporary = node.relpersistence == "t"
    schema = "pg_temp" if temporary else creation_schema(db, node.schemaname)
    qualified = f"{schema}.{node.relname}"
    make_way(db, qualified)
    if relation_exists(db, qualified):
        if if_not_exists or schema == "pg_temp":
            return None
        raise Refused(
            "42P07", f"{qualified} exists already", f"table:{qualified}", *_TOUCHES, uncertain=False
        )
    return schema, node.relname


def make_way(db: Database, qualified: str) -> None:
    """Takes away a table or view of that name that Postgres never made."""
    for kind, relations in (("table", db.tables), ("view", db.views)):
        if standing.is_unmade(db, f"{kind}:{qualified}"):
            del db.unmade[f"{kind}:{qualified}"]
            relations.pop(qualified, None)
            for name in [n for n, s in db.sequences.items() if s.owned_by and s.owned_by[0] == qualified]:
                del db.sequences[name]


def _create(db: Database, node: Any, at: Statement, kind: TableKind) -> None:
    try:
        where = new_relation(db, node.relation, if_not_exists=node.if_not_exists)
    except Refused as refused:
        refused.uncertain = _differs(db.tables.get(refused.object.removeprefix("table:")), node)
        raise
    if where is None:
        skipped = f"{creation_schema(db, node.relation.schemaname)}.{node.relation.relname}"
        db.lost |= {f"{skipped}.{name}" for name in _written(node)}
        return
    schema, name = where
    parents = tuple(need_table(db, each.range_var).qualified for each in node.inh_relations)
    partition_of = parents[0] if node.HasField("partbound") and parents else None
    table = Table(
        schema,
        name,
        at.location,
        kind=kind,
        grants=db.initial_grants("r", schema),
        partition_of=partition_of,
        inherits=() if partition_of else parents,
        unlogged=node.relation.relpersistence == "u",
    )
    for parent in parents:
        table = _inherit(table, db.tables[parent], whole=partition_of is not None)
    table, constraints, copied = _elements(db, table, node, at)
    db.tables[table.qualified] = table
    db.tables[table.qualified] = table = add_all(db, table, constraints, at)
    standing.judge(db, table.object, standing.of_keys(db, table), at)
    for source, index in copied:
        _copy(db, table.qualified, source, index)
    if partition_of is not None:
        fill_partition(db, table.qualified, partition_of)


def _differs(old: Table | None, node: Any) -> bool:
    """Whether a CREATE TABLE of a name that is taken writes columns that the first one lacks."""
    return old is None or not _written(node) <= {column.name for column in old.columns}


def _written(node: Any) -> set[str]:
    return {each.column_def.colname for each in node.table_elts if each.WhichOneof("node") == "column_def"}


def _elements(
    db: Database, table: Table, node: Any, at: Statement
) -> tuple[Table, list[tuple[Any, str | None]], list[tuple[Table, Any]]]:
    """Columns in place, with the constraints and LIKE's indexes still to add."""
    constraints: list[tuple[Any, str | None]] = []
    copied: list[tuple[Table, Any]] = []
    for element in node.table_elts:
        match element.WhichOneof("node"):
            case "column_def":
                defined = define_column(db, (table.schema, table.name), element.column_def, at)
                table = _with_column(table, defined.column)
                constraints += [(each, defined.column.name) for each in defined.constraints]
            case "constraint":
                constraints.append((element.constraint, None))
            case "table_like_clause":
                source = need_table(db, element.table_like_clause.relation)
                options = element.table_like_clause.options
                table = _like(db, table, source, options)
                if options & pb.CREATE_TABLE_LIKE_INDEXES:
                    copied += [(source, index) for index in source.indexes]
    return table, constraints, copied


def _with_column(table: Table, column: Column) -> Table:
    """A column added, or merged with the inherited one of its name."""
    old = table.column(column.name)
    if old is None:
        return replace(table, columns=(*table.columns, column))
    merged = replace(
        old,
        not_null=old.not_null or column.not_null,
        default=column.default if column.default is not None else old.default,
    )
    return replace(table, columns=tuple(merged if each is old else each for each in table.columns))


def _inherit(table: Table, parent: Table, *, whole: bool) -> Table:
    """Columns and CHECKs of a parent; a partition (`whole`) has its foreign keys too."""
    for column in parent.columns:
        table = _with_column(table, column if not column.identity else replace(column, identity=whole))
    kinds = {ConstraintKind.CHECK, ConstraintKind.FOREIGN_KEY} if whole else {ConstraintKind.CHECK}
    have = {each.name for each in table.constraints}
    taken = tuple(each for each in parent.constraints if each.kind in kinds and each.name not in have)
    return replace(table, constraints=table.constraints + taken)


def fill_partition(db: Database, child: str, parent: str) -> None:
    """Gives a partition what it gets of its parent: keys, indexes, foreign keys, row triggers."""
    source = db.tables[parent]
    table = _inherit(db.tables[child], source, whole=True)
    row = tuple(replace(each, table=child) for each in source.triggers if each.per_row)
    names = {each.name for each in table.triggers}
    db.tables[child] = replace(table, triggers=table.triggers + tuple(t for t in row if t.name not in names))
    for index in source.indexes:
        have = {(each.columns, each.unique, each.predicate) for each in db.tables[child].indexes}
        if (index.columns, index.unique, index.predicate) not in have:
            _copy(db, child, source, index)


def _copy(db: Database, table: str, source: Table, index: Any) -> None:
    copy_index(db, table, index)
    if index.constraint:
        made = db.tables[table].indexes[-1]
        original = next((c for c in source.constraints if c.name == index.name), None)
        kind = original.kind if original is not None else ConstraintKind.UNIQUE
        constraint = Constraint(made.name, kind, made.columns, db.tables[table].location)
        target = db.tables[table]
        db.tables[table] = replace(target, constraints=(*target.constraints, constraint))


def _like(db: Database, table: Table, source: Table, options: int) -> Table:
    """Columns with NOT NULL always; the rest as INCLUDING says. Row security, policies and grants never."""
    for column in source.columns:
        identity = column.identity and bool(options & pb.CREATE_TABLE_LIKE_IDENTITY)
        if identity:
            own_sequence(db, (table.schema, table.name), column.name)
        kept = replace(
            column,
            default=column.default if options & pb.CREATE_TABLE_LIKE_DEFAULTS else None,
            generated=column.generated if options & pb.CREATE_TABLE_LIKE_GENERATED else None,
            identity=identity,
        )
        table = replace(table, columns=(*table.columns, kept))
    if options & pb.CREATE_TABLE_LIKE_CONSTRAINTS:
        checks = source.of_kind(ConstraintKind.CHECK)
        table = replace(table, constraints=table.constraints + checks)
    return table

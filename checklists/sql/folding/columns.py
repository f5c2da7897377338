"""Column definitions: type, default, NOT NULL, identity, generated, serial."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from checklists.sql.folding import state
from checklists.sql.folding.names import split_name, strings
from checklists.sql.folding.naming import fresh, relation_names
from checklists.sql.folding.settled import settled
from checklists.sql.folding.state import Database
from checklists.sql.folding.typenames import SERIALS, type_text
from checklists.sql.parse import pb, sql_of
from checklists.sql.schema import Column
from checklists.sql.statements import Statement


@dataclass(slots=True)
class Defined:
    """A column as written, and the constraints written with it that are the table's."""

    column: Column
    constraints: list[Any] = field(default_factory=list)


_OF_THE_TABLE = frozenset(
    {pb.CONSTR_CHECK, pb.CONSTR_PRIMARY, pb.CONSTR_UNIQUE, pb.CONSTR_FOREIGN, pb.CONSTR_EXCLUSION}
)


def define_column(db: Database, table: tuple[str, str], node: pb.ColumnDef, at: Statement) -> Defined:
    """The column that a ColumnDef makes in the table (schema, name), and the sequence that it needs."""
    location = at.source.locate(at.offset + node.location, at.offset + node.location + 1)
    serial = _serial(node.type_name)
    if serial is not None:
        sequence = own_sequence(db, table, node.colname)
        made = Column(
            node.colname, serial, not_null=True, default=f"nextval('{sequence}'::regclass)", location=location
        )
    else:
        made = Column(node.colname, type_text(db, node.type_name), node.is_not_null, location=location)
    values: dict[str, Any] = {
        "not_null": made.not_null,
        "default": made.default,
        "identity": bool(node.identity),
        "generated": None,
    }
    if node.HasField("raw_default"):
        values["default"] = default_text(db, node.raw_default)
    kept = []
    for wrapped in node.constraints:
        constraint = wrapped.constraint
        if constraint.contype in _OF_THE_TABLE:
            kept.append(constraint)
        else:
            _apply(db, values, constraint)
    if values["identity"]:
        own_sequence(db, table, node.colname, _identity_options(node))
        values["not_null"] = True
    return Defined(Column(made.name, made.type, location=location, **values), kept)


def _apply(db: Database, values: dict[str, Any], constraint: pb.Constraint) -> None:
    match constraint.contype:
        case pb.CONSTR_NOTNULL:
            values["not_null"] = True
        case pb.CONSTR_DEFAULT:
            values["default"] = default_text(db, constraint.raw_expr)
        case pb.CONSTR_IDENTITY:
            values["identity"] = True
        case pb.CONSTR_GENERATED:
            values["generated"] = sql_of(constraint.raw_expr)


def default_text(db: Database, node: pb.Node) -> str | None:
    """The text of a DEFAULT; a plain NULL is none, as in pg_attrdef."""
    bare = node
    while bare.WhichOneof("node") == "type_cast":
        bare = bare.type_cast.arg
    return None if bare.WhichOneof("node") == "a_const" and bare.a_const.isnull else sql_of(settled(db, node))


def _serial(node: pb.TypeName) -> str | None:
    schema, name = split_name(strings(node.names))
    return SERIALS.get(name) if schema in ("", "pg_catalog") else None


def _identity_options(node: pb.ColumnDef) -> Sequence[Any]:
    return next(
        (c.constraint.options for c in node.constraints if c.constraint.contype == pb.CONSTR_IDENTITY), ()
    )


def own_sequence(db: Database, table: tuple[str, str], column: str, given: Sequence[Any] = ()) -> str:
    """Makes the sequence behind a serial or identity column; the name may be given. Its qualified name."""
    schema, name = table
    written = [strings(o.def_elem.arg.list.items) for o in given if o.def_elem.defname == "sequence_name"]
    if written:
        own_schema, own_name = split_name(written[0])
        return _put_sequence(db, table, column, (own_schema or schema, own_name))
    sequence = fresh(
        name, column, "seq", relation_names(db, schema) if _may_clash(db, table, column) else set()
    )
    return _put_sequence(db, table, column, (schema, sequence))


def _put_sequence(db: Database, table: tuple[str, str], column: str, sequence: tuple[str, str]) -> str:
    qualified = ".".join(sequence)
    grants = db.initial_grants("S", sequence[0])
    db.sequences[qualified] = state.Sequence(*sequence, (".".join(table), column), grants)
    return qualified


def _may_clash(db: Database, table: tuple[str, str], column: str) -> bool:
    """A cheap look before all names are gathered."""
    name = f"{table[0]}.{table[1]}_{column}_seq"
    return len(name.encode()) > 60 or name in db.sequences or name in db.tables or name in db.views

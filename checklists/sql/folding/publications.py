"""Publications: which tables Realtime and replicas are sent."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from checklists.model import Location
from checklists.sql.folding.names import need_table
from checklists.sql.folding.registry import handles
from checklists.sql.folding.state import Database, Refused
from checklists.sql.parse import pb
from checklists.sql.schema import Facet, Publication
from checklists.sql.statements import Statement

_WHOLE = frozenset({pb.PUBLICATIONOBJ_TABLES_IN_SCHEMA, pb.PUBLICATIONOBJ_TABLES_IN_CUR_SCHEMA})


@handles("create_publication_stmt", touches=(Facet.PUBLICATIONS,))
def create_publication(db: Database, node: Any, at: Statement) -> None:
    """CREATE PUBLICATION."""
    if node.pubname in db.publications:
        message = f"the publication {node.pubname} exists already"
        raise Refused("42710", message, f"publication:{node.pubname}", Facet.PUBLICATIONS, uncertain=False)
    db.publications[node.pubname] = Publication(
        node.pubname,
        at.location,
        node.for_all_tables,
        tuple((table, at.location) for table in _tables(db, node)),
        tuple(_schemas(db, node)),
    )


@handles("alter_publication_stmt", touches=(Facet.PUBLICATIONS,))
def alter_publication(db: Database, node: Any, at: Statement) -> None:
    """ALTER PUBLICATION … ADD, SET, DROP."""
    old = db.publications.get(node.pubname)
    if old is None:
        message = f"no migration creates the publication {node.pubname}"
        raise Refused("42704", message, f"publication:{node.pubname}", Facet.PUBLICATIONS)
    if node.options:
        return
    tables, schemas = list(_tables(db, node)), tuple(_schemas(db, node))
    have = {table for table, _ in old.tables}
    match node.action:
        case pb.AP_AddObjects:
            made = _added(old, tables, schemas, at.location)
        case pb.AP_DropObjects:
            absent = next((table for table in tables if table not in have), None)
            if absent is not None:
                message = f"{absent} is not part of the publication {old.name}"
                raise Refused("42704", message, f"table:{absent}", Facet.PUBLICATIONS, uncertain=False)
            kept = tuple(each for each in old.tables if each[0] not in tables)
            made = replace(old, tables=kept, schemas=tuple(s for s in old.schemas if s not in schemas))
        case _:
            made = replace(
                old,
                tables=tuple((t, at.location) for t in tables),
                schemas=schemas,
                all_tables=node.for_all_tables,
            )
    db.publications[old.name] = made


def _added(old: Publication, tables: list[str], schemas: tuple[str, ...], here: Location) -> Publication:
    have = {table for table, _ in old.tables}
    twice = next((table for table in tables if table in have), None)
    if twice is not None:
        message = f"{twice} is part of the publication {old.name} already"
        raise Refused("42710", message, f"table:{twice}", Facet.PUBLICATIONS, uncertain=False)
    if old.all_tables and tables:
        message = f"the publication {old.name} is FOR ALL TABLES"
        raise Refused("55000", message, f"publication:{old.name}", Facet.PUBLICATIONS, uncertain=False)
    added = tuple((table, here) for table in tables)
    return replace(old, tables=old.tables + added, schemas=tuple(dict.fromkeys(old.schemas + schemas)))


def _tables(db: Database, node: Any) -> Iterator[str]:
    for each in node.pubobjects:
        spec = each.publication_obj_spec
        if spec.pubobjtype not in _WHOLE and spec.HasField("pubtable"):
            yield need_table(db, spec.pubtable.relation, Facet.PUBLICATIONS).qualified


def _schemas(db: Database, node: Any) -> Iterator[str]:
    for each in node.pubobjects:
        spec = each.publication_obj_spec
        if spec.pubobjtype == pb.PUBLICATIONOBJ_TABLES_IN_CUR_SCHEMA:
            yield next(iter(db.search_path), "public")
        elif spec.pubobjtype == pb.PUBLICATIONOBJ_TABLES_IN_SCHEMA:
            yield spec.name

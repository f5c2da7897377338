"""Gives objects another name or schema, wherever they are named. Function bodies stay, as in Postgres."""

from collections.abc import Iterator
from dataclasses import replace

from checklists.model import Location
from checklists.sql.folding.names import relation_exists
from checklists.sql.folding.rewrite import (
    Edit,
    column_renamed,
    function_renamed,
    outputs_kept,
    relation_renamed,
    type_renamed,
)
from checklists.sql.folding.state import Database, Refused
from checklists.sql.schema import Constraint, Facet, Function, Index, Policy, Table, Trigger, View

Name = tuple[str, str]


def _edit_policy(policy: Policy, edit: Edit) -> Policy:
    using = None if policy.using is None else edit(policy.using)
    check = None if policy.check is None else edit(policy.check)
    return (
        policy
        if (using, check) == (policy.using, policy.check)
        else replace(policy, using=using, check=check)
    )


def _edit_constraint(constraint: Constraint, edit: Edit) -> Constraint:
    if constraint.expression is None:
        return constraint
    return replace(constraint, expression=edit(constraint.expression))


def _edit_index(index: Index, edit: Edit) -> Index:
    columns = tuple(edit(key) if "(" in key or " " in key else key for key in index.columns)
    return replace(index, columns=columns, predicate=edit(index.predicate) if index.predicate else None)


def _edit_table(table: Table, edit: Edit) -> Table:
    columns = tuple(
        replace(
            column,
            default=edit(column.default) if column.default and "(" in column.default else column.default,
            generated=edit(column.generated) if column.generated else column.generated,
        )
        for column in table.columns
    )
    return replace(
        table,
        columns=columns,
        policies=tuple(_edit_policy(each, edit) for each in table.policies),
        constraints=tuple(_edit_constraint(each, edit) for each in table.constraints),
        indexes=tuple(_edit_index(each, edit) for each in table.indexes),
        triggers=tuple(replace(each, when=edit(each.when)) if each.when else each for each in table.triggers),
    )


def _texts(table: Table) -> Iterator[str]:
    """Every expression of a table."""
    for column in table.columns:
        yield from (text for text in (column.default, column.generated) if text)
    for policy in table.policies:
        yield from (text for text in (policy.using, policy.check) if text)
    yield from (each.expression for each in table.constraints if each.expression)
    for index in table.indexes:
        yield from (*index.columns, index.predicate or "")
    yield from (each.when for each in table.triggers if each.when)


def edit_texts(db: Database, word: str, edit: Edit) -> None:
    """Applies an edit to every expression and query that holds the word."""

    def careful(text: str) -> str:
        return edit(text) if word in text else text

    for key, table in list(db.tables.items()):
        if any(word in text for text in _texts(table)):
            db.tables[key] = _edit_table(table, careful)
    for key, view in list(db.views.items()):
        if word in view.query:
            db.views[key] = replace(view, query=edit(view.query))


def _new_name(db: Database, old: str, new: Name) -> str:
    qualified = f"{new[0]}.{new[1]}"
    if relation_exists(db, qualified):
        raise Refused("42P07", f"{qualified} exists already", f"table:{old}", Facet.TABLES, uncertain=False)
    return qualified


def _rekey(mapping: dict[str, object], old: str, new: str, value: object) -> None:
    """Puts a value under another key, in the old one's place."""
    items = [(new, value) if key == old else (key, each) for key, each in mapping.items()]
    mapping.clear()
    mapping.update(items)


def move_relation(db: Database, old: str, new: Name, at: Location) -> None:
    """Renames a table, view or sequence.

    Raises:
        Refused: The name is taken.
    """
    qualified = _new_name(db, old, new)
    edit_texts(db, old.partition(".")[2], relation_renamed(db, old, new))
    if old in db.tables:
        _rekey(db.tables, old, qualified, _moved_table(db.tables[old], new, at))  # type: ignore[arg-type]
    elif old in db.views:
        view = db.views[old]
        indexes = tuple(replace(each, schema=new[0], table=qualified) for each in view.indexes)
        moved = replace(view, schema=new[0], name=new[1], location=at, indexes=indexes)
        _rekey(db.views, old, qualified, moved)  # type: ignore[arg-type]
    else:
        sequence = db.sequences.pop(old)
        db.sequences[qualified] = replace(sequence, schema=new[0], name=new[1])
    _follow_relation(db, old, qualified)
    _follow_type(db, old, qualified)


def _moved_table(table: Table, new: Name, at: Location) -> Table:
    qualified = f"{new[0]}.{new[1]}"
    return replace(
        table,
        schema=new[0],
        name=new[1],
        location=at,
        policies=tuple(replace(each, table=qualified) for each in table.policies),
        triggers=tuple(replace(each, table=qualified) for each in table.triggers),
        indexes=tuple(replace(each, schema=new[0], table=qualified) for each in table.indexes),
    )


def _follow_relation(db: Database, old: str, new: str) -> None:
    """Other objects' references by qualified name."""

    def named(name: str | None) -> str | None:
        return new if name == old else name

    for key, table in list(db.tables.items()):
        constraints = tuple(
            replace(each, references=new) if each.references == old else each for each in table.constraints
        )
        inherits = tuple(named(each) or each for each in table.inherits)
        if (constraints, inherits) != (table.constraints, table.inherits) or table.partition_of == old:
            db.tables[key] = replace(
                table, constraints=constraints, inherits=inherits, partition_of=named(table.partition_of)
            )
    for key, view in list(db.views.items()):
        if old in view.relations:
            db.views[key] = replace(view, relations=tuple(named(each) or each for each in view.relations))
    for key, publication in db.publications.items():
        tables = tuple((named(each) or each, where) for each, where in publication.tables)
        db.publications[key] = replace(publication, tables=tables)
    for key, sequence in db.sequences.items():
        if sequence.owned_by and sequence.owned_by[0] == old:
            db.sequences[key] = replace(sequence, owned_by=(new, sequence.owned_by[1]))


def move_column(db: Database, table: str, old: str, new: str, at: Location) -> None:
    """Renames a column."""
    db.lost.add(f"{table}.{old}")

    def names(columns: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(new if each == old else each for each in columns)

    own = column_renamed(db, table, old, new, own=True)
    other = column_renamed(db, table, old, new, own=False)
    for key, each in list(db.tables.items()):
        edit = own if key == table else other
        if not any(old in text for text in _texts(each)):
            continue
        db.tables[key] = _edit_table(each, lambda text, edit=edit: edit(text) if old in text else text)  # type: ignore[misc]
    for key, view in list(db.views.items()):
        if table in view.relations and old in view.query:
            query = other(view.query)
            db.views[key] = replace(
                view, query=view.query if query == view.query else outputs_kept(query, old, new)
            )
    here = db.tables[table]
    db.tables[table] = replace(
        here,
        columns=tuple(replace(c, name=new, location=at) if c.name == old else c for c in here.columns),
        constraints=tuple(replace(c, columns=names(c.columns)) for c in here.constraints),
        indexes=tuple(replace(i, columns=names(i.columns), included=names(i.included)) for i in here.indexes),
        grants=tuple(replace(g, columns=names(g.columns)) if g.columns else g for g in here.grants),
    )
    for key, each in list(db.tables.items()):
        if any(c.references == table and old in c.referenced_columns for c in each.constraints):
            constraints = tuple(
                replace(c, referenced_columns=names(c.referenced_columns)) if c.references == table else c
                for c in each.constraints
            )
            db.tables[key] = replace(each, constraints=constraints)
    for key, sequence in db.sequences.items():
        if sequence.owned_by == (table, old):
            db.sequences[key] = replace(sequence, owned_by=(table, new))


def move_function(db: Database, function: Function, new: Name) -> None:
    """Renames a function, in its callers' expressions and triggers too, where no overload leaves doubt.

    Its place stays that of its body.
    """
    moved = replace(function, schema=new[0], name=new[1])
    if moved.signature in db.functions:
        message = f"{moved.signature} exists already"
        raise Refused("42723", message, function.object, Facet.FUNCTIONS, uncertain=False)
    del db.functions[function.signature]
    db.functions[moved.signature] = moved
    if any(each.qualified == function.qualified for each in db.functions.values()):
        return
    edit_texts(db, function.name, function_renamed(function.qualified, new))
    for key, table in list(db.tables.items()):
        triggers = tuple(_trigger_moved(each, function.qualified, moved.qualified) for each in table.triggers)
        if triggers != table.triggers:
            db.tables[key] = replace(table, triggers=triggers)


def _trigger_moved(trigger: Trigger, old: str, new: str) -> Trigger:
    return replace(trigger, function=new) if trigger.function == old else trigger


def move_type(db: Database, old: str, new: Name, at: Location) -> None:
    """Renames an enum, domain or composite."""
    qualified = f"{new[0]}.{new[1]}"
    kept = db.types[old]
    if qualified in db.types:
        raise Refused(
            "42710", f"the type {qualified} exists already", f"type:{old}", Facet.TYPES, uncertain=False
        )
    _rekey(db.types, old, qualified, replace(kept, schema=new[0], name=new[1], location=at))  # type: ignore[arg-type]
    if old in db.type_grants:
        db.type_grants[qualified] = db.type_grants.pop(old)
    edit_texts(db, kept.name, type_renamed(old, new))
    _follow_type(db, old, qualified)


def _follow_type(db: Database, old: str, new: str) -> None:
    """Columns and signatures of a type or row type."""

    def spelled(kind: str) -> str:
        for prefix in ("", "setof "):
            for suffix in ("", "[]"):
                if kind == f"{prefix}{old}{suffix}":
                    return f"{prefix}{new}{suffix}"
        return kind

    for key, table in list(db.tables.items()):
        if any(old in column.type for column in table.columns):
            columns = tuple(replace(column, type=spelled(column.type)) for column in table.columns)
            db.tables[key] = replace(table, columns=columns)
    for signature, function in list(db.functions.items()):
        moved = replace(
            function, arguments=tuple(map(spelled, function.arguments)), returns=spelled(function.returns)
        )
        if moved != function:
            del db.functions[signature]
            db.functions[moved.signature] = moved


def move_schema(db: Database, old: str, new: str, at: Location) -> None:
    """Renames a schema: everything in it moves."""
    if new in db.schemas:
        raise Refused(
            "42P06", f"the schema {new} exists already", f"schema:{old}", Facet.TABLES, uncertain=False
        )
    db.schemas = db.schemas - {old} | {new}
    db.schema_grants[new] = db.schema_grants.pop(old, ())
    relations: list[Table | View] = [*db.tables.values(), *db.views.values()]
    for each in [r for r in relations if r.schema == old]:
        move_relation(db, each.qualified, (new, each.name), at)
    for qualified, sequence in [(q, s) for q, s in db.sequences.items() if s.schema == old]:
        move_relation(db, qualified, (new, sequence.name), at)
    for kind in [q for q, t in db.types.items() if t.schema == old]:
        move_type(db, kind, (new, db.types[kind].name), at)
    for function in [f for f in db.functions.values() if f.schema == old]:
        move_function(db, function, (new, function.name))
    for (schema, kind_of), grants in list(db.default_grants.items()):
        if schema == old:
            db.default_grants[new, kind_of] = grants

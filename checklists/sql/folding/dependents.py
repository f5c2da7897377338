"""What hangs on an object, and what goes with it: Postgres' rules of DROP … RESTRICT and CASCADE."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from checklists.sql.folding.state import Database, Refused
from checklists.sql.parse import SyntaxFault
from checklists.sql.questions.references import References, mentions, references
from checklists.sql.questions.scopes import Named, parsed, uses
from checklists.sql.schema import Constraint, ConstraintKind, Facet, Index, Policy

_KEYS = (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE)


def _refuse(of: str, dependent: str) -> Refused:
    return Refused("2BP01", f"{dependent} depends on {of}", of, *Facet, uncertain=False)


def texts_of(policy: Policy) -> Iterator[str]:
    """The expressions of a policy."""
    yield from (text for text in (policy.using, policy.check) if text is not None)


def policies_where(db: Database, uses: Callable[[References], bool]) -> list[Policy]:
    """Policies whose expressions name something."""
    return [
        policy
        for table in db.tables.values()
        for policy in table.policies
        if any(uses(references(text)) for text in texts_of(policy))
    ]


def remove_policies(db: Database, gone: list[Policy]) -> None:
    """Drops policies."""
    for policy in gone:
        table = db.tables[policy.table]
        db.tables[policy.table] = replace(table, policies=tuple(p for p in table.policies if p is not policy))


def remove_constraint(db: Database, table: str, name: str) -> None:
    """Drops a constraint and the index behind it."""
    old = db.tables[table]
    db.tables[table] = replace(
        old,
        constraints=tuple(each for each in old.constraints if each.name != name),
        indexes=tuple(each for each in old.indexes if not (each.constraint and each.name == name)),
    )


def keys_on(
    db: Database, target: str, columns: tuple[str, ...] | None = None
) -> list[tuple[str, Constraint]]:
    """Foreign keys of other tables to this one, or to these columns of it."""
    return [
        (table.qualified, constraint)
        for table in db.tables.values()
        for constraint in table.of_kind(ConstraintKind.FOREIGN_KEY)
        if constraint.references == target
        and (columns is None or set(columns) == set(constraint.referenced_columns))
    ]


def drop_constraint(db: Database, table: str, name: str, *, cascade: bool) -> None:
    """Drops a constraint; a key that foreign keys point at only with CASCADE.

    Raises:
        Refused: A foreign key depends on it.
    """
    constraint = next(each for each in db.tables[table].constraints if each.name == name)
    if constraint.kind in _KEYS:
        others = [
            each for each in db.tables[table].constraints if each.kind in _KEYS and each is not constraint
        ]
        if not any(set(each.columns) == set(constraint.columns) for each in others):
            for source, key in keys_on(db, table, constraint.columns):
                if not cascade:
                    raise _refuse(f"constraint:{table}/{name}", f"the foreign key {key.name} of {source}")
                remove_constraint(db, source, key.name)
    remove_constraint(db, table, name)
    for child in [t for t in db.tables.values() if t.partition_of == table]:
        if any(each.name == name for each in child.constraints):
            remove_constraint(db, child.qualified, name)


def drop_column(db: Database, qualified: str, column: str, *, cascade: bool) -> None:
    """Drops a column with its constraints and indexes; policies, views and keys to it only with CASCADE.

    Raises:
        Refused: Something depends on it.
    """
    of = f"column:{qualified}.{column}"
    db.lost.add(f"{qualified}.{column}")
    dependents = list(_on_column(db, qualified, column))
    if dependents and not cascade:
        raise _refuse(of, dependents[0][0])
    for _, remove in dependents:
        remove()
    table = db.tables[qualified]
    for constraint in table.constraints:
        if column in constraint.columns:
            remove_constraint(db, qualified, constraint.name)
    table = db.tables[qualified]
    db.tables[qualified] = replace(
        table,
        columns=tuple(each for each in table.columns if each.name != column),
        indexes=tuple(each for each in table.indexes if not indexes_column(each, column)),
        triggers=tuple(
            each for each in table.triggers if not (each.when and names_column(each.when, column))
        ),
    )
    for name in [n for n, s in db.sequences.items() if s.owned_by == (qualified, column)]:
        del db.sequences[name]


def _on_column(db: Database, qualified: str, column: str) -> Iterator[tuple[str, Callable[[], None]]]:
    """What depends on a column besides its own table's keys and indexes, each with how to remove it."""
    for table in list(db.tables.values()):
        own = table.qualified == qualified
        for policy in table.policies:
            if any(uses_column(db, text, qualified, column, own=own) for text in texts_of(policy)):
                yield f"the policy {policy.name!r} of {policy.table}", partial(remove_policies, db, [policy])
    for view in list(db.views.values()):
        if qualified in view.relations and uses_column(db, view.query, qualified, column, own=False):
            yield f"the view {view.qualified}", partial(drop_view, db, view.qualified, cascade=True)
    for source, key in keys_on(db, qualified):
        if column in key.referenced_columns and source != qualified:
            yield f"the foreign key {key.name} of {source}", partial(remove_constraint, db, source, key.name)
    for each in db.tables[qualified].columns:
        if each.generated and names_column(each.generated, column):
            yield f"the column {each.name}", partial(drop_column, db, qualified, each.name, cascade=True)


def names_column(text: str, column: str) -> bool:
    """Whether an expression over one row names the column."""
    return any(name == column for _, name in references(text).columns)


def uses_column(db: Database, text: str, table: str, column: str, *, own: bool) -> bool:
    """Whether an expression or query uses this column of this table; `own` where it is about a row of it."""
    if column not in text and "*" not in text:
        return False
    try:
        tree, _ = parsed(text)
    except SyntaxFault:
        return False
    outer = (Named(table.partition(".")[2], table),) if own else ()
    return any(use.relation == table and use.column in (column, "*") for use in uses(db, tree.stmt, outer))


def indexes_column(index: Index, column: str) -> bool:
    """Whether an index is over the column, in its keys, included columns or predicate."""
    keys = (*index.columns, *index.included)
    if column in keys:
        return True
    expressions = [
        *(key for key in index.columns if "(" in key or " " in key),
        *([index.predicate] if index.predicate else []),
    ]
    return any(names_column(text, column) for text in expressions)


def drop_view(db: Database, qualified: str, *, cascade: bool) -> None:
    """Drops a view, and views and policies over it with CASCADE.

    Raises:
        Refused: Something depends on it.
    """
    over = [
        view.qualified
        for view in db.views.values()
        if qualified in view.relations and view.qualified != qualified
    ]
    gone = policies_where(db, lambda refs: mentions(refs.relations, qualified))
    if not cascade and (over or gone):
        raise _refuse(f"view:{qualified}", f"the view {over[0]}" if over else f"the policy {gone[0].name!r}")
    db.views.pop(qualified, None)
    remove_policies(db, gone)
    for each in over:
        if each in db.views:
            drop_view(db, each, cascade=True)


def drop_table(
    db: Database, qualified: str, *, cascade: bool, together: frozenset[str] = frozenset()
) -> None:
    """Drops a table with all that is its own; keys to it, views and policies over it only with CASCADE.

    Args:
        db: The database.
        qualified: The table.
        cascade: Whether what depends on it goes too.
        together: Tables that the same statement drops, whose dependence does not count.

    Raises:
        Refused: Something depends on it.
    """
    views = [view.qualified for view in db.views.values() if qualified in view.relations]
    keys = [(s, k) for s, k in keys_on(db, qualified) if s != qualified and s not in together]
    gone = [
        policy
        for policy in policies_where(db, lambda refs: mentions(refs.relations, qualified))
        if policy.table != qualified and policy.table not in together
    ]
    if not cascade:
        first = [f"the view {v}" for v in views] + [f"the foreign key {k.name} of {s}" for s, k in keys]
        first += [f"the policy {p.name!r} of {p.table}" for p in gone]
        if first:
            raise _refuse(f"table:{qualified}", first[0])
    remove_policies(db, gone)
    for source, key in keys:
        remove_constraint(db, source, key.name)
    for view in views:
        if view in db.views:
            drop_view(db, view, cascade=True)
    children = [
        t.qualified for t in db.tables.values() if t.partition_of == qualified or qualified in t.inherits
    ]
    db.tables.pop(qualified, None)
    _forget(db, qualified)
    for child in children:
        if child in db.tables:
            drop_table(db, child, cascade=True)


def _forget(db: Database, qualified: str) -> None:
    """What goes silently with a table: sequences, its place in publications, functions over its row type."""
    for name in [n for n, s in db.sequences.items() if s.owned_by and s.owned_by[0] == qualified]:
        del db.sequences[name]
    for name, publication in db.publications.items():
        kept = tuple(each for each in publication.tables if each[0] != qualified)
        db.publications[name] = replace(publication, tables=kept)
    row = {qualified, f"setof {qualified}", f"{qualified}[]"}
    for signature in [s for s, f in db.functions.items() if f.returns in row or row & set(f.arguments)]:
        del db.functions[signature]


def drop_function(db: Database, signature: str, *, cascade: bool) -> None:
    """Drops a function; triggers, policies, defaults and views that call it only with CASCADE.

    Raises:
        Refused: Something depends on it.
    """
    function = db.functions[signature]
    twins = [f for f in db.functions.values() if f.qualified == function.qualified and f is not function]

    def uses(refs: References) -> bool:
        return not twins and mentions(refs.functions, function.qualified)

    gone = policies_where(db, uses)
    triggers = [
        (table.qualified, trigger)
        for table in db.tables.values()
        for trigger in table.triggers
        if trigger.function == function.qualified and not function.arguments
    ]
    views = [view.qualified for view in db.views.values() if uses(references(view.query))]
    defaults = [
        (table.qualified, column)
        for table in db.tables.values()
        for column in table.columns
        if column.default and "(" in column.default and uses(references(column.default))
    ]
    if not cascade:
        first = [f"the policy {p.name!r} of {p.table}" for p in gone]
        first += [f"the trigger {t.name} of {s}" for s, t in triggers] + [f"the view {v}" for v in views]
        first += [f"the default of {s}.{c.name}" for s, c in defaults]
        if first:
            raise _refuse(f"function:{signature}", first[0])
    del db.functions[signature]
    remove_policies(db, gone)
    for source, trigger in triggers:
        table = db.tables[source]
        db.tables[source] = replace(
            table, triggers=tuple(t for t in table.triggers if t.name != trigger.name)
        )
    for view in views:
        if view in db.views:
            drop_view(db, view, cascade=True)
    for source, column in defaults:
        table = db.tables[source]
        columns = tuple(replace(c, default=None) if c.name == column.name else c for c in table.columns)
        db.tables[source] = replace(table, columns=columns)


def drop_type(db: Database, qualified: str, *, cascade: bool) -> None:
    """Drops a type; columns of it and functions over it only with CASCADE.

    Raises:
        Refused: Something depends on it.
    """
    kinds = {qualified, f"{qualified}[]"}
    columns = [(t.qualified, c.name) for t in db.tables.values() for c in t.columns if c.type in kinds]
    setof = {f"setof {qualified}", *kinds}
    functions = [s for s, f in db.functions.items() if f.returns in setof or kinds & set(f.arguments)]
    if not cascade and (columns or functions):
        first = f"the column {columns[0][0]}.{columns[0][1]}" if columns else f"the function {functions[0]}"
        raise _refuse(f"type:{qualified}", first)
    for table, column in columns:
        if table in db.tables and db.tables[table].column(column) is not None:
            drop_column(db, table, column, cascade=True)
    for signature in functions:
        if signature in db.functions:
            drop_function(db, signature, cascade=True)
    db.types.pop(qualified, None)

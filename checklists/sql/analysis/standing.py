"""Which objects stand although Postgres would refuse what makes them.

They stay in the schema, so that nobody takes their absence for a defect; what is said of them is
undetermined.
"""

from collections.abc import Iterator, Sequence

from checklists.sql.analysis.expressions import Analysis
from checklists.sql.analysis.families import differ
from checklists.sql.analysis.ranges import of_table
from checklists.sql.folding.state import Database, Refused
from checklists.sql.parse import pb
from checklists.sql.schema import PLATFORM_SCHEMAS, Constraint, ConstraintKind, Refusal, Table
from checklists.sql.statements import Statement

# A column that a table of the migrations does not have, and a value that an enum of theirs does not.
_OF_OURS = frozenset({"42703", "22P02"})


def of_policy(db: Database, table: Table, *expressions: pb.Node) -> Refused | None:
    """What Postgres refuses of a policy's expressions."""
    analysis, scopes = Analysis(db), ((of_table(table, table.name),),)
    for each in expressions:
        analysis.kind(each, scopes)
    return worst(analysis.found)


def of_query(db: Database, query: pb.Node) -> Refused | None:
    """What Postgres refuses of a view's query."""
    analysis = Analysis(db)
    if query.WhichOneof("node") == "select_stmt":
        analysis.query(query.select_stmt, ())
    return worst(analysis.found)


def of_keys(db: Database, table: Table) -> Refused | None:
    """What Postgres refuses of a new table's foreign keys."""
    keys = (of_key(db, table, key) for key in table.of_kind(ConstraintKind.FOREIGN_KEY))
    return worst([each for each in keys if each is not None])


def of_key(db: Database, table: Table, key: Constraint) -> Refused | None:
    """The same of one foreign key: between types that have no `=` it cannot be implemented."""
    name = key.references or ""
    target = table if name == table.qualified else db.tables.get(name)
    if target is None:
        ours = name.partition(".")[0] not in PLATFORM_SCHEMAS
        return Refused("42P01", f"no migration creates the table {name}", f"table:{name}") if ours else None
    if (missing := db.unmade.get(target.object)) is not None and target is not table:
        message = f"{name} cannot be made: {missing.message}"
        return Refused("42P01", message, target.object, uncertain=not missing.certain)
    for one, other in zip(key.columns, key.referenced_columns, strict=False):
        mine, theirs = table.column(one), target.column(other)
        if mine and theirs and differ(db, mine.type, theirs.type):
            message = f"{one} is {mine.type}, and {name}.{other}, which it references, is {theirs.type}"
            return Refused("42804", message, f"column:{table.qualified}.{one}", uncertain=False)
    return None


def worst(found: Sequence[Refused]) -> Refused | None:
    """What the migrations alone decide, before what others may have made."""
    ordered = sorted(found, key=lambda each: (each.uncertain, each.state not in _OF_OURS))
    return ordered[0] if ordered else None


def judge(db: Database, of: str, refused: Refused | None, at: Statement) -> None:
    """Notes of a new object whether Postgres makes it."""
    if refused is None:
        db.unmade.pop(of, None)
        return
    certain = not refused.uncertain
    refusal = Refusal(refused.object, refused.state, refused.message, at.location, certain)
    db.unmade[of] = refusal
    told = any(each.location == at.location and each.object == refusal.object for each in db.refusals[-8:])
    if db.variables is None and not told:  # a block may catch it
        db.foreseen.append(refusal)


def foreseen(db: Database) -> Iterator[Refusal]:
    """The refusals that judging has seen. A function that no migration makes may be Postgres' own."""
    yield from (each for each in db.foreseen if each.state != "42883" or _contradicts(db, each))


def unmade(db: Database) -> Iterator[tuple[str, Refusal]]:
    """The objects whose making the migrations themselves forbid."""
    yield from ((of, each) for of, each in db.unmade.items() if _contradicts(db, each))


def is_settled(refused: Refused) -> bool:
    """Whether the migrations decide it, whatever else is made later or elsewhere."""
    return not refused.uncertain or refused.state in _OF_OURS


def is_unmade(db: Database, of: str) -> bool:
    """Whether the object, as far as the statements have come, is one that Postgres did not make."""
    return of in db.unmade and _contradicts(db, db.unmade[of])


def _contradicts(db: Database, refusal: Refusal) -> bool:
    """Whether what is missing cannot have come from elsewhere: the migrations make it, but only later or no
    more; or they make the table, without the column.
    """
    name = refusal.object.partition(":")[2]
    if refusal.certain or refusal.state in _OF_OURS:
        return True
    if refusal.object.startswith("function:"):
        return bool(db.functions.overloads(name))
    return name in db.tables or name in db.views or name in db.born

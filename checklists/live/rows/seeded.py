"""The first stage after the rehearsal: rows of several people in every table."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from checklists.live.ground import Ground
from checklists.live.model import How, SeedRow
from checklists.live.rows.belonging import Belonging, belonging
from checklists.live.rows.catalog import read_relations
from checklists.live.rows.inserting import Row
from checklists.live.rows.options import Words
from checklists.live.rows.people import PEOPLE
from checklists.live.rows.relations import AUTH_USERS, Relation
from checklists.live.rows.seeding import Seeder
from checklists.sql.schema import PLATFORM_SCHEMAS

_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Seeded:
    """`mine` holds the rows by table and persona, `deleted` those that are deleted softly."""

    rows: tuple[SeedRow, ...]
    relations: Mapping[str, Relation] = field(hash=False)
    whose: Belonging
    mine: Mapping[tuple[str, str], Row] = field(hash=False)
    deleted: Mapping[tuple[str, str], Row] = field(hash=False)
    personal: frozenset[str] = frozenset()
    words: Words = field(default=Words({}))

    def of(self, table: str, persona: str) -> Row | None:
        """Somebody's row."""
        return self.mine.get((table, persona))


def seed(ground: Ground) -> Seeded:
    """Sign people up and give each a row in every table; committed, so that the later stages see them.

    Raises:
        SandboxError: The server is gone.
    """
    with ground.connect() as connection, ground.limit(_SECONDS):
        relations = read_relations(connection)
        whose = belonging(ground.schema, relations)
        words = Words.of(ground.schema)
        seeder = Seeder(connection, relations, whose, words, whose.needs(relations))
        with connection.transaction():
            seeder.seed(PEOPLE)
            seeder.refresh()
    rows = tuple(_summary(seeder, table) for table in sorted(relations) if _ours(table))
    return Seeded(rows, relations, whose, dict(seeder.rows), dict(seeder.deleted), whose.personal(), words)


def _ours(table: str) -> bool:
    return table.partition(".")[0] not in PLATFORM_SCHEMAS or table == AUTH_USERS


def _summary(seeder: Seeder, table: str) -> SeedRow:
    names = [persona.name for persona in PEOPLE]
    found = {name: seeder.rows[table, name] for name in names if (table, name) in seeder.rows}
    missing = [name for name in names if name not in found]
    ways = {row.how for row in found.values()}
    how = next((each for each in (How.REPLICA, How.BY_TRIGGER, How.TRIGGERS) if each in ways), How.TRIGGERS)
    reasons = [seeder.failures.get((table, name), "") for name in missing]
    reasons += [seeder.notes.get((table, name), "") for name in found]
    because = next((reason for reason in reasons if reason), "")
    return SeedRow(table, tuple(found), how, because)

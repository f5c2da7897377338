"""What a migration does to what was there before it, as frozen values."""

from dataclasses import dataclass
from enum import StrEnum

from checklists.model import Location


class AlterationKind(StrEnum):
    """What is done, in the words of the statement."""

    DROP_TABLE = "drop table"
    DROP_COLUMN = "drop column"
    TRUNCATE = "truncate"
    DELETE_ALL = "delete without where"
    UPDATE_ALL = "update without where"
    RENAME_TABLE = "rename table"
    RENAME_COLUMN = "rename column"
    RETYPE_COLUMN = "alter column type"
    SET_NOT_NULL = "set not null"
    ADD_COLUMN = "add column"
    ADD_INDEX = "create index"
    ADD_FOREIGN_KEY = "add foreign key"
    ADD_CHECK = "add check"
    ADD_KEY = "add unique or primary key"
    ENABLE_RLS = "enable row level security"
    CONCURRENTLY = "concurrently in a transaction"


@dataclass(frozen=True, slots=True)
class Alteration:
    """One change of one file to a table that stood before that file.

    `table` is qualified, `born` the migration that made it, `name` that of the column, index or constraint,
    empty where it is the table itself. `detail` depends on the kind: the new name, the old and the new type,
    the columns that are overwritten. `safe` says that the statement has the form that blocks nobody
    (`CONCURRENTLY`, `NOT VALID`, `USING INDEX`, with a validated check …), `bounded` that a lock_timeout was
    set before it.
    """

    kind: AlterationKind
    table: str
    location: Location
    born: str = ""
    name: str = ""
    detail: str = ""
    safe: bool = False
    bounded: bool = False

    @property
    def path(self) -> str:
        """The migration."""
        return self.location.path

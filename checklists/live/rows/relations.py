"""What a row has to satisfy, as frozen values read from the catalogs."""

from dataclasses import dataclass

AUTH_USERS = "auth.users"
OBJECTS = "storage.objects"
MESSAGES = "realtime.messages"


@dataclass(frozen=True, slots=True)
class Attribute:
    """A column. `type` is Postgres' spelling, `base` the name of the type below any domain and array, `kind`
    pg_type.typtype of that (`b`ase, `c`omposite, `e`num, `r`ange …), `labels` those of an enum, `fields` the
    types of a composite's.

    `automatic` columns cannot be given a value: generated, or identity ALWAYS.
    """

    name: str
    type: str
    base: str
    kind: str
    not_null: bool
    has_default: bool
    automatic: bool
    is_array: bool = False
    length: int | None = None
    labels: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    @property
    def required(self) -> bool:
        """Whether an INSERT must give it a value."""
        return self.not_null and not self.has_default and not self.automatic


@dataclass(frozen=True, slots=True)
class Check:
    """A CHECK constraint, of the table or of a column's domain (`VALUE` then reads as the column)."""

    name: str
    columns: tuple[str, ...]
    expression: str


@dataclass(frozen=True, slots=True)
class Link:
    """A foreign key, or a column that is named and typed like one (`declared` is False)."""

    columns: tuple[str, ...]
    table: str
    referenced: tuple[str, ...]
    declared: bool = True


@dataclass(frozen=True, slots=True)
class Relation:
    """A table that rows are put into. `uniques` are the column sets of its unique indexes, the primary key
    first where there is one; an expression in an index leaves its name as an empty string.
    """

    name: str
    attributes: tuple[Attribute, ...] = ()
    checks: tuple[Check, ...] = ()
    links: tuple[Link, ...] = ()
    primary: tuple[str, ...] = ()
    uniques: tuple[tuple[str, ...], ...] = ()
    partition: bool = False

    def attribute(self, name: str) -> Attribute | None:
        """The column of that name."""
        return next((each for each in self.attributes if each.name == name), None)

    @property
    def names(self) -> tuple[str, ...]:
        """All its columns."""
        return tuple(each.name for each in self.attributes)

"""Gives objects that were read from the catalogs the files and lines of the replay's."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from checklists.model import Location
from checklists.sql.definitions import Function, Publication, UserType
from checklists.sql.folding.platform import NOWHERE
from checklists.sql.relations import Column, Constraint, Grant, Index, Policy, Table, Trigger, View
from checklists.sql.schema import Schema

_Part = TypeVar("_Part", Column, Constraint, Index, Policy, Trigger)


@dataclass(frozen=True, slots=True)
class Places:
    """The replay's places; `texts` are the migrations in order, for what the replay did not see made."""

    static: Schema
    texts: dict[str, str]
    _found: dict[str, Location] = field(default_factory=dict)

    def table(self, table: Table) -> Table:
        """The table with all that hangs on it."""
        known = self.static.tables.get(table.qualified)
        here = known.location if known else self.named(table.name)
        twin = known or replace(table, columns=(), constraints=(), indexes=(), policies=(), triggers=())
        return replace(
            table,
            location=here,
            rls_location=(twin.rls_location or here) if table.rls_enabled else None,
            columns=_placed(table.columns, twin.columns, here, self),
            constraints=_placed(table.constraints, twin.constraints, here, self),
            indexes=_placed(table.indexes, twin.indexes, here, self),
            policies=tuple(_as_worded(_placed(table.policies, twin.policies, here, self), twin.policies)),
            triggers=_placed(table.triggers, twin.triggers, here, self),
            grants=_as_said(table.grants, twin.grants),
        )

    def view(self, view: View) -> View:
        """The view with its indexes."""
        known = self.static.views.get(view.qualified)
        here = known.location if known else self.named(view.name)
        return replace(
            view,
            location=here,
            indexes=_placed(view.indexes, known.indexes if known else (), here, self),
            grants=_as_said(view.grants, known.grants if known else ()),
        )

    def function(self, function: Function) -> Function:
        """The function; where its body is the replay's, with the line on which that begins, and with its
        arguments as the replay spells them, so that findings keep their names.
        """
        known = self.static.functions.get(function.signature) or self._spelled_otherwise(function)
        if known is None:
            here = self.named(function.name)
            return replace(function, location=here, body_line=here.line)
        return replace(
            function, location=known.location, body_line=known.body_line, arguments=known.arguments
        )

    def _spelled_otherwise(self, function: Function) -> Function | None:
        """The replay's, where it knows no schema of a type that an extension brings (`vector`)."""
        bare = [_bare(kind) for kind in function.arguments]
        twins = (f for f in self.static.functions.values() if f.qualified == function.qualified)
        same = [f for f in twins if [_bare(kind) for kind in f.arguments] == bare]
        return same[0] if len(same) == 1 else None

    def type(self, made: UserType) -> UserType:
        """The type with its attributes."""
        known = self.static.types.get(made.qualified)
        here = known.location if known else self.named(made.name)
        columns = _placed(made.columns, known.columns if known else (), here, self)
        return replace(made, location=here, columns=columns)

    def publication(self, made: Publication) -> Publication:
        """The publication with the place at which each table was added."""
        known = self.static.publications.get(made.name)
        added = dict(known.tables) if known else {}
        tables = tuple((table, added.get(table) or self.named(table)) for table, _ in made.tables)
        return replace(made, location=known.location if known else self.named(made.name), tables=tables)

    def named(self, name: str) -> Location:
        """The last line of a migration that holds the name, or the first of the last migration."""
        bare = name.rpartition(".")[2]
        if bare not in self._found:
            self._found[bare] = next(self._holding(bare), Location(next(reversed(self.texts), ""), 1, 1))
        return self._found[bare]

    def _holding(self, name: str) -> Iterator[Location]:
        for path, text in reversed(self.texts.items()):
            if (at := _last_word(text, name)) >= 0:
                line = text.count("\n", 0, at) + 1
                yield Location(path, line, line)


def _bare(kind: str) -> str:
    """A type without its schema."""
    return kind.rpartition(".")[2]


def _as_said(made: Iterable[Grant], known: Iterable[Grant]) -> tuple[Grant, ...]:
    """The grants, those that the replay knows to be the project's defaults still told apart."""
    said = {grant: grant for grant in known}
    return tuple(said.get(grant, grant) for grant in made)


def _as_worded(made: Iterable[Policy], known: Iterable[Policy]) -> Iterator[Policy]:
    """The policies, those whose file says no TO told from those that say TO PUBLIC: to the catalogs both are
    the same.
    """
    said = {policy.name: policy.stated for policy in known}
    for policy in made:
        yield replace(policy, stated=said.get(policy.name, False))


def _last_word(text: str, name: str) -> int:
    """Where the name stands last as a word of its own, or -1."""
    at = len(text)
    while (at := text.rfind(name, 0, at)) >= 0:
        around = text[max(0, at - 1) : at], text[at + len(name) : at + len(name) + 1]
        if not any(each.isalnum() or each == "_" for each in around):
            break
    return at


def _placed(
    made: Sequence[_Part], known: Iterable[_Part], here: Location, places: Places
) -> tuple[_Part, ...]:
    """Parts of one object, in the replay's order as far as that knows them."""
    where = {part.name: (number, part.location) for number, part in enumerate(known)}
    parts = []
    for number, part in enumerate(made):
        order, location = where.get(part.name, (len(where) + number, None))
        if location is None and not isinstance(part, Column) and here.path != NOWHERE.path:
            location = places.named(part.name)
        parts.append((order, replace(part, location=location or here)))
    return tuple(part for _, part in sorted(parts, key=lambda each: each[0]))

"""An index has a name that does not say what it is on."""

import re
from collections.abc import Iterable, Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.checks.subjects.gathered import gathered
from checklists.model import Severity
from checklists.sql.folding.naming import clip
from checklists.sql.quoting import ident, listed, relation
from checklists.sql.schema import Facet, Index

CHECK = Check(
    items=("index-names",),
    rule="index-naming",
    severity=Severity.INFO,
    reads=(Facet.INDEXES,),
)
# Parts of column names that tell little; they count where a name has no other.
_LITTLE = frozenset({"id", "at", "is", "on", "by", "has"})
_LONGEST = 63
_SHORTEST = 3
# So many words say a purpose: `orders_pro_projection_due_idx`.
_LONG = 4


def find(project: Project) -> Iterator[Said]:
    """Every index of a table, constraints' aside, whose name leaves out the table or all of its columns."""
    said = list(_said(project))
    yield from (each for each in said if not isinstance(each, Flag))
    flags = [each for each in said if isinstance(each, Flag)]
    yield from gathered(flags, "indexes", "have names that do not say which table and column they are on")


def _said(project: Project) -> Iterator[Said]:
    for table in project.schema.user_tables():
        if table.partition_of is not None:
            continue
        for index in table.indexes:
            if index.constraint:
                continue
            yield Examined("indexes")
            if len(index.name.encode()) < _LONGEST and not _tells(index):
                yield _flag(index)


def _tells(index: Index) -> bool:
    """Whether a word of the table and one of a column stand in the name, shortened or not."""
    parts = _parts(index.name)
    table = _parts(index.table.rpartition(".")[2])
    initials = "".join(word[0] for word in table)
    if not (initials in parts or _share(table, parts)):
        return False
    return len(parts) > _LONG or any(_share(_words(column), parts) for column in index.columns)


def _parts(name: str) -> list[str]:
    return [part for part in re.split(r"[^a-z0-9]+", name.lower()) if part]


def _share(words: Iterable[str], parts: list[str]) -> bool:
    return any(
        word == part or _shortens(part, word) or _shortens(word, part) for word in words for part in parts
    )


def _shortens(short: str, whole: str) -> bool:
    """`org` shortens organization, and `tag` tags."""
    return len(short) >= _SHORTEST and whole.startswith(short)


def _words(column: str) -> set[str]:
    """The words of a column's name, or of the names in an expression."""
    found = set(re.findall(r"[a-z0-9]+", column.lower()))
    return found - _LITTLE or found


def _flag(index: Index) -> Flag:
    table = index.table.rpartition(".")[2]
    wanted = clip("_".join(("idx", table, *(c for c in index.columns if c.isidentifier()))))
    return Flag(
        object=f"index:{index.schema}.{index.name}",
        location=index.location,
        message=f"The name {index.name} does not say that the index is on {table} "
        f"({listed(index.columns)}); a "
        "plan or an error shows only the name.",
        remedy=f"alter index {relation(f'{index.schema}.{index.name}')} rename to {ident(wanted)};",
    )

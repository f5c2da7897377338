"""Item by item: does the record's answer still hold of a tree, and if not, which change says so."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from checklists.checks.check import Input
from checklists.checks.discovery import discover
from checklists.checks.team_rules import rules_of
from checklists.counting import counted, named
from checklists.model import Item
from checklists.record.contents import question_digest
from checklists.record.model import Evidence, Record, SealedItem
from checklists.record.scope import covers, entries, is_reviewed, scope_of_paths
from checklists.repo.kinds import Kind, kind_of
from checklists.sql.parse import first_difference
from checklists.team import Team

_NAMED = 3
_RESTS_ON = {
    Input.SCHEMA: frozenset({Kind.MIGRATION, Kind.SETTINGS}),
    Input.SOURCES: frozenset({Kind.SOURCE, Kind.SETTINGS}),
    Input.FILES: frozenset(Kind) - {Kind.UNREAD},
}
_ABOUT = {
    "schema": Input.SCHEMA, "rls": Input.SCHEMA, "edge_functions": Input.SOURCES,
    "server_actions": Input.SOURCES,
}  # fmt: skip
_NOBODY = Team()


class State(StrEnum):
    """How an answer stands: `VALID` of the same scope, `CARRIED` of another with the same inputs."""

    VALID = "valid"
    CARRIED = "carried"
    STALE = "stale"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class ItemState:
    """The state of one item; `because` and `paths` say what changed where it is stale."""

    item: str
    state: State
    because: str = ""
    paths: tuple[str, ...] = ()


class Tree(Protocol):
    """What a commit, or a merge, holds."""

    def listing(self, scope: Iterable[str]) -> bytes:
        """What `git ls-tree -rz --full-tree … -- SCOPE` prints; everything for an empty scope."""
        ...

    def file(self, path: str) -> bytes | None:
        """The bytes of a file."""
        ...

    def blob(self, name: str) -> bytes | None:
        """What the repository holds by that name, whichever tree it is of."""
        ...


def item_states(
    record: Record,
    before: bytes | None,
    tree: Tree,
    globs: tuple[str, ...] = (),
    team: Team = _NOBODY,
) -> tuple[ItemState, ...]:
    """The state of every item of catalogue and team; `before` lists what was reviewed, where that is at hand.

    A file that the review reads but that lies outside of the recorded scope counts as added; where the policy
    names a scope, `globs`, only within that.
    """
    scope = record.subject.scope
    now = tree.listing(scope)
    every = entries(tree.listing(()))
    wanted = scope_of_paths(every, globs)
    outside = {
        path: blob
        for path, blob in every.items()
        if covers(wanted, path) and not covers(scope, path) and is_reviewed(path)
    }
    if hashlib.sha256(now).hexdigest() == record.subject.scope_sha256 and not outside:
        return tuple(_states(record, None, team))
    if before is None:
        return tuple(_states(record, _Changes({}, known=False), team))
    changes = _changes(record, entries(before), {**entries(now), **outside}, tree)
    return tuple(_states(record, changes, team))


@dataclass(frozen=True, slots=True)
class _Changes:
    """The files that differ, by kind; `evidence` are the items whose quoted lines do."""

    paths: Mapping[Kind, tuple[str, ...]]
    evidence: frozenset[str] = frozenset()
    known: bool = True


def _changes(record: Record, before: Mapping[str, str], now: Mapping[str, str], tree: Tree) -> _Changes:
    folders = frozenset(each.path.rpartition("/")[0] for each in record.migration)
    differ = sorted(path for path in before.keys() | now.keys() if before.get(path) != now.get(path))
    kinds: dict[Kind, list[str]] = {}
    for path in differ:
        kind = kind_of(path, folders)
        if kind is Kind.MIGRATION and _is_reworded(before.get(path), now.get(path), tree):
            kind = Kind.OTHER  # to what looks at every file it is another one, to the schema it is none
        kinds.setdefault(kind, []).append(path)
    moved = frozenset(
        item.id
        for item in record.item
        if any(each.path in set(differ) and not _same_lines(each, tree) for each in item.evidence)
    )
    return _Changes({kind: tuple(paths) for kind, paths in kinds.items()}, moved)


def _is_reworded(before: str | None, now: str | None, tree: Tree) -> bool:
    """Whether only comments and blanks of a migration changed; both are given as mode and blob."""
    (mode, _, old), (other, _, new) = ((each or "").partition(" ") for each in (before, now))
    texts = [tree.blob(name) for name in (old, new)] if old and new and mode == other else [None]
    if None in texts:
        return False
    try:
        first, second = (text.decode() for text in texts if text is not None)
    except UnicodeDecodeError:
        return False
    return first_difference(first, second) is None


def _same_lines(evidence: Evidence, tree: Tree) -> bool:
    """Whether the file still holds the lines, there or further up or down."""
    data = tree.file(evidence.path)
    if data is None:
        return False
    lines, height = data.split(b"\n"), evidence.end_line - evidence.line + 1
    return any(
        hashlib.sha256(b"\n".join(lines[first : first + height])).hexdigest() == evidence.sha256
        for first in range(len(lines))
    )


def _states(record: Record, changes: _Changes | None, team: Team) -> Iterator[ItemState]:
    """Where nothing changed, `changes` is None."""
    sealed = {item.id: item for item in record.item}
    inputs = rests_on(team)
    for item in team.items:
        said = sealed.get(item.id)
        yield ItemState(item.id, State.NEW) if said is None else _state(item, said, changes, inputs[item.id])


def _state(item: Item, said: SealedItem, changes: _Changes | None, inputs: frozenset[Kind]) -> ItemState:
    if said.question and said.question != question_digest(item):
        return ItemState(item.id, State.STALE, "the question is another one now")
    if changes is None:
        return ItemState(item.id, State.VALID)
    if not changes.known:
        because = "what was reviewed is not at hand to compare: neither its commit nor its scope.lstree"
        return ItemState(item.id, State.STALE, because)
    paths = tuple(path for kind in sorted(inputs) for path in changes.paths.get(kind, ()))
    if item.id in changes.evidence and not paths:
        paths = tuple(sorted({each.path for each in said.evidence}))
        return ItemState(item.id, State.STALE, "lines that it quotes changed", paths)
    if paths:
        return ItemState(item.id, State.STALE, _changed(paths), paths)
    return ItemState(item.id, State.CARRIED, "nothing that it rests on changed")


def _changed(paths: tuple[str, ...]) -> str:
    return f"{counted(len(paths), 'files')} that it rests on changed: {named(paths, _NAMED)}"


def rests_on(team: Team = _NOBODY) -> Mapping[str, frozenset[Kind]]:
    """The kinds of files that can change the answer to each item: what its checks declare, or every file.

    An item that no check informs was judged by a person, on whatever its section is about.
    """
    inputs: dict[str, frozenset[Kind]] = {item.id: frozenset() for item in team.items}
    for rule in (*discover(), *rules_of(team)):
        kinds = frozenset(kind for each in rule.check.inputs for kind in _RESTS_ON[each])
        for item in rule.check.items:
            inputs[item] = inputs.get(item, frozenset()) | kinds
    about = {item.id: _RESTS_ON[_ABOUT.get(item.section, Input.FILES)] for item in team.items}
    return {item: kinds or about[item] for item, kinds in inputs.items() if item in about}

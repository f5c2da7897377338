"""Reads what a team wrote, from the revision that is reviewed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from checklists.catalogue import Section, items, load
from checklists.errors import CountersealError
from checklists.model import Item
from checklists.repo import Snapshot
from checklists.team.baseline import SCHEMA as BASELINE_SCHEMA
from checklists.team.baseline import Baseline
from checklists.team.config import SCHEMA as CONFIG_SCHEMA
from checklists.team.config import Config
from checklists.team.items import parse_sections
from checklists.team.source_rule import SourceRule, parse_source_rule
from checklists.team.sql_lint import SqlLint, parse_sql_lint
from checklists.tomlfile import TomlFile

CONFIG = ".counterseal/config.toml"
BASELINE = ".counterseal/baseline.toml"
CHECKLISTS = ".counterseal/checklists/"
RULES = ".counterseal/rules/"
_RULE_ENDINGS = (".yml", ".yaml", ".sql")

_CONFIG = TomlFile(CONFIG, CONFIG_SCHEMA, CountersealError, "Mend the file, commit it, and try again.")
_BASELINE = TomlFile(
    BASELINE, BASELINE_SCHEMA, CountersealError, "Write it anew: counterseal init --baseline --replace"
)


@dataclass(frozen=True, slots=True)
class Team:
    """What the reviewed revision says of its own review; empty where it says nothing."""

    config: Config = field(default_factory=Config)
    baseline: Baseline = field(default_factory=Baseline)
    sections: tuple[Section, ...] = ()
    source_rules: tuple[SourceRule, ...] = ()
    sql_lints: tuple[SqlLint, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """The catalogue's items, then the team's own."""
        return (*items(), *(item for section in self.sections for item in section.items))

    @property
    def every_section(self) -> tuple[Section, ...]:
        """The catalogue's sections, then the team's own."""
        return (*load(), *self.sections)

    @property
    def queries(self) -> tuple[tuple[str, str], ...]:
        """The lints as (id, SQL), for the proof to run."""
        return tuple((lint.id, lint.sql) for lint in self.sql_lints)


def read_team(snapshot: Snapshot) -> Team:
    """The team's files of a revision.

    Raises:
        CountersealError: One cannot be read, or cannot mean what it says; told by file, key and line.
    """
    config, baseline = _data(snapshot, CONFIG), _data(snapshot, BASELINE)
    found = ((path, _data(snapshot, path)) for path in files_of(snapshot))
    asked = parse_asked((path, data) for path, data in found if data is not None)
    return replace(
        asked,
        config=parse_config(config) if config is not None else Config(),
        baseline=_BASELINE.read(Baseline, baseline)[0] if baseline is not None else Baseline(),
    )


def parse_asked(files: Iterable[tuple[str, bytes]]) -> Team:
    """What these files, by path and bytes, add to what is asked and looked for; all others are left aside.

    Raises:
        CountersealError: As `read_team`.
    """
    every = sorted(files)
    lists = [file for file in every if file[0].startswith(CHECKLISTS) and file[0].endswith(".toml")]
    rules = [file for file in every if file[0].startswith(RULES)]
    return Team(
        sections=parse_sections(lists),
        source_rules=tuple(parse_source_rule(*file) for file in rules if file[0].endswith((".yml", ".yaml"))),
        sql_lints=tuple(parse_sql_lint(*file) for file in rules if file[0].endswith(".sql")),
    )


def files_of(snapshot: Snapshot) -> tuple[str, ...]:
    """The paths that `read_team` reads of a revision, sorted."""
    rules = (path for path in snapshot.files if path.startswith(RULES) and path.endswith(_RULE_ENDINGS))
    lists = (path for path in snapshot.files if path.startswith(CHECKLISTS) and path.endswith(".toml"))
    return tuple(sorted({CONFIG, BASELINE} & snapshot.files.keys() | {*rules, *lists}))


def parse_config(data: bytes) -> Config:
    """The configuration in a file's bytes.

    Raises:
        CountersealError: As `read_team`.
    """
    config, text = _CONFIG.read(Config, data)
    for where, what in _faults(config):
        raise _CONFIG.fault(text, where, what)
    return config


def _data(snapshot: Snapshot, path: str) -> bytes | None:
    file = snapshot.files.get(path)
    if file is None:
        return None
    if file.fault:
        raise CountersealError(
            f"{path} {file.fault}, so what it says of the review is not known.",
            "Make it a plain file of UTF-8 text.",
        )
    return file.data


def _faults(config: Config) -> Iterator[tuple[str, str]]:
    """What the types let through: the key, and what is wrong with it."""
    seen: set[tuple[str, str]] = set()
    for number, each in enumerate(config.suppress):
        where = f"suppress[{number}]"
        yield from _empty(where, check=each.check, object=each.object, reason=each.reason)
        if (each.check, each.object) in seen:
            yield f"{where}.object", f"{each.check} at {each.object} is suppressed twice"
        seen.add((each.check, each.object))
    for number, row in enumerate(config.reclassify):
        where = f"reclassify[{number}]"
        yield from _empty(where, check=row.check, reason=row.reason)
        if row.severity is None and row.confidence is None:
            yield where, "it says neither a severity nor a confidence"
    for number, said in enumerate(config.evidence):
        where = f"evidence[{number}]"
        yield from _empty(where, tool=said.tool, rule=said.rule)
        if not said.items:
            yield f"{where}.items", "it names no item"
    for name, rows in config.facts.rows.items():
        if rows < 0:
            yield f"facts.rows.{name}", "a number of rows is 0 or more"


def _empty(where: str, **values: str) -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        if not value.strip():
            yield f"{where}.{key}", "it is empty"

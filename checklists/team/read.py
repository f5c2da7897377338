"""Reads what a team wrote, from the revision that is reviewed."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from checklists.errors import CountersealError
from checklists.repo import Snapshot
from checklists.team.baseline import SCHEMA as BASELINE_SCHEMA
from checklists.team.baseline import Baseline
from checklists.team.config import SCHEMA as CONFIG_SCHEMA
from checklists.team.config import Config
from checklists.tomlfile import TomlFile

CONFIG = ".counterseal/config.toml"
BASELINE = ".counterseal/baseline.toml"

_CONFIG = TomlFile(CONFIG, CONFIG_SCHEMA, CountersealError, "Mend the file, commit it, and try again.")
_BASELINE = TomlFile(
    BASELINE, BASELINE_SCHEMA, CountersealError, "Write it anew: counterseal init --baseline --replace"
)


@dataclass(frozen=True, slots=True)
class Team:
    """What the reviewed revision says of its own review; empty where it says nothing."""

    config: Config = field(default_factory=Config)
    baseline: Baseline = field(default_factory=Baseline)


def read_team(snapshot: Snapshot) -> Team:
    """The team's files of a revision.

    Raises:
        CountersealError: One cannot be read, or cannot mean what it says; told by file, key and line.
    """
    config, baseline = _data(snapshot, CONFIG), _data(snapshot, BASELINE)
    return Team(
        parse_config(config) if config is not None else Config(),
        _BASELINE.read(Baseline, baseline)[0] if baseline is not None else Baseline(),
    )


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
            f"{path} {file.fault}, so what it suppresses is not known.", "Make it a plain file of UTF-8 text."
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
    for name, rows in config.facts.rows.items():
        if rows < 0:
            yield f"facts.rows.{name}", "a number of rows is 0 or more"


def _empty(where: str, **values: str) -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        if not value.strip():
            yield f"{where}.{key}", "it is empty"

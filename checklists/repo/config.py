"""supabase/config.toml, read as data; `env(NAME)` values stay the text that they are."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from checklists.model import Gap, Location
from checklists.repo.snapshot import Snapshot

# supabase/cli, pkg/config/templates/config.toml: what the Data API serves where the file does not say.
DEFAULT_SCHEMAS = ("public", "graphql_public")


@dataclass(frozen=True, slots=True)
class Config:
    """The settings, empty where there is no file or where it does not parse (`gaps` says so).

    `auto_expose` is [api].auto_expose_new_tables: whether new objects in `public` are granted to the API
    roles. Unset, it depends on the day on which the project was made.
    """

    values: Mapping[str, Any] = field(default_factory=dict, hash=False)
    exposed_schemas: tuple[str, ...] = DEFAULT_SCHEMAS
    auto_expose: bool | None = None
    gaps: tuple[Gap, ...] = ()


def read_config(snapshot: Snapshot, path: str | None) -> Config:
    """The settings of one config.toml; the CLI's own where the project has none."""
    if path is None:
        return Config()
    file = snapshot.files.get(path)
    if file is None or file.fault:
        return _unread(path, f"it {file.fault}" if file else "it was not read", 1)
    try:
        values = tomllib.loads(file.text)
    except tomllib.TOMLDecodeError as error:
        return _unread(path, f"it is not valid TOML: {error}", _line_of(str(error)))
    return Config(values, _exposed(values), auto_exposes(values))


def table(values: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """The table at `names`, empty where there is none or something else stands there."""
    for name in names:
        found = values.get(name)
        values = found if isinstance(found, Mapping) else {}
    return values


def texts(values: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    """The strings of a list, None where the setting is not one."""
    found = values.get(name)
    return tuple(each for each in found if isinstance(each, str)) if isinstance(found, list) else None


def auto_exposes(values: Mapping[str, Any]) -> bool | None:
    """What [api].auto_expose_new_tables says, None where it says nothing."""
    found = table(values, "api").get("auto_expose_new_tables")
    return found if isinstance(found, bool) else None


def _exposed(values: Mapping[str, Any]) -> tuple[str, ...]:
    schemas = texts(table(values, "api"), "schemas")
    return DEFAULT_SCHEMAS if schemas is None else schemas


def _unread(path: str, because: str, line: int) -> Config:
    return Config(gaps=(Gap(f"file:{path}", because, Location(path, line, line)),))


def _line_of(words: str) -> int:
    _, _, after = words.partition("at line ")
    number = after.split(",")[0]
    return int(number) if number.isdigit() else 1

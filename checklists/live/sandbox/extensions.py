"""What CREATE EXTENSION finds: the wheel's own, more of them trusted, and stand-ins for what it lacks.

Postgres 18 looks through the folders of `extension_control_path`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from checklists.live.sandbox.wheel import Wheel

# Of the wheel's untrusted ones, those that Supabase lets `postgres` install and that reach nothing outside.
_TRUSTED = (
    "autoinc",
    "earthdistance",
    "insert_username",
    "moddatetime",
    "pg_stat_statements",
    "refint",
    "vector",
)


@dataclass(frozen=True, slots=True)
class StandIn:
    """An extension in SQL: `does` tells what it does instead, `schema` is fixed, `preinstalled` where it lies
    in a new project, `faithful` which of its functions leave no doubt (`*` for all).
    """

    name: str
    version: str
    does: str
    schema: str = ""
    requires: tuple[str, ...] = ()
    preinstalled: str = ""
    faithful: tuple[str, ...] = ()

    @property
    def sql(self) -> str:
        """What it creates."""
        return _folder().joinpath(f"{self.name}.sql").read_text("utf-8")

    @property
    def control(self) -> str:
        """Its control file."""
        lines = [
            f"comment = 'stand-in: {self.does}'", f"default_version = '{self.version}'", "trusted = true",
            "relocatable = false",
        ]  # fmt: skip
        lines += [f"schema = '{self.schema}'"] if self.schema else []
        lines += [f"requires = '{', '.join(self.requires)}'"] if self.requires else []
        return "\n".join(lines) + "\n"


@cache
def stand_ins() -> Mapping[str, StandIn]:
    """All stand-ins by name."""
    rows = tomllib.loads(_folder().joinpath("standins.toml").read_text("utf-8"))
    return {
        name: StandIn(name, **(row | {"requires": tuple(row.get("requires", ()))}))
        for name, row in rows.items()
    }


def write_extensions(wheel: Wheel, to: Path) -> None:
    """The folder `extension` below `to`, which `extension_control_path` names."""
    folder = to / "extension"
    folder.mkdir(parents=True)
    for each in stand_ins().values():
        (folder / f"{each.name}.control").write_text(each.control)
        (folder / f"{each.name}--{each.version}.sql").write_text(each.sql)
    for name in _TRUSTED:
        _trust(wheel.install / "share" / "extension", name, folder)


def _trust(system: Path, name: str, folder: Path) -> None:
    control = system / f"{name}.control"
    if control.is_file():
        (folder / control.name).write_text(control.read_text() + "trusted = true\n")
        for script in system.glob(f"{name}--*.sql"):
            (folder / script.name).write_bytes(script.read_bytes())


def _folder() -> resources.abc.Traversable:
    return resources.files("checklists.live") / "extensions"

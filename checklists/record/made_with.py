"""What suggestions were made with: this program, and the libraries that can change what a check says."""

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

import checklists
from checklists.record.model import Library

LIBRARIES = ("ast-grep-py", "gitpython", "postgast", "sqlglot")


def tool() -> str:
    """This program and its version, as a record names it."""
    return f"counterseal {checklists.__version__}"


def made_with() -> Iterator[Library]:
    """The libraries whose versions can change what a check says."""
    for name in LIBRARIES:
        try:
            yield Library(name, version(name))
        except PackageNotFoundError:  # vendored or frozen without metadata
            yield Library(name, "unknown")

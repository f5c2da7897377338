"""Keys that a reviewer has bound otherwise, in a file of their own: a repo under review binds none."""

import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from platformdirs import user_config_path
from textual.binding import Binding
from textual.dom import DOMNode

from checklists.errors import CountersealError
from checklists.tomlfile import TomlFile
from tui import screens, widgets


@dataclass(frozen=True, slots=True)
class _File:
    """`[keys]`, an action's name to its keys, as in `confirm = "ctrl+y"` or `next = "n,right"`."""

    keys: Mapping[str, str] = field(default_factory=dict)


def keys_file() -> Path:
    """Where the file lies, whether or not there is one."""
    return user_config_path("counterseal") / "keys.toml"


def read_keymap(file: Path) -> Mapping[str, str]:
    """The keys by action; none where there is no file.

    Raises:
        CountersealError: The file cannot be read, or binds an action that there is not.
    """
    toml = TomlFile(str(file), "", CountersealError, "Mend the file, or take it away to have the usual keys.")
    try:
        read, text = toml.read(_File, file.read_bytes())
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise CountersealError(f"{file} cannot be read: {error.strerror}.", toml.hint) from None
    known = actions()
    for action in read.keys:
        if action not in known:
            raise toml.fault(
                text, f"keys.{action}", f"there is no such action, among {', '.join(sorted(known))}"
            )
    return read.keys


def actions() -> frozenset[str]:
    """Every action that has a key."""
    return frozenset(binding.id for _, binding in bindings() if binding.id)


def bindings() -> Iterator[tuple[type[DOMNode], Binding]]:
    """Every binding of the console's own screens and widgets, with its owner."""
    for package in (screens, widgets):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            for owner in vars(import_module(module.name)).values():
                if isinstance(owner, type) and owner.__module__ == module.name:
                    yield from (
                        (owner, each) for each in vars(owner).get("BINDINGS", ()) if isinstance(each, Binding)
                    )

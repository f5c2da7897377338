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

_ALL_OF_REVIEW = frozenset({"tui.screens.review", "tui.widgets.answering"})
_PANES = frozenset(f"tui.widgets.{name}" for name in ("item_list", "item_page", "finding_list", "evidence"))


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
        CountersealError: The file cannot be read, binds an action that there is not, or a key twice.
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
        twice = next(_bound_twice(action, read.keys), None)
        if twice is not None:
            key, other = twice
            raise toml.fault(text, f"keys.{action}", f"{key} is the key of {other} as well")
    return read.keys


def _bound_twice(action: str, chosen: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The action's keys that mean something else where it is heard, and what; not those that always did."""
    every = tuple(bindings())
    for owner, own in ((owner, each) for owner, each in every if each.id == action):
        for place, other in every:
            if other.id is not None and other.id != action and _heard_together(owner, place):
                shared = _keys(chosen[action]) & _keys(chosen.get(other.id, other.key))
                yield from ((key, other.id) for key in sorted(shared - (_keys(own.key) & _keys(other.key))))


def _keys(text: str) -> frozenset[str]:
    return frozenset(key.strip() for key in text.split(","))


def _heard_together(one: type[DOMNode], other: type[DOMNode]) -> bool:
    """Whether a key pressed somewhere reaches both: the panes of the review hear what all of it does."""
    modules = {one.__module__, other.__module__}
    within = all(name in _ALL_OF_REVIEW or name in _PANES for name in modules)
    return one is other or (within and bool(modules & _ALL_OF_REVIEW))


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

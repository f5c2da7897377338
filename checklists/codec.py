"""Frozen values to and from plain data, strictly: a file may hold what the dataclass declares, no more."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """Dicts, lists, strings, numbers and dates; an empty field is left out where that is its default."""
    if is_dataclass(value) and not isinstance(value, type):
        pairs = ((field, getattr(value, field.name)) for field in fields(value))
        return {field.name: to_plain(each) for field, each in pairs if not _left_out(field, each)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: to_plain(each) for key, each in value.items()}
    if isinstance(value, frozenset):
        return sorted(to_plain(each) for each in value)
    if isinstance(value, tuple | list):
        return [to_plain(each) for each in value]
    return value


def _left_out(field: Field[Any], value: Any) -> bool:
    return value in (None, "", ()) and value == field.default


def from_plain(kind: type[T], data: Any, where: str = "") -> T:
    """The value that `data` spells.

    Raises:
        ValueError: A key is unknown or missing, or a value is of another type; the message says where.
    """
    return cast("T", _read(kind, data, where))


def _read(kind: Any, data: Any, where: str) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        rest = next(each for each in arguments if each is not types.NoneType)
        return None if data is None else _read(rest, data, where)
    if origin in (tuple, frozenset):
        rows = _expect(list, data, where)
        kinds = [arguments[0]] * len(rows) if origin is frozenset or arguments[-1] is ... else arguments
        if len(kinds) != len(rows):
            raise ValueError(f"{where} has {len(rows)} elements, not {len(kinds)}")
        return origin(_read(kinds[n], each, f"{where}[{n}]") for n, each in enumerate(rows))
    if origin is Mapping:
        table = _expect(dict, data, where)
        return {key: _read(arguments[1], each, _within(where, key)) for key, each in table.items()}
    if is_dataclass(kind):
        return _read_dataclass(kind, _expect(dict, data, where), where)
    return _read_scalar(kind, data, where)


def _read_dataclass(kind: Any, table: dict[str, Any], where: str) -> Any:
    known = {field.name: field for field in fields(kind)}
    for key in table:
        if key not in known:
            raise ValueError(f"unknown key {_within(where, key)}")
    for name, field in known.items():
        if name not in table and field.default is MISSING and field.default_factory is MISSING:
            raise ValueError(f"missing key {_within(where, name)}")
    hints = _hints(kind)
    return kind(**{key: _read(hints[key], each, _within(where, key)) for key, each in table.items()})


def _read_scalar(kind: Any, data: Any, where: str) -> Any:
    try:
        if kind is datetime:
            return data if isinstance(data, datetime) else datetime.fromisoformat(_expect(str, data, where))
        if kind is date:
            return data if type(data) is date else date.fromisoformat(_expect(str, data, where))
        if issubclass(kind, Enum):
            return kind(_expect(str, data, where))
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from None
    return _expect(kind, data, where)


def _expect(kind: Any, data: Any, where: str) -> Any:
    if type(data) is not kind:
        raise ValueError(f"{where or 'the file'} is {type(data).__name__}, not {kind.__name__}")
    return data


def _within(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)

"""YAML as plain data alone, for files that strangers wrote."""

from typing import Any

import yaml


def read_yaml(data: bytes) -> Any:
    """Dicts, lists, strings, numbers and dates; no aliases, which could make a small file a large one.

    Raises:
        ValueError: It is no such text; the message says why, and where.
    """
    try:
        text = data.decode()
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.SafeLoader)):
            raise ValueError("it uses an alias, which is not read")
        return yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(" ".join(str(error).split())) from None

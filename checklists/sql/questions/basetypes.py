"""What a type comes down to: without modifier, array and domain."""

import re

from checklists.sql.schema import Schema

_MODIFIER = re.compile(r"\s*\([^)]*\)")
_ARRAY = re.compile(r"(\s*\[\d*\])+$")
_DEEPEST = 8


def base_type(schema: Schema, spelled: str) -> str:
    """`timestamp(3) without time zone[]` and a domain over it are both `timestamp without time zone`."""
    for _ in range(_DEEPEST):
        plain = _ARRAY.sub("", _MODIFIER.sub("", spelled)).strip()
        known = schema.types.get(plain)
        if known is None or known.base is None:
            return plain
        spelled = known.base
    return spelled


def spelled_out(schema: Schema, spelled: str) -> str:
    """The same with its modifier: a domain over `varchar(20)[]` is `character varying(20)`."""
    for _ in range(_DEEPEST):
        plain = _ARRAY.sub("", spelled).strip()
        known = schema.types.get(plain)
        if known is None or known.base is None:
            return plain
        spelled = known.base
    return spelled

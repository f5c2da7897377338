"""Which changes of a column's type leave the rows as they lie."""

import re

_TYPE = re.compile(r"(?P<base>[a-z ]+?)(?:\((?P<limits>[\d, ]+)\))?(?P<array>(?:\[\])*)")
_TEXTS = ("text", "character varying")


def keeps_the_rows(old: str, new: str) -> bool:
    """Whether Postgres neither rewrites nor reads the table: it only takes longer values.

    Types are as Postgres spells them: `character varying(20)`, `numeric(12,2)`.
    """
    before, after = _TYPE.fullmatch(old), _TYPE.fullmatch(new)
    if before is None or after is None or before["array"] or after["array"]:
        return False
    if before["base"] in _TEXTS and after["base"] in _TEXTS:
        return _is_longer(before["limits"], after["limits"])
    if before["base"] == after["base"] == "numeric":
        return _is_wider(before["limits"], after["limits"])
    return (before["base"], after["base"]) == ("cidr", "inet")


def _is_longer(old: str | None, new: str | None) -> bool:
    return new is None or (old is not None and int(new) >= int(old))


def _is_wider(old: str | None, new: str | None) -> bool:
    """More digits in all, and as many behind the point."""
    if old is None or new is None:
        return new is None
    (digits, scale), (old_digits, old_scale) = ([*map(int, each.split(",")), 0][:2] for each in (new, old))
    return digits >= old_digits and scale == old_scale

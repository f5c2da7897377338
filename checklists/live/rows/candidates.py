"""Values to try for a column, the likeliest first; whether one will do is for the server to say."""

import re
from collections.abc import Iterator

from checklists.live.rows.bounds import DECIMALS, INTEGERS, from_checks
from checklists.live.rows.people import PEOPLE, THIRD, Persona, made_up
from checklists.live.rows.relations import Attribute, Check

Value = str | None
"""A value as the text that Postgres reads it from; None is NULL."""

POWERFUL = re.compile(
    r"admin|owner|super|root|staff|moderator|manager|system|service|platform|internal|god|dev"
)
_PLAIN = re.compile(
    r"member|user|viewer|guest|customer|reader|basic|free|standard|default|player|student|read"
)
_ACTIVE = re.compile(r"active|accepted|approved|confirmed|member|joined|enabled")
_LATE = re.compile(r"end|expir|until|due|deadline|clos|last|to$|valid_to|finish|stop")


def number_of(persona: Persona, variant: int) -> int:
    """A small number of its own for each person and variant."""
    return 1 + [*PEOPLE, THIRD].index(persona) + 7 * variant


def candidates(
    attribute: Attribute, checks: tuple[Check, ...], persona: Persona, variant: int = 0
) -> tuple[Value, ...]:
    """What to try: labels and literals where the column is bound to them, else values of its type."""
    mine = [check for check in checks if attribute.name in check.columns]
    found: list[Value] = [
        *attribute.labels,
        *from_checks(tuple(mine), attribute, number_of(persona, variant)),
        *_of_type(attribute, persona, variant),
    ]
    if attribute.is_array:
        found = ["{}", *("{" + '"' + each.replace('"', '\\"') + '"' + "}" for each in found[:12] if each)]
        if any("length" in check.expression or "cardinality" in check.expression for check in mine):
            found = [*found[1:], found[0]]
    if not attribute.not_null:
        found = [*found, None] if attribute.labels or not mine else [found[0], None, *found[1:]]
    return tuple(dict.fromkeys(found))


def by_power(values: tuple[Value, ...], *, powerful: bool) -> tuple[Value, ...]:
    """The same values, those that sound like a role of power first or last."""

    def rank(value: Value) -> int:
        if value is None:
            return 9
        strong = bool(POWERFUL.search(value.lower()))
        if powerful:
            return (
                0 if value.lower() in ("owner", "admin", "super_admin", "superadmin") else 1 if strong else 2
            )
        return 3 if strong else 0 if _PLAIN.search(value.lower()) else 1

    return tuple(sorted(values, key=rank))


def by_activity(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """The same values, those first that say that a membership is in force."""
    return tuple(sorted(values, key=lambda value: 0 if value and _is_active(value.lower()) else 1))


def _is_active(value: str) -> bool:
    return bool(_ACTIVE.search(value)) and not re.search(r"^(in|un|dis)", value)


def _of_type(attribute: Attribute, persona: Persona, variant: int) -> Iterator[str]:  # noqa: C901 - a table of types
    number, name, base = number_of(persona, variant), attribute.name, attribute.base
    if attribute.kind == "e":
        return
    if attribute.kind == "c":
        yield "(" + ",".join(_FIELDS.get(each, str(number)) for each in attribute.fields) + ")"
        yield (
            "("
            + ",".join(
                "" if each in ("text", "varchar") else _FIELDS.get(each, "1") for each in attribute.fields
            )
            + ")"
        )
    elif base == "uuid":
        yield made_up(name, persona.name, str(variant))
    elif base in INTEGERS:
        yield str(number)
        yield from ("1", "2", "0", "5", "10", "100", "2024", "-1")
    elif base in DECIMALS:
        yield str(number)
        yield from ("1", "0", "0.5", "0.1", "10", "100", "-1")
    elif base == "bool":
        yield from ("false", "true")
    elif base in ("timestamptz", "timestamp", "date"):
        day = f"-01-{number % 28 + 1:02d}"
        yield from (f"2098{day}", f"2024{day}") if _LATE.search(name) else (f"2024{day}", f"2098{day}")
        yield from ("2000-01-01", "2024-02-01", "2024-01-01", "2024-01-31", "2024-01-08")
    elif base in ("time", "timetz"):
        yield from ("18:00", "09:00") if _LATE.search(name) else ("09:00", "18:00")
    elif base.endswith("range"):
        yield from _ranges(base, number)
    else:
        yield from (
            _texts(name, attribute.length, persona, variant)
            if base in ("text", "varchar", "bpchar", "citext", "name")
            else _OTHERS.get(base, ("",))
        )
        if base in ("vector", "halfvec"):
            yield "[" + ",".join(["0.5"] * (attribute.length or 3)) + "]"
        elif base in ("bit", "varbit"):
            yield "0" * (attribute.length or 1)


_FIELDS = {
    "bool": "false",
    "text": "a",
    "varchar": "a",
    "uuid": made_up("field"),
    "timestamptz": "2024-01-01",
    "jsonb": "{}",
}
_OTHERS: dict[str, tuple[str, ...]] = {
    "json": ("{}", "[]", '"x"', "null", '{"type":"x"}', '[{"id":"x"}]'),
    "jsonb": ("{}", "[]", '"x"', "null", '{"type":"x"}', '[{"id":"x"}]'),
    "bytea": ("\\x00", "\\x" + "00" * 16, "\\x" + "00" * 32),
    "interval": ("1 day", "1 hour"),
    "inet": ("192.0.2.1",),
    "cidr": ("192.0.2.0/24",),
    "macaddr": ("00:00:5e:00:53:01",),
    "ltree": ("a",),
    "lquery": ("a",),
    "tsvector": ("a",),
    "tsquery": ("a",),
    "hstore": ("",),
    "xml": ("<a/>",),
    "point": ("(0,0)",),
    "box": ("(0,0),(1,1)",),
    "polygon": ("((0,0),(1,0),(1,1))",),
    "circle": ("<(0,0),1>",),
    "char": ("a",),
    "regclass": ("pg_class",),
    "regtype": ("text",),
    "pg_lsn": ("0/0",),
    "semver": ("(1,0,0)", "1.0.0"),
    "vector": (),
    "halfvec": (),
    "bit": (),
    "varbit": (),
}


def _ranges(base: str, number: int) -> Iterator[str]:
    if base in ("tstzrange", "tsrange", "daterange"):
        yield f"[{2030 + number}-01-01,{2030 + number}-02-01)"
    else:
        yield f"[{number * 10},{number * 10 + 5})"


def _texts(name: str, length: int | None, persona: Persona, variant: int) -> Iterator[str]:
    suffix = f"{persona.name.lower()}{variant or ''}"
    lower = name.lower()
    guesses = []
    if "email" in lower:
        guesses.append(persona.email if not variant else f"{suffix}@counterseal.example")
    elif re.search(r"url|website|link|href|image|avatar|logo", lower):
        guesses.append(f"https://counterseal.example/{suffix}")
    elif "phone" in lower or "mobile" in lower:
        guesses.append(f"+1555010{number_of(persona, variant):04d}")
    elif re.search(r"currency", lower):
        guesses.append("USD")
    elif re.search(r"country", lower):
        guesses.append("US")
    elif re.search(r"colou?r", lower):
        guesses.append("#00aaff")
    elif re.search(r"time_?zone|^tz$", lower):
        guesses.append("UTC")
    guesses += [
        f"{lower.replace('_', '-')}-{suffix}",
        f"{lower}{suffix}".replace("_", ""),
        f"{suffix}x",
        f"{number_of(persona, variant)}",
        f"{persona.email}" if not variant else f"{suffix}@counterseal.example",
        f"https://counterseal.example/{suffix}",
        made_up(name, persona.name, str(variant)),
        f"{suffix}abcdefghij" * 4,
        "2024-01-01",
        "00:00",
        "1.0.0",
        "A",
        "en",
        "US",
        "",
    ]
    yield from (each if length is None else each[:length] for each in guesses)

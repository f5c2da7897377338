"""A column that holds money is a binary float."""

import re
from collections.abc import Iterator

from checklists.checks.check import Check, Examined, Flag, Said
from checklists.checks.project import Project
from checklists.model import Confidence, Severity
from checklists.sql.questions.basetypes import base_type
from checklists.sql.quoting import ident, relation
from checklists.sql.schema import Column, Facet, Table

CHECK = Check(
    items=("float-money",),
    rule="money-numeric",
    severity=Severity.HIGH,
    reads=(Facet.TABLES, Facet.TYPES),
)
_SURE = frozenset(
    {"price", "prices", "cost", "costs", "fee", "fees", "salary", "wage", "wages", "tax", "taxes", "deposit"}
    | {
        "revenue",
        "payout",
        "refund",
        "budget",
        "discount",
        "subtotal",
        "earnings",
        "income",
        "profit",
        "rent",
    }
    | {"commission", "payment", "turnover", "premium", "tuition", "donation"}
)
_PERHAPS = frozenset({"amount", "total", "balance", "credit", "charge", "spend", "spent", "paid", "due"})
# With one of these in its name the column holds a measure, a share or a place, whatever the other words say.
_MEASURES = frozenset(
    {"percent", "percentage", "pct", "rate", "ratio", "score", "count", "factor", "weight", "quantity", "qty"}
    | {
        "hours",
        "minutes",
        "seconds",
        "days",
        "distance",
        "km",
        "kg",
        "grams",
        "calories",
        "duration",
        "rating",
    }
    | {"lat", "lng", "latitude", "longitude", "bps", "multiplier", "index", "rank", "probability", "tokens"}
)


def find(project: Project) -> Iterator[Said]:
    """Every float column with a money word in its name, and every column of type money."""
    for table in project.schema.user_tables():
        currency = any("currency" in column.name.lower() for column in table.columns)
        for column in table.columns:
            yield Examined("columns")
            kind = base_type(project.schema, column.type)
            word = _word(column.name, currency=currency)
            if kind == "money" or (kind in ("real", "double precision") and word is not None):
                yield _flag(table, column, kind, word)


def _word(name: str, *, currency: bool) -> tuple[str, Confidence] | None:
    """The word that says money, and how surely it does."""
    words = re.findall(r"[a-z]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower())
    if _MEASURES & set(words):
        return None
    for word in words:
        if word in _SURE:
            return word, Confidence.HIGH
    return next(((w, Confidence.HIGH if currency else Confidence.LOW) for w in words if w in _PERHAPS), None)


def _flag(table: Table, column: Column, kind: str, word: tuple[str, Confidence] | None) -> Flag:
    named = f', and "{word[0]}" in its name says money' if word is not None and kind != "money" else ""
    why = (
        "its text and its precision depend on the server's lc_monetary"
        if kind == "money"
        else "binary floats cannot hold 0.10 exactly, so sums drift and comparisons fail"
    )
    name = f"{relation(table.qualified)}"
    return Flag(
        object=f"column:{table.qualified}.{column.name}",
        location=column.location or table.location,
        message=f"{table.qualified}.{column.name} is {kind}{named}: {why}.",
        remedy=f"alter table {name} alter column {ident(column.name)} type numeric(12,2);\n"
        "or an integer of minor units (cents). The change rewrites the table.",
        confidence=word[1] if word is not None else Confidence.HIGH,
    )

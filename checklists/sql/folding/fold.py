"""Folds one statement into the database: a handler for its kind, a gap where that cannot be decided."""

import re

from checklists.sql.folding.labels import used_label
from checklists.sql.folding.registry import AFTERWARDS, HANDLERS, TOUCHES
from checklists.sql.folding.state import Database, Refused
from checklists.sql.parse import SyntaxFault
from checklists.sql.schema import Facet, Refusal
from checklists.sql.statements import Fault, Statement

ALL_FACETS = frozenset(Facet)
# Data, and settings that no rule asks for.
_TOUCHES_NOTHING = re.compile(
    r"\s*(?:insert|update|delete|select|with|values|explain|analyze|vacuum|notify|comment|truncate)\b",
    re.IGNORECASE,
)


def fold(db: Database, statement: Statement | Fault) -> None:
    """Applies one statement; whatever it holds, nothing is raised."""
    db.statements += 1
    if isinstance(statement, Fault):
        because = f"a statement could not be read: {statement.because}"
        of = f"file:{statement.location.path}"
        db.gap(of, because, statement.location, touched(statement))
        if "syntax error" in statement.because:
            db.refusals.append(Refusal(of, "42601", statement.because, statement.location, certain=True))
        return
    try:
        run(db, statement)
        if db.new_labels and (label := used_label(db, statement)):
            message = f"the value {label!r} of {db.new_labels[label]} is new in this transaction"
            of = f"type:{db.new_labels[label]}"
            db.refusals.append(Refusal(of, "55P04", message, statement.location, certain=False))
    except Refused as refused:
        certain = not refused.uncertain
        found = Refusal(refused.object, refused.state, refused.message, statement.location, certain)
        db.refusals.append(found)
        if refused.uncertain:
            because = f"Postgres would refuse a statement: {refused.message}"
            db.gap(refused.object, because, statement.location, refused.facets)
    except Exception as error:  # noqa: BLE001 - one unforeseen statement must not cost the review
        reason = error.message if isinstance(error, SyntaxFault) else f"{type(error).__name__}: {error}"
        because = f"a {statement.kind} could not be followed: {reason}"
        facets = TOUCHES.get(statement.kind) or ALL_FACETS
        db.gap(f"file:{statement.location.path}", because, statement.location, facets)


def run(db: Database, statement: Statement) -> None:
    """Applies one statement.

    Raises:
        Refused: Postgres would refuse it.
    """
    handler = HANDLERS.get(statement.kind)
    if handler is not None:
        handler(db, statement.node, statement)
        for look in AFTERWARDS:
            look(db, statement)


def touched(fault: Fault) -> frozenset[Facet]:
    """What unreadable text may have changed: nothing where it is one statement on data."""
    whole = fault.text.rstrip("; \r\n\t")
    if _TOUCHES_NOTHING.match(whole) and ";" not in whole and "storage.buckets" not in whole.lower():
        return frozenset()
    return ALL_FACETS

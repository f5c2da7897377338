"""Tests of the caller in a function's body that a visitor, whose id is NULL, passes."""

import re

from checklists.sql.expressions import Caller, never_true
from checklists.sql.questions.bodies import Piece, body_of
from checklists.sql.questions.guards import asks_who
from checklists.sql.schema import Function, Schema

_UID = re.compile(r"\s*\(?\s*(?:select\s+)?auth\s*\.\s*uid\s*\(\s*\)\s*\)?\s*", re.IGNORECASE)
# Without these in its text there is no such test; reading a body takes longer than looking for them.
_COMPARES = re.compile(r"(?:<>|!=)[^;]*?\bthen\b|\bif\s+not\s*\(", re.IGNORECASE)
_OWN = re.compile(r"\bauth\s*\.\s*(?:uid|email|jwt)\b|\bcurrent_setting\b", re.IGNORECASE)
# Of a visitor this is true, wherever it stands.
_ASKS_FOR_NULL = re.compile(r"\bauth\s*\.\s*uid\s*\(\s*\)\s*\)?\s*is\s+null\b", re.IGNORECASE)


def passed_by_visitors(schema: Schema, function: Function) -> str | None:
    """The first test by which a body means to turn others away, where it turns no visitor away.

    `if owner <> auth.uid() then raise …` compares with NULL, and IF takes NULL for false. None where
    anything else of the body asks who calls: that may stop a visitor.
    """
    text = function.body
    if not _OWN.search(text) or not _COMPARES.search(text) or _ASKS_FOR_NULL.search(text):
        return None
    pieces = body_of(function).pieces
    known = {piece.assigns for piece in pieces if piece.assigns is not None and _UID.fullmatch(piece.text)}
    known -= {piece.assigns for piece in pieces if not _UID.fullmatch(piece.text)}
    names = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, known))})(?![\w.(])") if known else None
    asking = [
        (piece, spelt)
        for piece in pieces
        if piece.assigns not in known and asks_who(schema, spelt := _spelt_out(piece, names))
    ]
    if not asking or not all(p.turns_away and never_true(spelt, Caller.ANONYMOUS) for p, spelt in asking):
        return None
    return " ".join(asking[0][0].text.split())


def _spelt_out(piece: Piece, names: re.Pattern[str] | None) -> str:
    """The text with `auth.uid()` in place of the variables that hold it."""
    return piece.text if names is None else names.sub("auth.uid()", piece.text)

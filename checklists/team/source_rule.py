"""A team's own look at the sources: an ast-grep rule in YAML, with the items that it informs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from checklists.errors import CountersealError
from checklists.model import Confidence, Severity
from checklists.ts.parse import matcher_fault

_HINT = "ast-grep's own guide says how a rule is written; mend the file, commit it, and try again."
_SEVERITIES = {
    "error": Severity.HIGH, "warning": Severity.MEDIUM, "info": Severity.LOW, "hint": Severity.INFO,
}  # fmt: skip
_MATCHING = ("rule", "constraints", "utils", "transform")
_KEYS = frozenset({"id", "language", "message", "note", "severity", "metadata", "url", *_MATCHING})
_METADATA = frozenset({"items", "rule", "severity", "confidence"})
_LANGUAGES = frozenset({"typescript", "tsx", "javascript", "jsx", "ts", "js"})
_MOST_BYTES = 64 * 1024

UNFILLED = "TODO:"
"""What the texts of a rule from `counterseal new-check` begin with, until somebody fills them in."""

T = TypeVar("T", Severity, Confidence)


@dataclass(frozen=True, slots=True)
class SourceRule:
    """One rule; `matcher` is for ast-grep, `page` for the console; one that is `off` reports nothing."""

    id: str
    path: str
    items: tuple[str, ...]
    rule: str
    severity: Severity
    confidence: Confidence
    message: str
    remedy: str
    page: str
    matcher: Mapping[str, Any] = field(hash=False)
    off: bool = False


def parse_source_rule(path: str, data: bytes) -> SourceRule:
    """The rule in a file's bytes; `metadata` holds `items`, and optionally rule, severity and confidence.

    Raises:
        CountersealError: It is no YAML, no rule that ast-grep takes, or lacks what a check needs.
    """
    row = _mapping(path, data)
    metadata = row.get("metadata", {})
    if not isinstance(metadata, dict):
        raise _fault(path, "metadata is no mapping")
    for key in sorted({*map(str, row)} - _KEYS) + [f"metadata.{k}" for k in metadata if k not in _METADATA]:
        raise _fault(path, f"{key} is not a key of such a rule")
    items = metadata.get("items")
    if not (isinstance(items, list) and items and all(isinstance(each, str) for each in items)):
        raise _fault(path, "metadata.items must list the ids of the items that it informs")
    if str(row.get("language", "")).lower() not in _LANGUAGES:
        raise _fault(path, f"language is {row.get('language')!r}; the sources are TypeScript or JavaScript")
    matcher = {key: row[key] for key in _MATCHING if key in row}
    because = matcher_fault(matcher)
    if because:
        raise _fault(path, because)
    name, message, note = (_text(path, row, key) for key in ("id", "message", "note"))
    off = _is_off(row)
    if not off and (message.startswith(UNFILLED) or note.startswith(UNFILLED)):
        raise _fault(path, f"message or note still begins with {UNFILLED}; fill it in, or keep severity: off")
    return SourceRule(
        id=name,
        path=path,
        items=tuple(items),
        rule=str(metadata.get("rule", name)),
        severity=_severity(path, row, metadata),
        confidence=_one_of(path, Confidence, metadata.get("confidence", "medium"), "metadata.confidence"),
        message=message,
        remedy=note or "See the rule's own page.",
        page=f"# {message}\n\n{note}\n\nThe team's own rule, {path}:\n\n```yaml\n{data.decode()}```\n",
        matcher=matcher,
        off=off,
    )


def _mapping(path: str, data: bytes) -> dict[str, Any]:
    if len(data) > _MOST_BYTES:
        raise _fault(path, f"it is larger than {_MOST_BYTES} bytes")
    from checklists.team.plain_yaml import read_yaml  # noqa: PLC0415 - most repos have no such rule

    try:
        row = read_yaml(data)
    except ValueError as error:
        raise _fault(path, f"it is not YAML: {error}") from None
    if not isinstance(row, dict):
        raise _fault(path, "it is not one mapping, as a rule is")
    return row


def _text(path: str, row: dict[str, Any], key: str) -> str:
    text = row.get(key, "")
    if not isinstance(text, str) or (key != "note" and not text.strip()):
        raise _fault(path, f"{key} must be a text")
    return text.strip()


def _severity(path: str, row: dict[str, Any], metadata: dict[str, Any]) -> Severity:
    if "severity" in metadata:
        return _one_of(path, Severity, metadata["severity"], "metadata.severity")
    if _is_off(row):
        return Severity.INFO
    known = row.get("severity", "warning")
    if known not in _SEVERITIES:
        raise _fault(path, f"severity is {known!r}, not one of {', '.join(_SEVERITIES)}, off")
    return _SEVERITIES[known]


def _is_off(row: dict[str, Any]) -> bool:
    """ast-grep's `severity: off`, which the YAML that is read here takes for a boolean."""
    return row.get("severity") is False or row.get("severity") == "off"


def _one_of(path: str, kind: type[T], value: object, key: str) -> T:
    try:
        return kind(str(value))
    except ValueError:
        raise _fault(path, f"{key} is {value!r}, not one of {', '.join(kind)}") from None


def _fault(path: str, what: str) -> CountersealError:
    return CountersealError(f"{path}: {what}.", _HINT)

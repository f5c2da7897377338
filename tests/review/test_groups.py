"""What one check finds at one severity is a group, and the fold shows first what is grave and sure."""

from dataclasses import replace

import pytest
from sealing import FINDING

from checklists.model import Confidence, Severity
from checklists.review.groups import grouped

HIGH, MEDIUM, LOW = Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW


def test_a_check_is_one_group_for_each_severity_with_the_surest_first() -> None:
    unsure = replace(FINDING, object="table:public.a", confidence=LOW)
    note = replace(FINDING, object="table:public.b", severity=Severity.INFO)
    other = replace(FINDING, check="another", severity=Severity.HIGH)
    said = grouped([note, unsure, other, FINDING])
    assert [(group.id, len(group.findings)) for group in said] == [
        ("rls_off/blocker", 2), ("another/high", 1), ("rls_off/info", 1),
    ]  # fmt: skip
    assert said[0].findings == (FINDING, unsure)
    assert said[0].confidence is HIGH
    assert grouped([]) == ()


@pytest.mark.parametrize(
    ("severity", "confidence", "first"),
    [
        (Severity.BLOCKER, LOW, True), (Severity.HIGH, MEDIUM, True), (Severity.HIGH, LOW, False),
        (Severity.MEDIUM, HIGH, True), (Severity.MEDIUM, MEDIUM, False), (Severity.LOW, HIGH, False),
        (Severity.INFO, HIGH, False),
    ],
)  # fmt: skip
def test_the_fold_asks_for_less_confidence_the_graver_the_defect(
    severity: Severity, confidence: Confidence, *, first: bool
) -> None:
    (group,) = grouped([replace(FINDING, severity=severity, confidence=confidence)])
    assert group.above_fold is first

"""The few marks that carry state, so that it never rests on colour alone; one set in plain ASCII."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from checklists.model import Answer, Justification, Outcome, Triage, Verdict


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One character each, one cell wide, none of which terminals draw as a wide emoji."""

    plain: bool
    passed: str
    failed: str
    undetermined: str
    not_applicable: str
    waived: str
    pending: str
    open: str
    note: str
    changed: str
    cursor: str
    logo: str
    folded: str
    unfolded: str
    flagged: str
    span: str
    done: str
    rest: str
    dot: str
    arrow: str
    from_: str
    ellipsis: str
    dash: str

    def verdict(self, verdict: Verdict | None) -> str:
        """The mark of a suggestion; None for one that is still being worked out."""
        marks: Mapping[Verdict, str] = {
            Verdict.PASS: self.passed,
            Verdict.FAIL: self.failed,
            Verdict.NOT_APPLICABLE: self.not_applicable,
            Verdict.UNDETERMINED: self.undetermined,
        }
        return self.pending if verdict is None else marks[verdict]

    def outcome(self, outcome: Outcome | None) -> str:
        """The mark of an answer; None for an open item."""
        marks: Mapping[Outcome, str] = {
            Outcome.PASS: self.passed,
            Outcome.FAIL: self.failed,
            Outcome.NOT_APPLICABLE: self.not_applicable,
            Outcome.WAIVED: self.waived,
        }
        return self.open if outcome is None else marks[outcome]


UNICODE = Glyphs(
    plain=False, passed="✓", failed="✗", undetermined="?", not_applicable="\N{EN DASH}", waived="⚑",
    pending="∙", open="·", note="✎", changed="≠", cursor="▌", logo="◉", folded="▸", unfolded="▾", flagged="▶",
    span="│", done="━", rest="─", dot="·", arrow="→", from_="←", ellipsis="…", dash="\N{EN DASH}",
)  # fmt: skip
ASCII = Glyphs(
    plain=True, passed="+", failed="x", undetermined="?", not_applicable="-", waived="w",
    pending="~", open=".", note="*", changed="!", cursor=">", logo="@", folded="+", unfolded="-", flagged=">",
    span="|", done="=", rest="-", dot="|", arrow="->", from_="<-", ellipsis="..", dash="-",
)  # fmt: skip


def choose_glyphs(*, ascii_only: bool | None = None) -> Glyphs:
    """ASCII where option or `COUNTERSEAL_ASCII` ask for it, or the terminal's encoding needs it."""
    if ascii_only is None:
        wish = os.environ.get("COUNTERSEAL_ASCII", "")
        encoding = (getattr(sys.__stdout__, "encoding", None) or "utf-8").lower().replace("-", "")
        ascii_only = wish not in ("", "0") if wish else not encoding.startswith("utf")
    return ASCII if ascii_only else UNICODE


WORDS: Mapping[Verdict | Outcome, str] = {
    Verdict.PASS: "pass",
    Verdict.FAIL: "fail",
    Verdict.NOT_APPLICABLE: "not applicable",
    Verdict.UNDETERMINED: "undetermined",
    Outcome.WAIVED: "waived",
}
"""Verdicts and outcomes in words; those of the same value share one entry."""

TRIAGES: Mapping[Triage, str] = {
    Triage.TRUE_POSITIVE: "it is as the check says",
    Triage.FALSE_POSITIVE: "the check is wrong here",
    Triage.ACCEPTED_RISK: "it is so, and may stand until a day",
}
"""What may be said of one finding, in words."""

JUSTIFICATIONS: Mapping[Justification, str] = {
    Justification.ACCEPTED_RISK: "the risk is accepted",
    Justification.FALSE_POSITIVE: "the finding is wrong",
    Justification.COMPENSATING_CONTROL: "something else holds the risk",
    Justification.NOT_REACHABLE: "nobody can reach it",
    Justification.TEST_ONLY: "it is for tests alone",
}
"""Why an item may be waived, in words; the usual one first."""


def justified(answer: Answer) -> str:
    """The kind of a waiver, in brackets; empty for what is none or names none."""
    kind = answer.justification
    return f" ({kind.value.replace('_', ' ')})" if kind is not None else ""


STYLES: Mapping[Verdict | Outcome, str] = {
    Verdict.PASS: "$text-success",
    Verdict.FAIL: "$text-error",
    Verdict.NOT_APPLICABLE: "$quiet",
    Verdict.UNDETERMINED: "$text-warning",
    Outcome.WAIVED: "$text-warning",
}
"""Colours that only repeat what glyph and word say."""

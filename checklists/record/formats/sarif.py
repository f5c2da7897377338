"""A scan as SARIF 2.1.0 (OASIS), within what GitHub code scanning takes.

Limits and the meaning of `security-severity` are those of GitHub's documentation, "SARIF support for code
scanning": 10 MB gzipped, 25,000 results a run, 20 tags a rule.
"""

import gzip
import hashlib
import json
import re
from typing import Any
from urllib.parse import quote

import checklists
from checklists.checks.check import Rule
from checklists.checks.discovery import discover
from checklists.model import Confidence, Finding, Location, Severity
from checklists.review.scan import Scan

MOST_RESULTS = 25_000
MOST_BYTES = 10 * 1000 * 1000
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {
    Severity.BLOCKER: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note",
    Severity.INFO: "note",
}  # fmt: skip
# GitHub reads these as: over 9.0 critical, 7.0 high, 4.0 medium, 0.1 low.
_SCORES = {
    Severity.BLOCKER: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "3.0",
    Severity.INFO: "0.0",
}  # fmt: skip
_PRECISION = {Confidence.HIGH: "high", Confidence.MEDIUM: "medium", Confidence.LOW: "low"}


def as_sarif(scan: Scan) -> dict[str, Any]:
    """The log, the worst findings first; what the limits leave out is told as a notification."""
    kept, log = MOST_RESULTS, _log(scan, MOST_RESULTS)
    while kept > 1 and len(gzip.compress(json.dumps(log).encode(), mtime=0)) > MOST_BYTES:
        kept = kept // 2
        log = _log(scan, kept)
    return log


def _log(scan: Scan, most: int) -> dict[str, Any]:
    findings = scan.findings
    named = {finding.check for finding in findings}
    rules = [rule for rule in discover() if rule.id in named]
    places = {rule.id: number for number, rule in enumerate(rules)}
    left_out = max(0, len(findings) - most)
    subject = scan.project.snapshot.subject
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "Counterseal",
                "semanticVersion": checklists.__version__,
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"ROOT": {"description": {"text": "The top of the repo."}}},
        "results": [_result(finding, places) for finding in findings[:most]],
        "invocations": [_invocation(scan, left_out)],
        "properties": {"commit": subject.commit, "tree": subject.tree, "dirty": subject.dirty},
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    title = rule.page.partition("\n")[0].removeprefix("# ").strip() or rule.id
    check = rule.check
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("_")),
        "shortDescription": {"text": title},
        "fullDescription": {"text": _first_words(rule.page) or title},
        "help": {"text": rule.page, "markdown": rule.page},
        "defaultConfiguration": {"level": _LEVELS[check.severity]},
        "properties": {
            "precision": _PRECISION[check.confidence],
            "security-severity": _SCORES[check.severity],
            "tags": ["security", *check.items][:20],
        },
    }


def _first_words(page: str) -> str:
    """The first paragraph of a page that is one."""
    paragraphs = (" ".join(part.split()) for part in re.split(r"\n\s*\n", page))
    return next((part for part in paragraphs if part and not part.startswith(("#", "```"))), "")


def _result(finding: Finding, places: dict[str, int]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.check,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.message}\n{finding.remedy}".strip()},
        "locations": [_location(finding.location, finding.object)],
        "partialFingerprints": {"counterseal/v1": hashlib.sha256(_bytes(finding.id)).hexdigest()},
        "properties": {
            "id": finding.id,
            "object": finding.object,
            "severity": finding.severity.value,
            "confidence": finding.confidence.value,
            "source": finding.source,
        },
    }
    if finding.check in places:
        result["ruleIndex"] = places[finding.check]
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, **_location(each, "")} for number, each in enumerate(finding.related[:100])
        ]
    if finding.ruling is not None and finding.aside is not None:
        result["suppressions"] = [{"kind": "external", "justification": finding.ruling.reason}]
    return result


def _location(place: Location, name: str) -> dict[str, Any]:
    region = {"startLine": max(1, place.line), "endLine": max(1, place.line, place.end_line)}
    artifact = {"uri": quote(_bytes(place.path)), "uriBaseId": "ROOT"}
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": artifact, "region": region}}
    if name:
        location["logicalLocations"] = [{"fullyQualifiedName": name}]
    return location


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _invocation(scan: Scan, left_out: int) -> dict[str, Any]:
    """Whether the run is whole: what could not be decided is said, never passed over."""
    notes = [
        {"level": "warning", "message": {"text": f"{each.check}: {gap.object}: {gap.because}"}}
        for each in scan.reports
        for gap in each.gaps
    ]
    if left_out:
        notes.insert(
            0, {"level": "error", "message": {"text": f"{left_out} findings do not fit and are left out."}}
        )
    return {"executionSuccessful": True, "toolExecutionNotifications": notes[:1000]}

"""SARIF 2.1.0 of other scanners, as far as evidence needs it: tool, rule, place and words."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from checklists.errors import CountersealError
from checklists.model import Confidence, Severity

LARGEST = 64 * 1024 * 1024
_HINT = "Name a SARIF 2.1.0 file, as scanners write with --sarif or --format sarif."
_CWE = re.compile(r"\bcwe[-_/ ]?0*(\d{1,4})\b", re.IGNORECASE)
_LEVELS = {
    "error": Severity.HIGH, "warning": Severity.MEDIUM, "note": Severity.LOW, "none": Severity.INFO,
}  # fmt: skip
# GitHub's bounds of `security-severity`; a blocker is for the catalogue to say.
_SCORES = ((7.0, Severity.HIGH), (4.0, Severity.MEDIUM), (0.0, Severity.LOW))
_PRECISIONS = {"very-high": Confidence.HIGH, "high": Confidence.HIGH, "low": Confidence.LOW}


@dataclass(frozen=True, slots=True)
class Result:
    """One result that its tool holds against the code; `path` is None where it names no file of the repo."""

    rule: str
    title: str
    message: str
    path: str | None
    line: int
    end_line: int
    severity: Severity
    confidence: Confidence
    cwes: tuple[int, ...] = ()
    suppressed: bool = False


@dataclass(frozen=True, slots=True)
class Scanner:
    """One run of a tool: its results, how many of another kind it left (`pass`, `open` …), the commit that it
    looked at, where it says so, and the SHA-256 of the file.
    """

    tool: str
    version: str
    results: tuple[Result, ...]
    others: int = 0
    commit: str = ""
    sha256: str = ""


def read_sarif(data: bytes, name: str) -> tuple[Scanner, ...]:
    """The runs in a file's bytes.

    Raises:
        CountersealError: It is no SARIF 2.1.0, or larger than 64 MB.
    """
    if len(data) > LARGEST:
        raise CountersealError(f"{name} is larger than {LARGEST // 1024**2} MB.", "Split it by tool.")
    try:
        log = json.loads(data.decode("utf-8-sig"))
        if not isinstance(log, dict) or log.get("version") != "2.1.0":
            said = log.get("version") if isinstance(log, dict) else type(log).__name__
            raise CountersealError(f"{name} is not SARIF 2.1.0: its version is {said!r}.", _HINT)
        digest = hashlib.sha256(data).hexdigest()
        return tuple(_scanner(run, digest) for run in log["runs"])
    except (ValueError, RecursionError) as error:
        raise CountersealError(f"{name} is not JSON: {error}.", _HINT) from None
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        what = f"{type(error).__name__} {error}"
        raise CountersealError(f"{name} is not SARIF as its schema has it: {what}.", _HINT) from None


def _scanner(run: Mapping[str, Any], sha256: str) -> Scanner:
    driver = run["tool"]["driver"]
    more = (rule for each in run["tool"].get("extensions", ()) for rule in each.get("rules", ()))
    rules = [*driver.get("rules", ()), *more]
    by_id = {str(rule["id"]): rule for rule in rules}
    bases = run.get("originalUriBaseIds", {})
    found = run.get("results") or ()
    failing = [each for each in found if each.get("kind", "fail") == "fail"]
    results = tuple(_result(each, by_id, driver.get("rules", ()), bases) for each in failing)
    history: Any = run.get("versionControlProvenance") or ({},)
    version = str(driver.get("semanticVersion") or driver.get("version") or "")
    commit = str(history[0].get("revisionId") or "")
    return Scanner(str(driver["name"]), version, results, len(found) - len(failing), commit, sha256)


def _result(
    each: Mapping[str, Any], rules: Mapping[str, Any], listed: Any, bases: Mapping[str, Any]
) -> Result:
    index = each.get("ruleIndex", -1)
    named = str(each.get("ruleId") or each.get("rule", {}).get("id") or "")
    rule = rules.get(named) or (listed[index] if 0 <= index < len(listed) else {})
    places: Any = each.get("locations") or ({},)
    place = places[0].get("physicalLocation", {})
    region = place.get("region", {})
    line = max(1, int(region.get("startLine", 1)))
    return Result(
        named or str(rule.get("id", "unnamed")),
        str(rule.get("shortDescription", {}).get("text") or rule.get("name") or named),
        _words(each["message"], rule),
        _path(place.get("artifactLocation", {}), bases),
        line,
        max(line, int(region.get("endLine", line))),
        _severity(each, rule),
        _PRECISIONS.get(str(_properties(rule).get("precision", "")), Confidence.MEDIUM),
        tuple(sorted(set(_cwes(each, rule)))),
        any(s.get("status", "accepted") == "accepted" for s in each.get("suppressions") or ()),
    )


def _words(message: Mapping[str, Any], rule: Mapping[str, Any]) -> str:
    text = message.get("text")
    if text is None:
        text = rule.get("messageStrings", {}).get(message.get("id"), {}).get("text", "")
        for number, argument in enumerate(message.get("arguments", ())):
            text = text.replace(f"{{{number}}}", str(argument))
    return " ".join(str(text).split())


def _severity(each: Mapping[str, Any], rule: Mapping[str, Any]) -> Severity:
    score = _properties(rule).get("security-severity")
    if score is not None and re.fullmatch(r"\d+(?:\.\d+)?", str(score)):
        return next(severity for least, severity in _SCORES if float(score) >= least)
    level = each.get("level") or rule.get("defaultConfiguration", {}).get("level") or "warning"
    return _LEVELS.get(str(level), Severity.MEDIUM)


def _cwes(each: Mapping[str, Any], rule: Mapping[str, Any]) -> Iterator[int]:
    for properties in (_properties(each), _properties(rule)):
        for key, value in properties.items():
            if key.lower() in ("tags", "cwe", "cwes"):
                yield from (int(number) for number in _CWE.findall(json.dumps(value)))
    taxa = [*(each.get("taxa") or ()), *(row.get("target", {}) for row in rule.get("relationships") or ())]
    for taxon in taxa:
        if str(taxon.get("toolComponent", {}).get("name", "")).upper() == "CWE":
            yield from (int(number) for number in re.findall(r"\d{1,4}", str(taxon.get("id", "")))[:1])


def _properties(of: Mapping[str, Any]) -> Mapping[str, Any]:
    properties = of.get("properties") or {}
    return properties if isinstance(properties, dict) else {}


def _path(artifact: Mapping[str, Any], bases: Mapping[str, Any]) -> str | None:
    """The path from the top of the repo; an absolute one keeps its slash, and the repo's root is taken off it
    later.
    """
    uri = urlsplit(str(artifact.get("uri", "")))
    if uri.scheme not in ("", "file") or not uri.path:
        return None
    base = bases.get(artifact.get("uriBaseId", ""), {}).get("uri", "")
    folder = "" if uri.path.startswith("/") else urlsplit(str(base)).path
    path = unquote(f"{folder.rstrip('/')}/{uri.path}" if folder else uri.path)
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if ".." in parts:
        return None
    return ("/" if path.startswith("/") else "") + "/".join(parts)

"""A scan and a record as other tools read them."""

import base64
import gzip
import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from builders import project
from gitrepos import git, repository
from team import ANSWERS, RAE, make_person

from checklists.catalogue import items
from checklists.model import Aside, Confidence, Finding, Location, Report, Ruling, Severity, Status, Verdict
from checklists.record.formats import sarif
from checklists.record.formats.github import as_annotations
from checklists.record.formats.in_toto import pae
from checklists.record.formats.junit import as_junit
from checklists.record.formats.sarif import as_sarif
from checklists.review.scan import Scan
from checklists.review.suggesting import suggest

SQL = "supabase/migrations/1 é%,:.sql"
HOSTILE = "Users\x00\x1b[31m]]> <img src=x> & \"'\r\n::error::x %0A, é"
COMMAND = re.compile(r"::(error|warning|notice) (?:[A-Za-z]+=[^:,\r\n]*)(?:,[A-Za-z]+=[^:,\r\n]*)*::[^\r\n]*")


def finding(number: int = 1, **more: object) -> Finding:
    given: dict[str, object] = {
        "check": "float_money", "rule": "r", "items": ("float-money",),
        "object": f"column:public.t.{HOSTILE}",
        "location": Location(SQL, 3, 4), "severity": Severity.HIGH, "confidence": Confidence.MEDIUM,
        "message": f"It is {HOSTILE}.", "remedy": "Mend it.", "occurrence": number,
    }  # fmt: skip
    return Finding(**{**given, **more})  # type: ignore[arg-type]


def scan_of(*findings: Finding) -> Scan:
    report = Report(
        "float_money", "r", ("float-money",), Status.FLAGGED, findings, examined=(("columns", 1),)
    )
    said = {item.id: suggest(item, [report]) for item in items()}
    return Scan(project({}), (report,), said)


def results(log: Mapping[str, object]) -> list[dict[str, object]]:
    (run,) = log["runs"]  # type: ignore[misc]
    return list(run["results"])  # type: ignore[index]


def test_sarif_names_rule_place_and_a_fingerprint_that_does_not_move() -> None:
    (said,) = results(as_sarif(scan_of(finding())))
    (moved,) = results(as_sarif(scan_of(finding(location=Location(SQL, 90, 91)))))
    assert (said["ruleId"], said["ruleIndex"], said["level"]) == ("float_money", 0, "error")
    assert said["partialFingerprints"] == moved["partialFingerprints"]
    place = said["locations"][0]["physicalLocation"]  # type: ignore[index]
    assert place["region"] == {"startLine": 3, "endLine": 4}
    assert place["artifactLocation"] == {
        "uri": "supabase/migrations/1%20%C3%A9%25%2C%3A.sql",
        "uriBaseId": "ROOT",
    }
    (run,) = as_sarif(scan_of(finding()))["runs"]
    (rule,) = run["tool"]["driver"]["rules"]
    assert (rule["id"], rule["name"]) == ("float_money", "FloatMoney")
    assert len(rule["properties"]["tags"]) <= 20


def test_sarif_keeps_to_the_limits_and_says_what_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    many = scan_of(*(finding(number) for number in range(1, 31)))
    monkeypatch.setattr(sarif, "MOST_RESULTS", 20)
    log = as_sarif(many)
    assert len(results(log)) == 20
    notes = log["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert notes[0]["message"]["text"] == "10 findings do not fit and are left out."
    whole = len(gzip.compress(json.dumps(log).encode(), mtime=0))
    monkeypatch.setattr(sarif, "MOST_BYTES", whole - 1)
    log = as_sarif(many)
    assert len(results(log)) == 10
    assert len(gzip.compress(json.dumps(log).encode(), mtime=0)) < whole


def test_sarif_suppresses_what_the_team_set_aside() -> None:
    aside = finding(ruling=Ruling(Aside.SUPPRESSED, "Posts are public"))
    (said,) = results(as_sarif(scan_of(aside)))
    assert said["suppressions"] == [{"kind": "external", "justification": "Posts are public"}]


def test_junit_is_one_case_an_item_whatever_names_hold() -> None:
    scan = scan_of(finding())
    root = ET.fromstring(as_junit(scan))
    cases = root.findall("./testsuite/testcase")
    assert len(cases) == len(items())
    failing = [case for case in cases if case.find("failure") is not None]
    assert [case.get("name", "").partition(":")[0] for case in failing] == ["float-money"]
    assert "<img src=x>" in (failing[0].find("failure").text or "")  # type: ignore[union-attr]
    verdicts = [said.verdict for said in scan.suggestions.values()]
    suites = root.findall("testsuite")
    assert sum(int(suite.get("failures", "")) for suite in suites) == verdicts.count(Verdict.FAIL)
    assert sum(int(suite.get("skipped", "")) for suite in suites) == len(root.findall(".//skipped"))
    assert sum(int(suite.get("tests", "")) for suite in suites) == len(cases)


def test_annotations_are_one_command_a_line_whatever_names_hold() -> None:
    lines = list(as_annotations(scan_of(*(finding(number) for number in range(1, 15)))))
    assert len(lines) == 11
    assert all(COMMAND.fullmatch(line) for line in lines)
    assert lines[0].startswith(
        "::error file=supabase/migrations/1 é%25%2C%3A.sql,line=3,endLine=4,title=float_money"
    )
    assert lines[-1] == "::notice title=Counterseal::14 findings, 10 shown."
    aside = replace(finding(), ruling=Ruling(Aside.BASELINED))
    assert list(as_annotations(scan_of(aside))) == ["::notice title=Counterseal::0 findings, 0 shown."]


def test_the_attestation_verifies_with_ssh_keygen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start = repository(tmp_path / "start", {"supabase/migrations/1_a.sql": "select 1;\n"})
    git(tmp_path, "clone", "-q", "--bare", str(start), "origin.git")
    rae = make_person(tmp_path, RAE, tmp_path / "origin.git")
    assert rae("review", rae.clone, "--plain", given=ANSWERS).exit_code == 0
    record = rae.seal("--reason", "A demo")
    done = rae("export", record, "--out", tmp_path / "out", "--in-toto", "--key", rae.key)
    assert done.exit_code == 0, done.output
    signed = json.loads((tmp_path / "out" / f"{record.stem}.intoto.json").read_text())
    payload = base64.b64decode(signed["payload"])
    said = json.loads(payload)
    assert said["_type"] == "https://in-toto.io/Statement/v1"
    assert said["subject"][0]["digest"]["gitCommit"] == git(rae.clone, "rev-parse", "HEAD")
    assert said["predicate"]["review"]["verdict"] == "approve"
    assert pae(b"hello", "t") == b"DSSEv1 1 t 5 hello"
    signature, signers = tmp_path / "sig", tmp_path / "signers"
    signature.write_bytes(base64.b64decode(signed["signatures"][0]["sig"]))
    signers.write_text(f"{RAE} {rae.key.with_suffix('.pub').read_text()}")
    command = [
        "ssh-keygen",
        "-Y",
        "verify",
        "-f",
        signers,
        "-I",
        RAE,
        "-n",
        "counterseal-review",
        "-s",
        signature,
    ]
    assert subprocess.run(command, input=pae(payload), capture_output=True, check=False).returncode == 0
    assert subprocess.run(command, input=payload, capture_output=True, check=False).returncode != 0
    rae.git("config", "user.email", "sam@example.org")
    other = rae("export", record, "--out", tmp_path / "none", "--in-toto", "--key", rae.key)
    assert other.exit_code == 2
    assert "Only its reviewer attests a record" in other.output
    assert not (tmp_path / "none").exists()
    monkeypatch.chdir(rae.clone)  # outside of every repo, the folder that one is in says who asks
    copied = tmp_path / "out" / record.name
    assert "and you are sam@example.org" in rae("export", copied, "--out", tmp_path / "x", "--in-toto").output
    rae.git("config", "user.email", RAE)
    assert rae("export", copied, "--out", tmp_path / "x", "--in-toto", "--key", rae.key).exit_code == 0

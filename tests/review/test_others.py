"""What other scanners found: read from SARIF, matched to items, shown as evidence, never a reason to pass."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from gitrepos import sample
from hypothesis import given
from hypothesis import strategies as st

from checklists.checks.loading import load_project
from checklists.checks.project import Project
from checklists.errors import CountersealError
from checklists.model import Severity, Suggestion, Verdict
from checklists.review.looking import informed_by, look
from checklists.review.others import SOURCE, evidence, unmatched
from checklists.review.scan import scan
from checklists.team.config import Config, Evidence
from checklists.team.sarif import read_sarif
from tui.cli import cli
from tui.reading import suggestions

FILE = "app/actions/tenders.ts"


def result(rule: str, *, path: str = FILE, line: int = 3, **more: Any) -> dict[str, Any]:
    place = {"artifactLocation": {"uri": path}, "region": {"startLine": line}}
    words = {"text": f"It is {rule}."}
    return {"ruleId": rule, "message": words, "locations": [{"physicalLocation": place}], **more}


Rows = tuple[dict[str, Any], ...]


def log(*results: dict[str, Any], tool: str = "Semgrep OSS", rules: Rows = ()) -> bytes:
    driver = {"name": tool, "semanticVersion": "1.2.3", "rules": list(rules)}
    run = {"tool": {"driver": driver}, "results": results}
    return json.dumps({"version": "2.1.0", "runs": [run]}).encode()


SQL = {"id": "js.sql", "properties": {"tags": ["CWE-89: SQL Injection", "security"], "precision": "high"}}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return load_project(sample("specification", tmp_path_factory.mktemp("spec") / "repo"))


def with_log(project: Project, data: bytes) -> Project:
    return replace(project, scanners=read_sarif(data, "x.sarif"))


def test_a_result_is_evidence_on_the_item_of_its_weakness(project: Project) -> None:
    path = next(iter(project.sources.modules))
    seen = scan(with_log(project, log(result("js.sql", path=path), rules=(SQL,))))
    said = seen.suggestions["injection-impossible"]
    assert said.verdict is Verdict.FAIL
    (found,) = [each for each in said.findings if each.source == SOURCE]
    assert found.message == "Semgrep OSS: It is js.sql."
    assert found.id == f"semgrep/js.sql:file:{path}"
    assert found.severity is Severity.MEDIUM
    assert str(found.location) == f"{path}:3"


@pytest.mark.parametrize(
    ("tool", "rule", "more", "item"),
    [
        ("gitleaks", "aws-access-token", {}, "no-client-secrets"),
        ("squawk", "adding-not-nullable-field", {}, "migrations-safe"),
        ("CodeQL", "js/x", {"taxa": [{"id": "79"}, {"id": "639", "toolComponent": {"name": "CWE"}}]},
         "actions-authenticated"),
        ("CodeQL", "js/x", {"properties": {"tags": ["external/cwe/cwe-0434"]}}, "uploads-validated"),
    ],
)  # fmt: skip
def test_defaults_go_by_peer_by_weakness_and_by_tool(
    project: Project, tool: str, rule: str, more: dict[str, Any], item: str
) -> None:
    path = next(iter(project.sources.modules))
    told = evidence(with_log(project, log(result(rule, path=path, **more), tool=tool)))
    assert any(item in each.items and each.findings for each in told)


def test_the_teams_own_rows_go_first(project: Project) -> None:
    path = next(iter(project.sources.modules))
    rows = (Evidence("semgrep*", ("cors-configured",), "js.*"),)
    team = replace(project.team, config=Config(evidence=rows))
    held = replace(with_log(project, log(result("js.sql", path=path), rules=(SQL,))), team=team)
    assert [each.items for each in evidence(held) if each.findings] == [("cors-configured",)]


def test_the_console_suggests_what_a_scan_does(project: Project) -> None:
    path = next(iter(project.sources.modules))
    seen = with_log(project, log(result("js.sql", path=path), result("odd", path=path), rules=(SQL,)))
    told: dict[str, Suggestion] = {}
    for each in suggestions(informed_by(seen), look(seen), seen.items):
        told.update((said.item, said) for said in each)
    assert told == dict(scan(seen).suggestions)
    assert any(each.source == SOURCE for each in told["injection-impossible"].findings)


def test_what_matches_nothing_is_counted_and_named(project: Project) -> None:
    path = next(iter(project.sources.modules))
    data = log(
        result("odd", path=path), result("odd", path=path), result("js.sql", path="gone.py"), rules=(SQL,)
    )
    held = with_log(project, data)
    assert [each.because for each in unmatched(held)] == [
        "no item asks about it", "no item asks about it", "it is at no file that the review reads",
    ]  # fmt: skip
    said = scan(held).suggestions["record-complete"]
    assert "3 results that inform no item here: odd (2), js.sql (1)" in str(said.gaps)
    assert said.verdict is not Verdict.PASS


def test_no_other_scanner_lets_an_item_pass(project: Project) -> None:
    path = next(iter(project.sources.modules))
    rows = tuple(Evidence("*", (item.id,)) for item in project.items)
    before = scan(project).suggestions
    quiet = log(
        result("a", path=path, level="none"), result("b", path=path, suppressions=[{"kind": "inSource"}]),
        result("c", path=path, kind="pass"),
    )  # fmt: skip
    for data in (log(), quiet):
        held = replace(with_log(project, data), team=replace(project.team, config=Config(evidence=rows)))
        for name, said in scan(held).suggestions.items():
            if said.verdict is Verdict.PASS:
                assert before[name].verdict is Verdict.PASS, name


def test_levels_scores_and_other_kinds(project: Project) -> None:
    rules = ({"id": "s", "properties": {"security-severity": "9.8"}}, {"id": "d"})
    (scanner,) = read_sarif(
        log(result("s"), result("d"), result("d", level="error"), result("d", level="note"),
            result("d", kind="open"), rules=rules), "x",
    )  # fmt: skip
    assert [each.severity for each in scanner.results] == [
        Severity.HIGH, Severity.MEDIUM, Severity.HIGH, Severity.LOW,
    ]  # fmt: skip
    assert scanner.others == 1


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("src/a.ts", "src/a.ts"), ("./src/a%20b.ts", "src/a b.ts"), ("file:///r/src/a.ts", "/r/src/a.ts"),
        ("../out.ts", None), ("https://x.test/a.ts", None), ("", None),
    ],
)  # fmt: skip
def test_places(uri: str, path: str | None) -> None:
    (scanner,) = read_sarif(log(result("x", path=uri)), "x")
    assert scanner.results[0].path == path


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"{}", b'{"version": "2.0.0", "runs": []}', b'{"version": "2.1.0"}', b"\xff\xfe",
        b'{"version": "2.1.0", "runs": [{}]}', b'{"version": "2.1.0", "runs": {"a": 1}}',
        b'{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"message": 1}]}]}',
        b'{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x", "rules": [1]}}}]}',
        b"[" * 100_000,
    ],
)  # fmt: skip
def test_bad_sarif_is_one_clear_message(data: bytes, tmp_path: Path) -> None:
    repo = sample("specification", tmp_path / "repo")
    file = tmp_path / "x.sarif"
    file.write_bytes(data)
    done = CliRunner().invoke(cli, ["add-results", str(repo), str(file)])
    assert done.exit_code == 2, done.output
    assert done.output.count("Error:") == 1
    assert "Counterseal itself failed" not in done.output
    assert str(file) in done.output.replace("\n", "")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["tool", "driver", "name", "rules", "id", "results", "message", "text", "locations",
                         "ruleIndex", "physicalLocation", "region", "startLine", "properties", "tags"]),
        inner, max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip


@given(JSON)
def test_any_json_is_read_or_refused(run: object) -> None:
    data = json.dumps({"version": "2.1.0", "runs": [run]}).encode()
    try:
        read_sarif(data, "x")
    except CountersealError as error:
        assert error.message.startswith("x is not ")  # noqa: PT017 - most inputs are read


def test_results_stay_with_the_review_and_the_record_names_them(tmp_path: Path) -> None:
    repo = sample("specification", tmp_path / "repo")
    path = next(iter(load_project(repo).sources.modules))
    file = tmp_path / "x.sarif"
    run = CliRunner()
    file.write_bytes(log(result("js.sql", path=path), result("odd", path=path), rules=(SQL,)))
    done = run.invoke(cli, ["add-results", str(repo), str(file)])
    assert done.exit_code == 0, done.output
    assert "Semgrep OSS 1.2.3: 2 results." in done.output
    assert "injection-impossible: 1" in done.output
    assert f"Semgrep OSS odd at {path}:3: no item asks about it" in done.output
    told = json.loads(run.invoke(cli, ["scan", str(repo), "--format", "json"]).stdout)
    assert [each["id"] for each in told["findings"] if each["source"] == "sarif"] == [
        f"semgrep/js.sql:file:{path}"
    ]
    assert "Semgrep OSS: It is js.sql." in run.invoke(cli, ["scan", str(repo)]).output
    file.write_bytes(log(tool="Semgrep OSS"))  # the next run of the same tool takes its place
    assert "0 results" in run.invoke(cli, ["add-results", str(repo), str(file)]).output
    assert "Semgrep OSS: It is" not in run.invoke(cli, ["scan", str(repo)]).output
    assert run.invoke(cli, ["add-results", str(repo), "--forget", "semgrep oss"]).exit_code == 0
    refused = run.invoke(cli, ["add-results", str(repo), "--forget", "semgrep oss"])
    assert refused.exit_code == 2

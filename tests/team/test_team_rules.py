"""A team's own items and rules are asked and looked for like all others, or refused by file."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders import project, snapshot
from click.testing import CliRunner, Result
from demo import demo_ports, demo_project
from driving import console, shown, until
from gitrepos import commit, repository

from checklists.checks.check import Rule
from checklists.checks.engine import report
from checklists.checks.examples import examples
from checklists.checks.team_rules import RUNS_LATER, rules_of
from checklists.errors import CountersealError
from checklists.model import Confidence, Finding, Report, Severity, Status, Verdict
from checklists.review.looking import checks_of, informed_by, look
from checklists.review.suggesting import suggest
from checklists.team import read_team
from tui.cli import cli

ITEMS = ".counterseal/checklists/ours.toml"
RULE = ".counterseal/rules/logged.yml"
LINT = ".counterseal/rules/no_comment.sql"
SECTION = """\
title = "Our own"

[[item]]
id = "nothing-logged"
title = "Nothing is logged"
question = "Does no code log what callers send?"
why = "Logs are read by many."
severity = "medium"
"""
YAML = """\
id: logged
language: TypeScript
severity: error
message: The request is logged
note: Log its id.
rule:
  pattern: console.log($$$ARGS)
metadata:
  items: [nothing-logged]
  confidence: low
"""
SQL = """\
-- items: nothing-logged
-- rule: comments
with t as (select relname from pg_class)
select 'no_comment' as name, 'No comment' as title, 'WARN' as level, 'EXTERNAL' as facing,
  array['SCHEMA'] as categories, 'd' as description, relname as detail, 'r' as remediation,
  '{}'::jsonb as metadata, relname as cache_key
from t
union all
select 'x', 'x', 'x', 'x', array['x'], 'x', 'x', 'x', '{}'::jsonb, 'x'
"""
TS = "export function a(body: unknown) {\n  console.log(\n    body,\n  )\n}\nconsole.log(1)\n"
FILES = {
    ITEMS: SECTION,
    RULE: YAML,
    LINT: SQL,
    "lib/a.ts": TS,
    "lib/b.tsx": "export const b = <b>console.log(1)</b>\n",
}


def test_a_teams_rule_flags_what_it_matches_and_informs_the_teams_item() -> None:
    seen = project(FILES)
    reports = {each.check: each for each in look(seen)}
    said = reports["logged"]
    assert (said.status, said.examined) == (Status.FLAGGED, (("source files", 2),))
    assert [(f.id, f.location.line, f.location.end_line) for f in said.findings] == [
        ("logged:file:lib/a.ts", 2, 4), ("logged:file:lib/a.ts#2", 6, 6),
    ]  # fmt: skip
    first: Finding = said.findings[0]
    assert (first.severity, first.confidence, first.rule) == (Severity.HIGH, Confidence.LOW, "logged")
    assert (first.message, first.remedy) == ("The request is logged", "Log its id.")
    item = seen.item("nothing-logged")
    assert item is not None
    assert seen.sections[-1].items == (item,)
    assert suggest(item, reports.values()).verdict is Verdict.FAIL
    assert informed_by(seen)["nothing-logged"] == {"logged", "no_comment"}


def test_a_sql_lint_is_read_and_waits_for_the_proof() -> None:
    seen = project({ITEMS: SECTION, LINT: SQL})
    (rule,) = rules_of(seen.team)
    said: Report = report(rule, seen)
    assert (rule.id, rule.check.rule, rule.check.items) == ("no_comment", "comments", ("nothing-logged",))
    assert said.status is Status.UNDETERMINED
    assert [gap.because for gap in said.gaps] == [RUNS_LATER]
    assert "```sql" in rule.page


def test_without_a_team_nothing_is_added() -> None:
    assert len(checks_of(project({}))) == len(checks_of(project({ITEMS: SECTION})))


@pytest.mark.parametrize(
    ("path", "text", "complaint"),
    [
        (RULE, YAML.replace("rule:\n", "rul:\n"), "rul is not a key of such a rule"),
        (RULE, YAML.replace("pattern", "pattrn"), "unknown field `pattrn`"),
        (RULE, YAML.replace("pattern: console.log($$$ARGS)", "kind: nonsense"), "Kind `nonsense` is invalid"),
        (RULE, YAML.replace("error", "grave"), "severity is 'grave'"),
        (RULE, YAML.replace("TypeScript", "Rust"), "language is 'Rust'"),
        (RULE, YAML.replace("  items: [nothing-logged]\n", ""), "metadata.items must list"),
        (RULE, YAML.replace("low", "certain"), "metadata.confidence is 'certain'"),
        (RULE, YAML.replace("message: The request is logged\n", ""), "message must be a text"),
        (RULE, "a: &a [1]\nb: *a\n", "it uses an alias"),
        (RULE, "[" * 9000, "is not YAML"),
        (RULE, "!!python/object/apply:os.system ['true']\n", "is not YAML"),
        (RULE, "- 1\n", "is not one mapping"),
        (LINT, SQL.partition("\n")[2], "does not say which items"),
        (LINT, SQL.replace("as title", "as titel"), "it returns titel where title belongs"),
        (LINT, SQL.replace("'WARN' as level, ", ""), "it returns 9 columns"),
        (LINT, f"{SQL}; select 1", "it holds 2 statements"),
        (LINT, "-- items: nothing-logged\ndelete from t", "it is not a SELECT"),
        (LINT, SQL.replace("(select relname from pg_class", "(delete from t returning a"), "in a WITH"),
        (LINT, "-- items: nothing-logged\nselect * into t from x", "writes or locks"),
        (LINT, "-- items: nothing-logged\n\nselect (", "line 3 does not parse"),
        (ITEMS, SECTION.replace("nothing-logged", "rls-enabled"), "ours.toml:4: item[0].id: there is"),
        (ITEMS, SECTION.replace("nothing-logged", "Nothing"), "is not of small letters"),
        (ITEMS, SECTION.replace("severity", "severe"), "ours.toml:8: item[0].severe: unknown key"),
        (ITEMS, f"{SECTION}automatic = false\n", "item[0].human: say there"),
    ],
)  # fmt: skip
def test_what_a_team_got_wrong_is_told_by_file(path: str, text: str, complaint: str) -> None:
    with pytest.raises(CountersealError) as refused:
        rules_of(read_team(snapshot({**FILES, path: text})))
    assert refused.value.message.startswith(path)
    assert complaint in refused.value.message


def test_names_that_are_taken_and_items_that_are_not_there_are_refused() -> None:
    for text, complaint in (
        (YAML.replace("id: logged", "id: rls_disabled"), "there is a check rls_disabled already"),
        (YAML.replace("[nothing-logged]", "[nothing-kept]"), "there is no item nothing-kept"),
    ):
        with pytest.raises(CountersealError, match=complaint):
            rules_of(read_team(snapshot({ITEMS: SECTION, RULE: text})))
    with pytest.raises(CountersealError, match="has a section security"):
        read_team(snapshot({".counterseal/checklists/security.toml": SECTION}))


def test_rules_are_read_from_the_revision_alone(tmp_path: Path) -> None:
    assert read_team(snapshot({"elsewhere/rules/logged.yml": "nonsense: ["})).source_rules == ()


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def test_a_new_rule_of_a_team_is_one_that_works(tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {"supabase/migrations/20240101000000_a.sql": "", "lib/a.ts": TS})
    done = run("new-check", "logged_request", "--repo", repo, "--item", "hard-coded-values")
    assert done.exit_code == 0, done.output
    assert f"Wrote {repo}/.counterseal/rules/logged_request.yml" in done.output
    rule = repo / ".counterseal/rules/logged_request.yml"
    commit(repo)
    assert "logged_request" not in run("scan", repo, "--format", "json").stdout
    rule.write_text(rule.read_text().replace("severity: off", "severity: warning"))
    for command in (("scan", repo, "--worktree"), ("config", "validate", repo)):
        refused = run(*command)
        assert refused.exit_code == 2
        assert "logged_request.yml: message or note still begins with TODO:" in refused.output
    rule.write_text(rule.read_text().replace("TODO: ", ""))
    commit(repo)
    said = json.loads(run("scan", repo, "--format", "json").stdout)
    found = [each["id"] for each in said["findings"] if each["check"] == "logged_request"]
    assert found == ["logged_request:file:lib/a.ts", "logged_request:file:lib/a.ts#2"]
    listed = {
        each["check"]: each for each in json.loads(run("checks", "--repo", repo, "--format", "json").stdout)
    }
    assert listed["logged_request"]["section"] == "team"
    assert "pattern: console.log" in run("explain", "logged_request", "--repo", repo).stdout
    assert run("explain", "logged_request").exit_code == 2
    again = run("new-check", "logged_request", "--repo", repo)
    assert again.exit_code == 2
    assert "is there already" in again.output or "was left as it is" in str(again.exception)


def test_a_new_check_of_our_own_is_a_module_and_a_page(tmp_path: Path) -> None:
    (tmp_path / "checklists/checks/rules").mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "counterseal"\n')
    words = ("new-check", "todo_left", "--repo", tmp_path, "--item", "uuid-keys")
    for rule in ([], ["--rule", "no-such-rule"]):
        assert "counterseal checks --rules" in run(*words, *rule).stderr
    assert run(*words, "--rule", "uuid-primary-key").exit_code == 0
    folder = tmp_path / "checklists/checks/rules/schema"
    made: dict[str, Any] = {}
    exec((folder / "todo_left.py").read_text(), made)
    rule = Rule("todo_left", "schema", made["CHECK"], made["find"], (folder / "todo_left.md").read_text())
    flagged, clear = examples(rule.page)
    assert report(rule, project(dict(flagged.files))).status is Status.FLAGGED
    assert report(rule, project(dict(clear.files))).status is Status.CLEAR


@pytest.mark.parametrize("words", [["Bad-Name"], ["rls_disabled"], ["fine", "--item", "No Item"]])
def test_a_name_that_cannot_be_is_refused(tmp_path: Path, words: list[str]) -> None:
    assert isinstance(run("new-check", *words, "--repo", tmp_path).exception, CountersealError | SystemExit)
    assert not (tmp_path / ".counterseal").exists()


async def test_the_console_asks_a_teams_items_as_well() -> None:
    whole = replace(demo_project(), team=read_team(snapshot({ITEMS: SECTION})))
    async with console(replace(demo_ports(), load=lambda _tell: whole)) as (app, pilot):
        assert app.review.items[-1] == "nothing-logged"
        await pilot.press("G")
        await until(pilot, lambda: "Does no code log what callers send?" in shown(app))
        assert "OUR OWN" in shown(app)

"""Many answers from one file: all of them, or none."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from gitrepos import sample

from tui.cli import cli


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return sample("specification", tmp_path / "repo")


def run(*words: object, given: str = "") -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words], input=given)


def answers(repo: Path) -> dict[str, dict[str, str]]:
    said: dict[str, dict[str, str]] = json.loads(run("answers", repo, "--format", "json").stdout)["answers"]
    return said


def every_answer(repo: Path) -> str:
    """A file that answers every item, each in a way that is taken."""
    said = json.loads(run("scan", repo, "--format", "json").stdout)
    rows = []
    for item in said["items"]:
        verdict = item["suggestion"]
        outcome = "pass" if verdict == "undetermined" else verdict
        rows.append(f'[[answer]]\nitem = "{item["id"]}"\nanswer = "{outcome}"\nnote = "Looked at."\n')
    return "\n".join(rows)


def test_a_whole_review_in_one_call(repo: Path, tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    finding = json.loads(run("scan", repo, "--format", "json").stdout)["findings"][0]["id"]
    more = f"[[finding]]\nid = {json.dumps(finding)}\ntriage = 'false_positive'\nreason = 'A test.'\n"
    file.write_text(f"{every_answer(repo)}\n{more}", "utf-8")
    done = run("answer", repo, "--from", file)
    assert done.exit_code == 0, done.output
    assert "1 finding triaged. 0 of" in done.output
    assert "items are open" not in run("answers", repo).output
    assert all(each["outcome"] for each in answers(repo).values())


WAIVER = '[[answer]]\nitem = "cors-configured"\nanswer = "waived"\nreason = "By cron."\n'


def test_standard_input_is_read(repo: Path) -> None:
    words = f"{WAIVER}expires = 2099-12-31\n"
    done = run("answer", repo, "--from", "-", given=words)
    assert done.exit_code == 0, done.output
    assert answers(repo)["cors-configured"]["expires"] == "2099-12-31"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('item = "no-such"\nanswer = "pass"', "answers.toml:5: no-such: There is no item no-such."),
        ('item = "rate-limits"\nanswer = "waived"\nreason = "x"', "A waiver needs an expiry date"),
        ('item = "rate-limits"\nanswer = "waived"\nexpires = 2099-01-01', "A waiver needs a reason."),
        ('item = "rate-limits"\nanswer = "fail"', "answers.toml:5: rate-limits: "),
        ('item = "rate-limits"\nanswer = "maybe"', "answer[1].answer"),
        ('item = "rate-limits"\nanswer = "pass"\nwhy = "x"', "unknown key"),
        ('item = "cors-configured"\nanswer = "pass"\nnote = "x"', "It stands in the file twice."),
        ('item = "rate-limits"\nanswer = "fail"\nnote = "x"\njustification = "test_only"', "Only a waiver"),
        ("item = ", "is not TOML"),
    ],
)
def test_one_row_that_is_refused_refuses_all(repo: Path, tmp_path: Path, row: str, said: str) -> None:
    file = tmp_path / "answers.toml"
    good = '[[answer]]\nitem = "cors-configured"\nanswer = "pass"\nnote = "By hand."\n'
    file.write_text(f"{good}[[answer]]\n{row}\n", "utf-8")
    done = run("answer", repo, "--from", file)
    assert done.exit_code == 2, done.output
    assert said in done.output
    assert answers(repo) == {}


def test_every_refused_row_is_named(repo: Path) -> None:
    rows = "".join(f'[[answer]]\nitem = "no-{n}"\nanswer = "pass"\n' for n in range(25))
    done = run("answer", repo, "--from", "-", given=rows)
    assert done.exit_code == 2
    assert done.output.count("There is no item") == 20
    assert "and 5 more" in done.output


def test_a_file_and_an_item_exclude_each_other(repo: Path) -> None:
    assert run("answer", repo, "cors-configured", "pass", "--from", "-").exit_code == 2
    assert run("answer", repo, "--from", repo / "none.toml").exit_code == 2
    assert run("answer", repo, "--from", "-", given="").exit_code == 2

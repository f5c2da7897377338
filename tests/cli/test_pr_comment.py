"""What a pull request is told, with a stand-in for `gh` that writes down what it was asked."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from gitrepos import git, write
from markdown_it import MarkdownIt
from team import FILES, MIGRATION, Team, make_team

from checklists.record.gate.decide import gate
from checklists.record.pull_request import LIMIT, MARK, comment, on_lines
from tui.commands.options import Request
from tui.commands.reading import scan_for

GH = """#!/bin/sh
n=$(ls "$ASKED" | wc -l)
printf '%s\\n' "$PWD" "$@" > "$ASKED/$n.args"
case "$*" in
  *edit-last*) cat > "$ASKED/$n.in"; exit "${EDITS:-0}" ;;
  *--paginate*) printf '%s' "$SAID" ;;
  *) cat > "$ASKED/$n.in" ;;
esac
"""


@pytest.fixture
def team(tmp_path: Path) -> Team:
    team = make_team(tmp_path)
    bad = FILES[MIGRATION].replace("using (owner = (select auth.uid()))", "using (true)")
    write(team.ada.clone, {MIGRATION: bad})
    team.ada.push("Open it")
    return team


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "bin" / "gh"
    program.parent.mkdir()
    program.write_text(GH)
    program.chmod(0o755)
    folder = tmp_path / "asked"
    folder.mkdir()
    monkeypatch.setenv("ASKED", str(folder))
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    return folder


def arguments(asked: Path) -> list[list[str]]:
    return [file.read_text().splitlines() for file in sorted(asked.glob("*.args"))]


def test_without_gh_it_is_printed(team: Team) -> None:
    ada = team.ada
    done = ada("pr-comment", ada.clone, "--base", "origin/main")
    assert done.exit_code == 0, done.output
    assert done.output.startswith(f"{MARK}\n# Counterseal: the gate is closed\n\n- ✗ **role code-reviewer**")
    assert f"`{MIGRATION}:" in done.output
    assert "on lines of this change:**" in done.output


def test_the_page_of_a_record_follows_and_a_forged_one_does_not(team: Team) -> None:
    rae, ada = team.rae, team.ada
    rae.fetch()
    rae.answer_all()
    rae.seal("--role", "code-reviewer", "--reason", "As asked")
    rae.push()
    ada.fetch()
    told = ada("pr-comment", ada.clone, "--base", "origin/main").output
    assert "✓ **role** `code-reviewer`" in told or "✓ **role code-reviewer**" in told
    assert "## 8 Testing" in told
    assert "## Verify" in told
    assert len(told.encode()) < LIMIT + 1000
    lies = rae.clone / git(rae.clone, "ls-files", "*.md").splitlines()[0]
    lies.write_text(lies.read_text() + "\n@everyone look <img src=x>\n")
    rae.push("Add a line below")
    ada.fetch()
    assert "@everyone" not in ada("pr-comment", ada.clone, "--base", "origin/main").output


def test_gh_edits_its_last_comment_outside_of_the_repo(team: Team, asked: Path) -> None:
    ada = team.ada
    words = ("pr-comment", ada.clone, "--base", "origin/main", "--pr", "7", "--repo", "o/n")
    done = ada(*words)
    assert done.output == "Commented on o/n#7.\n", done.output
    ((folder, *said),) = arguments(asked)
    assert said == ["pr", "comment", "7", "--repo", "o/n", "--body-file", "-", "--edit-last"]
    assert not Path(folder).is_relative_to(ada.clone)
    assert next(asked.glob("*.in")).read_text().startswith(MARK)


def test_gh_makes_a_comment_where_there_is_none(
    team: Team, asked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITS", "1")
    ada = team.ada
    assert ada("pr-comment", ada.clone, "--base", "origin/main", "--pr", "7", "--repo", "o/n").exit_code == 0
    assert [each[-1] for each in arguments(asked)] == ["--edit-last", "-"]


def test_remarks_stand_on_lines_of_the_diff_and_are_made_once(
    team: Team, asked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = team.ada
    words = ("pr-comment", ada.clone, "--base", "origin/main", "--pr", "7", "--repo", "o/n", "--inline")
    assert ada(*words).exit_code == 0
    review = json.loads(max(asked.glob("*.in")).read_text())
    assert review["event"] == "COMMENT"
    assert {row["path"] for row in review["comments"]} == {MIGRATION, "app/actions.ts"} & {
        row["path"] for row in review["comments"]
    }
    assert review["comments"]
    for row in review["comments"]:
        assert row["side"] == "RIGHT"
        rendered = MarkdownIt("commonmark").enable("linkify").render(row["body"])
        assert "<a " not in rendered
    monkeypatch.setenv("SAID", "\n".join(row["body"] for row in review["comments"]))
    before = len(arguments(asked))
    assert ada(*words).output == "Commented on o/n#7.\n"
    assert len(arguments(asked)) == before + 2


def test_gh_that_fails_is_told(team: Team, asked: Path) -> None:
    (asked.parent / "bin" / "gh").write_text("#!/bin/sh\necho no such pull request >&2\nexit 1\n")
    ada = team.ada
    done = ada("pr-comment", ada.clone, "--base", "origin/main", "--pr", "7", "--repo", "o/n")
    assert done.exit_code == 2
    assert "gh did not comment: no such pull request" in done.output


def test_what_does_not_fit_is_left_out_section_by_section(team: Team) -> None:
    said = gate(team.ada.clone, base="origin/main", now=datetime.now(UTC))
    sections = [f"## {n} Part\n\n" + f"word {n}\n" * (5_000 if n in (2, 6) else 20) for n in range(1, 9)]
    page = "# Review\n\n- a problem\n\n" + "\n".join(sections) + "\n## Verify\n\ncommands\n"
    assert len(page.encode()) > LIMIT
    told = comment(said, page, ".counterseal/reviews/x/y.md", ())
    assert len(told.encode()) < LIMIT
    assert [part.split("\n")[0] for part in told.split("\n## ")[1:]] == [
        *(f"{n} Part" for n in range(1, 9)), "Verify",
    ]  # fmt: skip
    left_out = [n for n in range(1, 9) if f"word {n}\n" not in told]
    assert left_out == [2]
    assert "## 2 Part\n\n5002 lines that do not fit here: see `.counterseal/reviews/x/y.md`\n" in told
    assert "- a problem" in told
    huge = comment(said, "# Review\n" + "word\n" * LIMIT, "there.md", ())
    assert huge.endswith("The page of the record does not fit here: `there.md`\n")


def test_a_finding_off_the_diff_is_not_remarked(team: Team) -> None:
    found = scan_for(Request(team.ada.clone)).findings
    lines = {found[0].location.path: frozenset({found[0].location.line})}
    (first, *rest) = on_lines(found, lines)
    assert first.location == found[0].location
    assert all(each.location.line == first.location.line for each in rest)
    assert len(rest) + 1 < len(found)
    off = {found[0].location.path: frozenset({found[0].location.line + 1000})}
    assert on_lines(found, off) == ()

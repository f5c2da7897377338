"""The commands on real repos, in this process: what they print, write and end with."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result
from gitrepos import commit, git, init, repository, sample, write
from jsonschema import Draft202012Validator
from sealing import EMAIL, make_key, signers_file

import checklists
from checklists.catalogue import SECTIONS, items
from checklists.checks.discovery import discover
from checklists.demo import materialise
from checklists.record.toml import from_bytes
from tui.cli import COMMANDS, cli

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    def invoke(*words: object, **extra: str) -> Result:
        return CliRunner().invoke(cli, [str(word) for word in words], **extra)  # type: ignore[arg-type]

    return invoke


@pytest.fixture(scope="module")
def _demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return materialise(tmp_path_factory.mktemp("demo") / "repo")


@pytest.fixture
def demo(_demo: Path, tmp_path: Path) -> Path:
    """The sample repo, with nothing answered yet, and a reviewer known to git."""
    git(tmp_path, "clone", "--quiet", str(_demo), "repo")
    git(tmp_path, "config", "--global", "user.name", "Rae Viewer")
    git(tmp_path, "config", "--global", "user.email", EMAIL)
    return tmp_path / "repo"


def suggested(run: Run, repo: Path) -> dict[str, str]:
    said = json.loads(run("scan", repo, "--format", "json").stdout)
    return {item["id"]: item["suggestion"] for item in said["items"]}


def answer_all(run: Run, repo: Path) -> None:
    """The whole review through `review --plain`: every suggestion confirmed, or answered by hand."""
    number = {"pass": "1", "fail": "2", "not_applicable": "4"}
    lines = [number.get(said, "1\nLooked at by hand.") for said in suggested(run, repo).values()]
    done = run("review", repo, "--plain", input="\n".join(lines) + "\n")
    assert done.exit_code == 0, done.output
    assert f"0 of {len(lines)} items open" in done.output


def test_scan_as_json_keeps_its_contract(run: Run, demo: Path) -> None:
    done = run("scan", demo, "--format", "json")
    assert (done.exit_code, done.stderr) == (1, "")
    said = json.loads(done.stdout)
    schema = json.loads(resources.files("checklists.review").joinpath("scan.schema.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(said)
    assert said["subject"]["commit"] == git(demo, "rev-parse", "HEAD")
    assert "\x1b" not in done.stdout


def test_scan_as_text_shows_the_fold_then_the_items_worst_first(run: Run, demo: Path) -> None:
    done = run("scan", demo)
    assert done.exit_code == 1
    said = suggested(run, demo)
    first, rest, items_by_verdict = re.split(r"^BELOW THE FOLD|^FAIL$", done.stdout, flags=re.MULTILINE)
    shown = re.findall(r"^(blocker|high|medium|low|info) +(\w+)", first, re.MULTILINE)
    groups = json.loads(run("scan", demo, "--format", "json").stdout)["groups"]
    assert shown == [(each["severity"], each["check"]) for each in groups if each["above_fold"]]
    below = [each for each in groups if not each["above_fold"]]
    assert below
    assert all(f"{each['check']} {each['count']}" in " ".join(rest.split()) for each in below)
    headings = [line for line in items_by_verdict.splitlines() if line.isupper() and line[0] != " "]
    order = ["UNDETERMINED", "PASS", "NOT APPLICABLE"]
    assert headings == [name for name in order if name.lower().replace(" ", "_") in said.values()]
    failing = done.stdout.split("\nFAIL\n")[1].split("\n\n")[0]
    ranks = ["blocker", "high", "medium", "low"]
    found = [ranks.index(match) for match in re.findall(r"^✗ .*, (\w+)$", failing, re.MULTILINE)]
    assert len(found) == list(said.values()).count("fail")
    assert found == sorted(found)
    assert re.search(rf"^{len(said)} items: \d+ fail.*; \d+ findings\.$", done.stdout, re.MULTILINE)


def test_scan_of_a_sound_repo_ends_with_0(run: Run, tmp_path: Path) -> None:
    repo = repository(tmp_path / "repo", {"supabase/migrations/20240101000000_a.sql": "create schema app;\n"})
    done = run("scan", repo)
    assert done.exit_code == 0
    assert "NOT APPLICABLE" in done.stdout


def test_scan_shows_a_few_findings_or_all(run: Run, tmp_path: Path) -> None:
    tables = "".join(f"create table public.t{n} (id uuid primary key, price float8);\n" for n in range(9))
    repo = repository(tmp_path / "repo", {"supabase/migrations/20240101000000_a.sql": tables})
    few, every = run("scan", repo).stdout, run("scan", repo, "--all").stdout
    assert "float_money \N{MULTIPLICATION SIGN} 9" in few
    assert "t5.price, 3 more" in " ".join(few.split())
    assert " ".join(every.split()).count("says money") == 9
    assert "--all" not in every


def test_a_backlog_is_set_aside_and_what_is_new_fails(run: Run, tmp_path: Path) -> None:
    migration = "supabase/migrations/2024010100000{}_a.sql"
    price = "create table public.t{} (id uuid primary key, price float8);\n"
    repo = repository(tmp_path / "repo", {migration.format(1): price.format(1)})
    assert run("init", repo).exit_code == 2
    done = run("init", repo, "--baseline")
    assert done.exit_code == 0, done.output
    assert "It counts once it is committed" in done.stdout
    assert run("scan", repo).exit_code == 1
    commit(repo)
    after = run("scan", repo)
    assert after.exit_code == 0
    assert "FIRST TO LOOK AT" not in after.stdout
    assert "in the baseline" in after.stdout
    again = run("init", repo, "--baseline")
    assert again.exit_code == 2
    assert "--replace" in again.stderr
    write(repo, {migration.format(2): price.format(2)})
    commit(repo)
    said = json.loads(run("scan", repo, "--format", "json").stdout)
    schema = json.loads(resources.files("checklists.review").joinpath("scan.schema.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(said)
    asides = {each["object"]: each.get("ruling", {}).get("aside") for each in said["findings"]}
    assert asides["column:public.t1.price"] == "baselined"
    assert asides["column:public.t2.price"] is None
    assert said["team"]["baselined"] == said["team"]["baseline"]
    assert re.search(r" [1-9]\d* added, 0 gone", run("init", repo, "--baseline", "--replace").stdout)


def test_a_wrong_configuration_is_one_message(run: Run, tmp_path: Path) -> None:
    repo = repository(
        tmp_path / "repo",
        {
            "supabase/migrations/20240101000000_a.sql": "select 1;\n",
            ".counterseal/config.toml": 'schema = "counterseal.config/1"\n[[suppress]]\ncheck = "x"\n',
        },
    )
    done = run("scan", repo)
    assert done.exit_code == 2
    assert done.stderr.startswith("Error: .counterseal/config.toml:2: suppress[0].object: missing key")


def test_escape_sequences_of_the_repo_are_shown_not_sent(run: Run, tmp_path: Path) -> None:
    sql = 'create table public."x\x1b[2Jy\u202e" (id uuid primary key, price float8);\n'
    repo = repository(tmp_path / "repo", {"supabase/migrations/20240101000000_a.sql": sql})
    for command in ("scan", "answers", "review"):
        done = run(command, repo)
        assert not set(done.output) & {"\x1b", "\u202e"}
    assert "␛" in run("scan", repo).stdout


def test_answers_go_into_one_draft(run: Run, demo: Path) -> None:
    said = suggested(run, demo)
    failing = [item for item, verdict in said.items() if verdict == "fail"]
    done = run("answer", demo, failing[0], "fail")
    assert done.exit_code == 0, done.output
    assert done.stdout == f"{failing[0]}: fail (as suggested). {len(said) - 1} of {len(said)} open.\n"
    run("answer", demo, failing[1], "pass", "--note", "Handled at the gateway")
    waived = ("--reason", "Until the move", "--expires", "2999-01-01", "--justification", "not_reachable")
    run("answer", demo, failing[2], "waived", *waived)
    listed = run("answers", demo)
    assert listed.exit_code == 0
    assert re.search(
        rf"^✓ {failing[1]} +pass \(suggested: fail\)\n +note: Handled at", listed.stdout, re.MULTILINE
    )
    assert re.search(
        rf"^⚑ {failing[2]} +waived until 2999-01-01 \(not reachable\)", listed.stdout, re.MULTILINE
    )
    assert f"3 of {len(said)} items answered, {len(said) - 3} open." in listed.stdout
    data = json.loads(run("answers", demo, "--format", "json").stdout)
    assert data["answers"][failing[2]]["expires"] == "2999-01-01"
    assert len(data["open"]) == len(said) - 3
    assert (demo / ".git" / "counterseal" / "draft.json").is_file()


def test_answer_works_from_within_the_repo(run: Run, demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(demo / "supabase")
    done = run("answer", "rls-enabled", "fail")
    assert done.exit_code == 0, done.output
    assert "rls-enabled" in json.loads((demo / ".git/counterseal/draft.json").read_text())["answers"]


@pytest.mark.parametrize(
    ("words", "complaint", "hint"),
    [
        (["rls-enabled", "pass"], "needs a note that says why", "Add --note"),
        (["rls-enabled", "waived"], "A waiver needs a reason", "--expires YYYY-MM-DD"),
        (
            ["rls-enabled", "waived", "--reason", "x", "--expires", "2020-01-01"],
            "date in the future",
            "--expires",
        ),
        (["rls-enable", "pass"], "There is no item rls-enable.", "Did you mean rls-enabled?"),
        (["zzz", "pass"], "There is no item zzz.", "`counterseal answers` lists the items"),
        (
            ["rls-enabled", "fail", "--justification", "test_only"],
            "Only a waiver has a justification, and this answer is fail.",
            "Leave --justification out",
        ),
        (["rls-enabled", "maybe"], "'maybe' is not an answer.", "Use one of pass, fail, waived, not_app"),
        (["rls-enabled"], "An answer is given as [PATH] ITEM ANSWER.", "then one of pass, fail"),
        (["rls-enabled", "waived", "--expires", "soon"], "'soon' is not a date", "--expires YYYY-MM-DD"),
        (["rls-enabled", "waived", "--expires", "2099-02-30"], "'2099-02-30' is not a date", "YYYY-MM-DD"),
        (["rls-enabled", "pass", "--nope"], "No such option '--nope'", "answer --help` shows the right use"),
    ],
)
def test_answers_that_are_refused(run: Run, demo: Path, words: list[str], complaint: str, hint: str) -> None:
    path = [demo] if len(words) > 1 else []
    done = run("answer", *path, *words)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert complaint in " ".join(done.stderr.split())
    assert hint in done.stderr
    assert re.fullmatch(r"Error: [^\n]*\nHint: [^\n]*\n", done.stderr)
    assert not (demo / ".git/counterseal/draft.json").exists()


def test_a_new_commit_reopens_what_changed_and_says_so(run: Run, demo: Path) -> None:
    run("answer", demo, "rls-enabled", "fail")
    run("answer", demo, "n-plus-one", "fail")
    added = "create table public.more (id uuid primary key, created_at timestamptz not null default now());\n"
    write(demo, {"supabase/migrations/20990101000000_more.sql": added})
    commit(demo)
    done = run("answers", demo)
    assert "Reopened, because what is suggested changed since" in done.stderr
    assert "before: fail; since then 1 finding new" in done.stdout
    assert re.search(r"^✗ n-plus-one +fail \(as suggested\)", done.stdout, re.MULTILINE)


def test_review_without_a_terminal_prints_and_ends(run: Run, demo: Path) -> None:
    run("answer", demo, "rls-enabled", "fail")
    done = run("review", demo)
    assert done.exit_code == 0
    assert "FAIL" in done.stdout
    assert "ANSWERS" in done.stdout
    assert f"Open it in one: counterseal review {demo}" in done.stdout
    assert "\x1b" not in done.output


def test_reading_answers_writes_nothing(run: Run, demo: Path) -> None:
    for command in ("answers", "context", "scan", "review"):
        assert run(command, demo).exit_code in (0, 1)
        assert not (demo / ".git/counterseal").exists(), command
    run("answer", demo, "rls-enabled", "fail")
    (demo / ".git/counterseal/draft.lock").unlink()
    run("answers", demo)
    assert not (demo / ".git/counterseal/draft.lock").exists()


def test_an_answer_that_git_cannot_keep_is_told_and_found_again(
    run: Run, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("answer", demo, "rls-enabled", "fail")
    with monkeypatch.context() as closed:
        closed.setattr("checklists.review.folder.os.access", lambda *_: False)
        done = run("answer", demo, "n-plus-one", "fail")
        assert done.exit_code == 0
        assert re.search(
            r"^The draft is kept in .*, because .* cannot be written\.$", done.stderr, re.MULTILINE
        )
        assert "kept in" not in done.stdout
    found = run("answers", demo, "--format", "json")
    assert json.loads(found.stdout)["answers"].keys() == {"rls-enabled", "n-plus-one"}
    assert "This goes on with the newer draft of " in found.stderr


def test_files_that_could_not_be_read_are_named_although_items_fail(run: Run, tmp_path: Path) -> None:
    repo = repository(
        tmp_path / "repo",
        {
            "supabase/migrations/20240101000000_a.sql": "create table public.t (id uuid primary key);\n",
            "supabase/migrations/20240102000000_b.sql": b"select 'caf\xe9';\n",
        },
    )
    lines = run("scan", repo).stdout.splitlines()
    assert lines[1] == (
        "1 file could not be read: supabase/migrations/20240102000000_b.sql is not UTF-8 (byte 12)."
    )
    assert "FAIL" in lines


def test_demo_without_a_terminal(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    done = run("demo")
    assert done.exit_code == 0
    (folder,) = tmp_path.glob("counterseal-demo-*")
    back = f"Come back to its review: counterseal review {folder}"
    assert (
        done.stderr.splitlines() == [f"The sample repo is {folder}; remove it when you are done.", back] * 2
    )
    assert git(folder, "status", "--porcelain") == ""
    assert "counterseal review" in done.stdout


def test_plain_review_by_numbers(run: Run, demo: Path) -> None:
    lines = ["3", "", "1", "", "2", "5", "ask Kim", "x", "6", "7", "q"]
    done = run("review", demo, "--plain", input="\n".join(lines) + "\n")
    assert done.exit_code == 0
    assert "A waiver needs a reason." in done.output
    assert "'x' is not one of the numbers." in done.output
    assert "Everything is saved." in done.output
    assert "\x1b" not in done.output
    data = json.loads((demo / ".git/counterseal/draft.json").read_text())
    assert (data["answers"].keys(), data["notes"]) == ({"rls-enabled"}, {})
    ended = run("review", demo, "--plain", input="")
    assert ended.exit_code == 0
    assert f"{len(items()) - 1} of {len(items())} items open" in ended.output


def test_from_review_to_record_to_verify(run: Run, demo: Path, tmp_path: Path) -> None:
    answer_all(run, demo)
    key = make_key(tmp_path / "keys")
    signers = signers_file(tmp_path / "keys", key)
    sealed = run(
        "seal",
        demo,
        "--key",
        key,
        "--verdict",
        "reject",
        "--reason",
        "No",
        "--yes",
        "--role",
        "security-auditor",
    )
    assert sealed.exit_code == 0, sealed.output
    assert f"I, Rae Viewer <{EMAIL}>, as security-auditor, reviewed commit" in sealed.stdout
    assert (
        f'Your line for a signers file: {EMAIL} namespaces="counterseal-review" ssh-ed25519' in sealed.stdout
    )
    (record,) = (demo / ".counterseal/reviews").glob("*/*.toml")
    assert from_bytes(record.read_bytes()).verdict == "reject"
    done = run("verify", record, "--signers", signers)
    assert done.exit_code == 0, done.output
    assert "✓ holds        signature" in done.stdout
    assert done.stdout.splitlines()[-1].startswith(
        "Verified, but for revocation, which could not be checked. A signature proves that a key signed"
    )
    git(tmp_path, "config", "--global", "gpg.ssh.allowedSignersFile", str(signers))
    assert run("verify", record).exit_code == 0
    out = run("export", demo, "--out", tmp_path / "out")
    assert out.exit_code == 0, out.output
    exported = tmp_path / "out" / record.name
    assert run("verify", exported).exit_code == 2
    assert run("verify", exported, "--repo", demo).exit_code == 0
    assert run("export", record, "--out", tmp_path / "out").exit_code == 0


def test_a_record_is_mirrored_to_a_note_and_verified_from_it(run: Run, demo: Path, tmp_path: Path) -> None:
    answer_all(run, demo)
    key = make_key(tmp_path / "keys")
    signers = signers_file(tmp_path / "keys", key)
    out = tmp_path / "out"
    asked = (
        "seal",
        demo,
        "--key",
        key,
        "--verdict",
        "reject",
        "--reason",
        "No",
        "--out",
        out,
        "--yes",
        "--git-notes",
    )
    sealed = run(*asked)
    assert sealed.exit_code == 0, sealed.output
    assert (
        "which is on this machine alone.\nPush it:   git push origin refs/notes/counterseal" in sealed.stdout
    )
    (record,) = out.glob("*.toml")
    again = run("export", record, "--git-notes", "--repo", demo)
    assert (again.exit_code, "Mirrored " in again.stdout) == (0, True), again.output
    shutil.rmtree(out)
    verify = ("verify", "--git-notes", "HEAD", "--repo", demo)
    done = run(*verify, "--signers", signers)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(f"{record.stem}\n")
    assert "holds        note" in done.stdout
    said = json.loads(run(*verify, "--signers", signers, "--format", "json").stdout)
    assert [each["record"] for each in said["records"]] == [record.stem]
    assert run(*verify).exit_code == 2  # nobody said whose key counts
    note = git(demo, "notes", "--ref=counterseal", "show", "HEAD")
    git(demo, "notes", "--ref=counterseal", "add", "-f", "-m", note.replace("reject", "approve", 1), "HEAD")
    assert run(*verify, "--signers", signers).exit_code == 1


@pytest.mark.parametrize("words", [("verify",), ("verify", "a.toml", "--git-notes", "HEAD"), ("export", ".")])
def test_what_to_verify_or_export_is_named_once(run: Run, words: tuple[str, ...]) -> None:
    done = run(*words)
    assert done.exit_code == 2
    assert "Name a" in done.stderr


def test_verify_names_what_fails(run: Run, demo: Path, tmp_path: Path) -> None:
    answer_all(run, demo)
    key = make_key(tmp_path / "keys")
    signers = signers_file(tmp_path / "keys", key)
    assert run("seal", demo, "--key", key, "--verdict", "comment", "--yes").exit_code == 0
    (record,) = (demo / ".counterseal/reviews").glob("*/*.toml")
    lost = run("verify", record, "--signers", tmp_path / "nope")
    assert lost.exit_code == 2
    assert re.fullmatch(
        r"Error: There is no signers file \S+/nope\.\nHint: .*--signers FILE.*\n", lost.stderr
    )
    unknown = run("verify", record)
    assert unknown.exit_code == 2
    assert f'{EMAIL} namespaces="counterseal-review" ssh-ed25519 ' in unknown.stdout
    assert "Hint: put the signer's line into a file" in unknown.stderr
    migration = min((demo / "supabase/migrations").glob("*.sql"))
    migration.write_bytes(migration.read_bytes().replace(b"create", b"creats", 1))
    done = run("verify", record, "--signers", signers)
    name = f"migration {migration.relative_to(demo)}"
    assert done.exit_code == 1
    assert done.stdout.splitlines()[-1] == f"Not verified: {name}."
    data = json.loads(run("verify", record, "--signers", signers, "--format", "json").stdout)
    assert data["status"] == 1
    assert [fact["name"] for fact in data["facts"] if fact["standing"] == "fails"] == [name]


def test_seal_refuses_while_items_are_open_and_lists_them(run: Run, demo: Path) -> None:
    run("answer", demo, "rls-enabled", "fail")
    done = run("seal", demo, "--verdict", "approve", "--yes")
    assert done.exit_code == 2
    assert done.stdout == ""
    assert f"{len(items()) - 1} of {len(items())} items are open" in done.stderr
    assert all(item.id in done.stderr for item in items() if item.id != "rls-enabled")
    assert "  rls-enabled " not in done.stderr
    assert "Security checklist (security): 10 of 11 open" in done.stderr


def test_plain_review_of_one_section(run: Run, demo: Path) -> None:
    done = run("review", demo, "--plain", "--section", "delivery", input="7\n" * 20)
    first = next(item for item in items() if item.section == "delivery")
    assert first.title in done.output
    assert "RLS enabled" not in done.output


TEAM_SECTION = """
title = "Ours"

[[item]]
id = "on-call-told"
title = "Whoever is on call knows"
question = "Was the change told to whoever is on call?"
why = "They are woken by it."
severity = "low"
automatic = false
human = "Who was told."
"""


def test_a_teams_section_is_reviewed_alone_and_in_junit(run: Run, demo: Path) -> None:
    for plain in ((), ("--plain",)):
        unknown = run("review", demo, *plain, "--section", "ours")
        assert (unknown.exit_code, unknown.stdout.count("Item ")) == (2, 0)
        assert "There is no section ours." in unknown.stderr
        assert "The sections are: security, anti_patterns, " in unknown.stderr
    write(demo, {".counterseal/checklists/ours.toml": TEAM_SECTION})
    commit(demo, "our own questions")
    done = run("review", demo, "--plain", "--section", "ours", input="7\n" * 20)
    assert "Whoever is on call knows" in done.output
    assert "RLS enabled" not in done.output
    assert "delivery, ours." in run("review", demo, "--section", "nothing").stderr
    report = ET.fromstring(run("scan", demo, "--format", "junit").stdout)
    (suite,) = [each for each in report.findall("testsuite") if each.get("name") == "Ours"]
    (case,) = suite.findall("testcase")
    assert case.get("name") == "on-call-told: Whoever is on call knows"
    assert (suite.get("tests"), suite.get("skipped")) == ("1", "1")
    assert case.find("skipped") is not None


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--yes"], "The record needs a verdict."),
        (["--verdict", "reject", "--yes"], "A rejection needs a reason"),
        (["--verdict", "reject", "--yes", "--reason", " "], 'counterseal seal --verdict reject --reason "'),
        (["--verdict", "reject", "--reason", "No"], "Nobody is there to confirm"),
        (["--verdict", "approve", "--yes", "--key", "missing"], "There is no key file missing."),
        (["--verdict", "maybe", "--yes"], "'maybe' is not one of"),
    ],
)
def test_seal_asks_for_what_is_missing(
    run: Run, demo: Path, tmp_path: Path, words: list[str], complaint: str
) -> None:
    answer_all(run, demo)
    git(demo, "config", "--global", "gpg.format", "ssh")
    git(demo, "config", "--global", "user.signingkey", str(make_key(tmp_path / "keys")))
    done = run("seal", demo, *words)
    assert done.exit_code == 2
    assert complaint in done.stderr
    assert not (demo / ".counterseal").exists()


def test_approving_what_fails_needs_a_reason(run: Run, demo: Path, tmp_path: Path) -> None:
    answer_all(run, demo)
    words = ("seal", demo, "--key", make_key(tmp_path / "keys"), "--verdict", "approve", "--yes")
    refused = run(*words)
    assert refused.exit_code == 2
    assert refused.stdout == ""
    assert "fail (" in refused.stderr
    assert '--reason "' in refused.stderr
    assert not (demo / ".counterseal").exists()
    done = run(*words, "--reason", "Shown to nobody before the\nmove")
    assert done.exit_code == 0, done.output
    (record,) = (demo / ".counterseal/reviews").glob("*/*.toml")
    assert from_bytes(record.read_bytes()).reason == "Shown to nobody before the move"
    page = record.with_suffix(".md").read_text("utf-8")
    assert ": Shown to nobody before the move\n" in page
    assert len(page.encode()) < 100_000


def test_the_reason_is_asked_for_on_a_terminal(
    run: Run, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_all(run, demo)
    words = ("seal", demo, "--key", make_key(tmp_path / "keys"), "--verdict", "approve")
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _stream: True, raising=False)
    done = run(*words, input="It is a demo\ny\n")
    assert done.exit_code == 0, done.output
    assert done.stdout.index("failed, because: ") < done.stdout.index("fail: It is a demo\n")
    (record,) = (demo / ".counterseal/reviews").glob("*/*.toml")
    assert from_bytes(record.read_bytes()).reason == "It is a demo"


def test_nothing_says_signed_before_it_is(run: Run, demo: Path, tmp_path: Path) -> None:
    answer_all(run, demo)
    key = tmp_path / "locked"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "a secret", "-C", "", "-f", str(key)]
    subprocess.run(command, check=True)
    words = ("seal", demo, "--verdict", "reject", "--reason", "No", "--yes", "--key")
    refused = run(*words, key)
    assert refused.exit_code == 2
    assert f"To be signed with {key}" in refused.stdout
    assert "Signed with" not in refused.output
    assert not (demo / ".counterseal").exists()
    plain = make_key(tmp_path / "keys")
    done = run(*words, plain)
    assert done.exit_code == 0, done.output
    assert done.stdout.index(f"Signed with {plain}") < done.stdout.index("Wrote ")
    assert "already" not in done.stdout
    again = run(*words, plain)
    assert re.search(r"You sealed this commit already: \S+/reviewer\S*-1\.toml\.", again.stdout)


@pytest.mark.parametrize("broken", ["key", "program"])
def test_what_cannot_sign_is_told_before_the_sentence(
    run: Run, demo: Path, tmp_path: Path, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_all(run, demo)
    key = make_key(tmp_path / "keys")
    if broken == "key":
        key.write_text("not a key\n")
    else:
        monkeypatch.setattr("shutil.which", lambda _name: None)
    done = run("seal", demo, "--key", key, "--verdict", "reject", "--reason", "No", "--yes")
    assert (done.exit_code, done.stdout) == (2, "")
    assert ("does not hold an SSH key" if broken == "key" else "ssh-keygen is not installed") in done.stderr


def test_seal_without_key_or_name_says_how_to_get_them(run: Run, demo: Path) -> None:
    answer_all(run, demo)
    done = run("seal", demo, "--verdict", "approve", "--yes")
    assert (done.exit_code, "git has no user.signingkey" in done.stderr) == (2, True)
    assert "ssh-keygen -t ed25519" in done.stderr
    git(demo, "config", "--global", "--unset", "user.email")
    done = run("seal", demo, "--verdict", "approve", "--yes")
    assert "git has no user.email" in done.stderr


def test_a_work_tree_can_be_reviewed_and_not_sealed(run: Run, demo: Path, tmp_path: Path) -> None:
    answer_all(run, demo)
    key = make_key(tmp_path / "k")
    done = run("seal", demo, "--worktree", "--key", key, "--verdict", "approve", "--yes")
    assert done.exit_code == 2
    assert "No such option '--worktree'" in done.stderr
    assert "--worktree" not in run("seal", "--help").stdout
    assert run("scan", demo, "--worktree", "--rev", "HEAD").exit_code == 2


def test_the_backend_of_a_monorepo_is_remembered_for_the_review(run: Run, tmp_path: Path) -> None:
    repo = sample("monorepo", tmp_path / "repo")
    asked = run("answers", repo)
    assert asked.exit_code == 2
    folder = re.search(r"--supabase-dir (\S+)", asked.stderr)
    assert folder is not None
    assert run("answers", repo, "--supabase-dir", folder[1]).exit_code == 0
    assert run("answers", repo).exit_code == 0
    assert run("scan", repo).exit_code == 2


def test_the_context_is_kept_and_sealed(run: Run, demo: Path, tmp_path: Path) -> None:
    assert run("context", demo).stdout.count("not stated") == 8
    said = run(
        "context", demo, "--scale", "4,000 tenders a year", "--access-patterns", "by status | by @owner"
    )
    assert "scale: 4,000 tenders a year" in said.stdout
    assert run("context", demo, "--scale", "").stdout.count("not stated") == 7
    answer_all(run, demo)
    run("seal", demo, "--key", make_key(tmp_path / "k"), "--verdict", "comment", "--yes")
    (record,) = (demo / ".counterseal/reviews").glob("*/*.toml")
    assert from_bytes(record.read_bytes()).context.access_patterns == "by status | by @owner"
    page = record.with_suffix(".md").read_text("utf-8")
    assert "- Access patterns: by status `|` by `@owner`" in page
    assert (demo / ".counterseal/reviews/.gitattributes").read_text() == "* -text\n"


def test_checks_lists_all_by_section_and_every_rule(run: Run) -> None:
    rows = json.loads(run("checks", "--format", "json").stdout)
    assert {row["check"] for row in rows} == {rule.id for rule in discover()}
    assert [row["section"] for row in rows] == sorted((row["section"] for row in rows), key=SECTIONS.index)
    (disabled,) = [row for row in rows if row["check"] == "rls_disabled"]
    assert disabled["peers"] == ["splinter:0013_rls_disabled_in_public"]
    text = run("checks").stdout
    assert "rls_disabled  blocker\n    items rls-enabled" in text
    assert f"{len(rows)} checks." in text
    served = json.loads(run("checks", "--rules", "--format", "json").stdout)
    assert len(served) == 110
    assert "checks table_unmigrated; items schema-drift" in run("checks", "--rules").stdout


def test_explain_a_check_a_finding_and_an_item(run: Run) -> None:
    rule = discover()[0]
    assert run("explain", rule.id).stdout.strip() == rule.page.strip()
    assert run("explain", f"{rule.id}:table:public.t").stdout.strip() == rule.page.strip()
    item = run("explain", "rls-enabled").stdout
    assert "Data API serves" in item
    assert "Checks that inform it:" in item
    unknown = run("explain", rule.id[:-1])
    assert unknown.exit_code == 2
    assert rule.id in unknown.stderr


def test_explain_without_a_name_lists_every_name(run: Run) -> None:
    done = run("explain")
    assert done.exit_code == 0
    rows = [line.split(maxsplit=1) for line in done.stdout.splitlines() if line.startswith("  ")]
    assert [name for name, _ in rows] == [item.id for item in items()] + [rule.id for rule in discover()]
    assert all(title.strip() for _, title in rows)
    assert max(map(len, done.stdout.splitlines())) <= 110


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(run: Run, command: str) -> None:
    done = run(command, "--help")
    assert done.exit_code == 0
    assert done.stdout.startswith("Usage: ")


def test_version_and_unknown_commands(run: Run) -> None:
    assert run("--version").stdout == f"counterseal {checklists.__version__}\n"
    assert run("nonsense").exit_code == 2
    assert run().exit_code in (0, 2)


@pytest.mark.parametrize("command", ["scan", "review", "answers", "seal", "export"])
def test_bad_places_give_one_message_and_a_hint(run: Run, command: str, tmp_path: Path) -> None:
    empty = init(tmp_path / "empty")
    no_migrations = repository(tmp_path / "bare", {"README.md": "x"})
    extra = ["--out", tmp_path / "o"] if command == "export" else []
    places = [tmp_path / "missing", tmp_path, empty, no_migrations]
    for place in places:
        done = run(command, place, *extra)
        assert done.exit_code == 2, (place, done.output)
        assert "Error: " in done.stderr
        assert "Hint: " in done.stderr
        assert "Traceback" not in done.output
    unknown = run(command, no_migrations, "--rev", "nowhere", *extra)
    assert unknown.exit_code == 2
    assert "nowhere" in unknown.stderr


def test_a_fault_of_ours_never_looks_like_a_finding(
    run: Run, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_words: object) -> None:
        raise ZeroDivisionError("lost")

    monkeypatch.setattr("tui.commands.reading.scan", fail)
    result = run("scan", demo)
    assert result.exit_code == 2
    assert "Counterseal itself failed: ZeroDivisionError: lost" in result.stderr
    assert "COUNTERSEAL_DEBUG=1" in result.stderr


def test_verify_of_what_is_no_record(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text("a = 1\n")
    for path, complaint in (
        (tmp_path / "missing.toml", "cannot be read"),
        (tmp_path / "x.toml", "is not signed"),
    ):
        done = run("verify", path)
        assert done.exit_code == 2
        assert complaint in done.stderr

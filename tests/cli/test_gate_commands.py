"""The commands around the gate, as a user meets them."""

import json
import re
import textwrap
from datetime import date, timedelta
from pathlib import Path

import pytest
from gitrepos import commit, git, repository, write
from sealing import run_bash
from team import ANSWERS, RAE, SAM, Person, Team, make_person, make_team, public

TODAY = date.today()  # noqa: DTZ011 - as the commands read it
FLAWED = {
    "supabase/migrations/20240101000000_a.sql": "create table public.t (id uuid primary key, price float8);\n"
}
FINDING = "float_money:column:public.t.price"


@pytest.fixture
def person(tmp_path: Path) -> Person:
    """Rae, with a repo that has something wrong in it."""
    start = repository(tmp_path / "start", FLAWED)
    git(tmp_path, "clone", "-q", "--bare", str(start), "origin.git")
    return make_person(tmp_path, RAE, tmp_path / "origin.git")


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return make_team(tmp_path)


def test_init_shows_each_file_and_writes_none_unasked(person: Person) -> None:
    done = person("init", person.clone)
    assert done.exit_code == 2
    assert "Read it, then add --yes." in done.output
    assert not (person.clone / ".counterseal").exists()
    done = person("init", person.clone, "--yes")
    assert done.exit_code == 0, done.output
    shown = done.output
    for name in (
        ".counterseal/policy.toml", ".counterseal/allowed_signers", ".counterseal/revoked_keys",
        ".gitattributes", ".pre-commit-config.yaml", ".github/workflows/counterseal.yml",
    ):  # fmt: skip
        assert (person.clone / name).exists(), name
        for line in (person.clone / name).read_text().splitlines():
            assert f"  {line}".rstrip() in shown.splitlines()
    assert f"{RAE} namespaces=" in (person.clone / ".counterseal/allowed_signers").read_text()
    assert person("config", "validate", person.clone).exit_code == 0
    again = person("init", person.clone, "--yes")
    assert again.output.count("Left as it is") == 6
    assert again.output.endswith("Nothing was written.\n")


def test_the_workflow_rests_on_nothing_that_can_be_hijacked(person: Person) -> None:
    done = person("init", person.clone, "--yes")
    assert "Fill in COUNTERSEAL at the top of .github/workflows/counterseal.yml: until then" in done.output
    text = (person.clone / ".github/workflows/counterseal.yml").read_text()
    used = re.findall(r"uses: (\S+)", text)
    assert used
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", each) for each in used)
    placeholder = re.search(r"^  COUNTERSEAL: (.+)$", text, re.MULTILINE)
    assert placeholder is not None
    step = text.partition("- name: Install Counterseal\n        run: |\n")[2].partition("      - name:")[0]
    script = textwrap.dedent(step).replace("pip install", "echo pip install")
    commit = "0123456789abcdef" * 3
    for given, fails in (
        (placeholder[1], True),
        ("counterseal==1.0", True),
        ("", True),
        ("git+https://host.test/o/counterseal@main", True),
        (f"git+https://host.test/o/counterseal@{commit[:12]}", True),
        (f"git+https://host.test/o/counterseal@{commit[:40]} --index-url=x", True),
        (f"git+https://host.test/o/counterseal@{commit[:40]}", False),
        (f"git+ssh://git@host.test/o/counterseal@{commit[:40]}", False),
    ):
        ran = run_bash(script, person.clone, COUNTERSEAL=given)
        assert (ran.returncode != 0) is fails, given
        assert ("::error::The gate stays closed" in ran.stdout) is fails
        assert ("pip install" in ran.stdout) is not fails


def test_init_writes_a_policy_whose_tables_stand_apart(person: Person) -> None:
    person("init", person.clone, "--yes")
    text = (person.clone / ".counterseal/policy.toml").read_text()
    assert "\n\n[waivers]" in text
    assert "\n\n\n" not in text


def test_init_does_not_write_through_a_link(person: Person, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (person.clone / ".counterseal").symlink_to(elsewhere)
    done = person("init", person.clone, "--yes")
    assert done.exit_code == 2
    assert "is a symbolic link" in done.output
    assert not list(elsewhere.iterdir())


def test_config_validate_names_file_key_and_line(team: Team) -> None:
    ada = team.ada
    policy = ada.clone / ".counterseal/policy.toml"
    before = policy.read_text()
    policy.write_text(before.replace("signers = 2", "signers = 0"))
    done = ada("config", "validate", ada.clone)
    assert done.exit_code == 2
    line = before.splitlines().index("signers = 2") + 1
    assert f".counterseal/policy.toml:{line}: review.signers: at least one person must sign." in done.output
    assert ada("config", "validate", policy).exit_code == 2
    policy.write_text(before)
    (ada.clone / ".counterseal/revoked_keys").unlink()
    (ada.clone / ".counterseal/allowed_signers").write_text(f"* {public(ada)}\n")
    done = ada("config", "validate", ada.clone)
    assert "Line 1 of the signers file does not count: its principal is a pattern" in done.output
    assert "There is no .counterseal/revoked_keys" in done.output


def test_config_validate_reads_each_file_without_a_policy(person: Person) -> None:
    repo, start = person.clone, 'schema = "counterseal.config/1"\n'
    done = person("config", "validate", repo)
    assert done.exit_code == 0
    assert "Nothing is configured" in done.output
    write(
        repo,
        {
            ".counterseal/config.toml": f'{start}[[suppress]]\nchek = "x"\n',
            ".counterseal/rules/a.yml": "id: [",
        },
    )
    done = person("config", "validate", repo)
    assert done.exit_code == 2
    assert ".counterseal/config.toml:3: suppress[0].chek: unknown key." in done.output
    assert ".counterseal/rules/a.yml: it is not YAML" in done.output
    assert "Read: .counterseal/config.toml, .counterseal/rules/a.yml." in done.output
    assert person("config", "validate", repo / ".counterseal/config.toml").exit_code == 2
    (repo / ".counterseal/rules/a.yml").unlink()
    (repo / ".counterseal/config.toml").write_text(start)
    done = person("config", "validate", repo)
    assert done.exit_code == 0
    assert done.output == "Read: .counterseal/config.toml.\nEverything that is configured can be read.\n"


def test_trust(team: Team) -> None:
    ada = team.ada
    listed = ada("trust", "list", ada.clone)
    assert listed.exit_code == 0
    assert ada("trust", "list", "--repo", ada.clone).output == listed.output
    assert ada("trust", "list", ada.clone, "--repo", ada.clone).exit_code == 2
    assert listed.output.count("SHA256:") == 2
    assert ada("trust", "add", "*@example.org", "--key", public(ada), ada.clone).exit_code == 2
    private = ada("trust", "add", ada.email, "--key", ada.key, "--repo", ada.clone)
    assert private.exit_code == 2
    assert "is a private key" in private.output
    twice = ada("trust", "add", RAE, "--key", public(team.rae), "--repo", ada.clone)
    assert "already" in twice.output
    assert ada("trust", "revoke", RAE, "--repo", ada.clone).exit_code == 0
    assert "its key is revoked" in ada("trust", "list", "--repo", ada.clone).output
    (ada.clone / ".counterseal/allowed_signers").write_text(f"{RAE} {public(team.rae)}\n")
    listed = ada("trust", "list", "--repo", ada.clone)
    assert listed.exit_code == 1
    assert "line 1: it lacks namespaces" in listed.output


def test_a_base_without_a_policy(person: Person) -> None:
    done = person("gate", person.clone)
    assert done.exit_code == 2
    assert "holds no .counterseal/policy.toml, so nothing says what the gate asks for." in done.output
    assert "counterseal init" in done.output


def test_suggest_names_who_has_the_least_to_do(team: Team) -> None:
    rae, ada = team.rae, team.ada
    done = ada("suggest", ada.clone, "--base", "origin/main")
    assert done.exit_code == 1
    lines = done.output.splitlines()
    assert lines[0].startswith(f"1. {RAE} or {SAM} reviews all ")
    assert lines[0].endswith("seals as code-reviewer")
    assert "22 required items, answers the 57 others that a record holds as well" in lines[0]
    refused = rae("seal", rae.clone, "--verdict", "approve", "--yes").output
    assert "A record answers all 79 items; 22 of them are what the policy requires." in refused
    assert "counterseal answer --from FILE" in refused
    added = ada("trust", "add", "new@example.org", rae.key.with_suffix(".pub"), "--repo", ada.clone)
    assert "new@example.org namespaces=" in added.output
    assert ada("trust", "add", "new@example.org").exit_code == 2
    assert lines[1].startswith(f"2. {SAM} reviews all ")
    rae.answer_all()
    rae.seal("--role", "code-reviewer")
    rae.push()
    ada.fetch()
    write(ada.clone, {"supabase/migrations/20240102000000_x.sql": "select 1;\n"})
    ada.push()
    said = json.loads(ada("suggest", ada.clone, "--base", "origin/main", "--format", "json").output)
    first, second = said["steps"]
    assert first["who"] == [RAE]
    assert first["what"].endswith(" items again, and seals as code-reviewer")
    assert "rls-enabled" in first["items"]
    assert second["who"] == [SAM]


def test_triage_waivers_and_status(person: Person) -> None:
    repo, soon = person.clone, (TODAY + timedelta(days=9)).isoformat()
    unknown = person("triage", repo, "float_money:column:public.t.prize", "true_positive")
    assert unknown.exit_code == 2
    assert f"Did you mean {FINDING}?" in unknown.output
    assert person("triage", repo, FINDING, "false_positive").exit_code == 2
    done = person("triage", repo, FINDING, "accepted_risk", "--reason", "A demo", "--expires", soon)
    assert done.exit_code == 0, done.output
    waived = person(
        "answer", repo, "float-money", "waived", "--reason", "A demo", "--expires", soon,
        "--justification", "test_only", "--approved-by", SAM,
    )  # fmt: skip
    assert waived.exit_code == 0, waived.output
    assert person("review", repo, "--plain", given=ANSWERS).exit_code == 0
    record = person.seal("--reason", "Only a demo")
    text = record.read_text()
    assert 'triage = "accepted_risk"' in text
    assert 'justification = "test_only"' in text
    assert f'approved_by = "{SAM}"' in text
    assert f'finding = "{FINDING}"' in text
    said = person("status", repo)
    assert said.exit_code == 0, said.output
    assert " items answered, 0 open." in said.output
    assert f"Waiver of float-money until {soon} (ends in 9 days): A demo" in said.output
    assert f"Waiver of {FINDING} until {soon} (ends in 9 days): A demo" in said.output
    assert "Gate: " in said.output
    verified = person("verify", record, "--signers", person.clone / "none")
    assert verified.exit_code == 2


def test_status_says_where_it_looks_for_records(person: Person) -> None:
    said = person("status", person.clone).output
    assert "Last record: none of yours in .counterseal/reviews/." in said
    assert "(--out)" in said


def test_status_lists_what_a_waiver_no_longer_waives(person: Person) -> None:
    repo, later = person.clone, (TODAY + timedelta(days=90)).isoformat()
    done = person("answer", repo, "cors-configured", "waived", "--reason", "Later", "--expires", later)
    assert done.exit_code == 0, done.output
    assert person("review", repo, "--plain", given=ANSWERS).exit_code == 0
    person.seal("--reason", "Only a demo")
    said = person("status", repo).output
    assert f"Waiver of cors-configured until {later} (unused: nothing is flagged that it would waive)" in said


def test_breaking_the_glass(team: Team) -> None:
    ada, rae = team.ada, team.rae
    refused = rae("break-glass", rae.clone, "--reason", "Outage", "--yes")
    assert refused.exit_code == 2
    assert f"The policy does not let {RAE} break the glass." in refused.output

    ada.git("checkout", "-q", "main")
    policy = ada.clone / ".counterseal/policy.toml"
    policy.write_text(policy.read_text().replace("members = []\nhours", f'members = ["{RAE}"]\nhours'))
    ada.push("Let Rae break the glass", "main")
    rae.git("fetch", "-q", "origin")
    done = rae(
        "break-glass", rae.clone, "--reason", "Outage\n\x1b[31m", "--hours", "2", "--key", rae.key, "--yes"
    )
    assert done.exit_code == 0, done.output
    assert "\x1b[31m" not in done.output
    rae.push("Break the glass")
    closed = rae("gate", rae.clone, "--base", "origin/main")
    assert closed.exit_code == 1, "a key for reviews does not break the glass"

    signers = ada.clone / ".counterseal/allowed_signers"
    signers.write_text("\n".join(x for x in signers.read_text().splitlines() if RAE not in x) + "\n")
    ada("trust", "add", RAE, "--key", public(rae), "--break-glass", "--repo", ada.clone)
    ada.push("Let Rae's key do so", "main")
    rae.git("fetch", "-q", "origin")
    opened = rae("gate", rae.clone, "--base", "origin/main")
    assert opened.exit_code == 0, opened.output
    assert opened.output.splitlines()[0].startswith(f"BREAK-GLASS: opened by {RAE} until ")
    assert "✗ role code-reviewer" in opened.output
    hub = rae("gate", rae.clone, "--base", "origin/main", "--format", "github").output
    assert hub.splitlines()[0].startswith("::warning title=Break-glass::Opened by")
    said = json.loads(rae("gate", rae.clone, "--base", "origin/main", "--format", "json").output)
    assert (said["gate"], said["break_glass"]["by"]) == ("open", RAE)

    write(rae.clone, {"app/more.ts": "export const x = 1\n"})
    commit(rae.clone)
    assert rae("gate", rae.clone, "--base", "origin/main").exit_code == 1, "it opened for another scope"


def test_the_gate_reads_records_from_elsewhere(team: Team, tmp_path: Path) -> None:
    rae, ada = team.rae, team.ada
    rae.answer_all()
    rae.seal("--role", "code-reviewer", "--out", str(tmp_path / "out"))
    assert "role code-reviewer" in ada("gate", ada.clone, "--base", "origin/main").output.split("✓")[0]
    done = ada("gate", ada.clone, "--base", "origin/main", "--records", tmp_path / "out")
    assert "✓ role code-reviewer" in done.output
    missing = ada("gate", ada.clone, "--base", "origin/main", "--records", tmp_path / "nowhere")
    assert missing.exit_code == 2


def test_a_role_that_the_policy_does_not_have(team: Team) -> None:
    team.rae.answer_all()
    done = team.rae(
        "seal", team.rae.clone, "--key", team.rae.key, "--verdict", "approve", "--role", "boss", "--yes"
    )
    assert done.exit_code == 2
    assert "The policy has no role 'boss'." in done.output
    assert "code-reviewer, security-auditor" in done.output


def test_changes_since_the_last_record(team: Team) -> None:
    rae = team.rae
    assert "You have sealed nothing" in rae("changes", rae.clone).output
    rae.answer_all()
    rae.seal("--role", "code-reviewer")
    done = rae("changes", rae.clone)
    assert (done.exit_code, done.output.endswith("answers still hold.\n")) == (0, True), done.output
    write(rae.clone, {"supabase/migrations/20240102000000_x.sql": "drop table public.notes; -- \x1b[31m\n"})
    commit(rae.clone)
    done = rae("changes", rae.clone)
    assert done.exit_code == 1
    assert (
        "Stale, because 1 file that it rests on changed: supabase/migrations/20240102000000_x.sql:"
        in done.output
    )
    assert "\n+drop table public.notes; -- ␛[31m\n" in done.output
    said = json.loads(rae("changes", rae.clone, "--format", "json").output)["since"]
    assert said["causes"][0]["paths"] == ["supabase/migrations/20240102000000_x.sql"]


def test_a_record_that_somebody_else_signed_is_not_taken_over(team: Team, tmp_path: Path) -> None:
    rae = team.rae
    rae.answer_all()
    record = rae.seal("--role", "code-reviewer", "--key", str(team.sam.key))
    fresh = tmp_path / "fresh"
    git(tmp_path, "clone", "-q", str(team.origin), "fresh")
    git(fresh, "checkout", "-q", "work")
    for name in (record.name, f"{record.name}.sig"):
        write(
            fresh, {f".counterseal/reviews/{record.parent.name}/{name}": (record.parent / name).read_bytes()}
        )
    said = rae("answers", fresh).output
    assert "Nothing is taken over from" in said
    assert "its key is not known to be that of rae@example.org" in said
    assert said.splitlines()[-1].startswith("0 of ")


def test_suggest_never_calls_a_closed_gate_open(team: Team) -> None:
    """Everybody has signed; a waiver is longer than the policy allows, so an item is not answered."""
    ada, rae, sam = team.ada, team.rae, team.sam
    later = (TODAY + timedelta(days=400)).isoformat()
    for person, role in ((rae, "code-reviewer"), (sam, "security-auditor")):
        person.fetch()
        person.answer_all()
        done = person("answer", person.clone, "rate-limits", "waived", "--reason", "No", "--expires", later)
        assert done.exit_code == 0, done.output
        person.seal("--role", role)
        person.push()
    ada.git("fetch", "-q", "origin")
    ada.git("checkout", "-q", "main")
    roles = "".join(
        f'[[role]]\nname = "{name}"\nrequired = ["rls"]\n' for name in ("code-reviewer", "security-auditor")
    )
    policy = ada.clone / ".counterseal/policy.toml"
    text = f'schema = "counterseal.policy/1"\n[review]\nsigners = 2\n{roles}[waivers]\n'
    for days, left in ((30, ["waivers", "items"]), (500, [])):
        policy.write_text(f"{text}blocker = {days}\nhigh = {days}\nmedium = {days}\nlow = {days}\n")
        ada.push(f"Waivers of {days} days", "main")
        said = json.loads(
            ada("gate", ada.clone, "--rev", "origin/work", "--base", "main", "--format", "json").output
        )
        shut = [each for each in said["requirements"] if not each["holds"]]
        assert sorted(each["name"] for each in shut) == sorted(left)
        done = ada("suggest", ada.clone, "--rev", "origin/work", "--base", "main", "--format", "json")
        found = json.loads(done.output)
        assert (found["schema"], done.exit_code) == ("counterseal.steps/1", int(bool(left)))
        assert [step["what"] for step in found["steps"]] == [
            f"{each['about']}. {each['hint']}" for each in sorted(shut, key=lambda e: e["name"] != "items")
        ]

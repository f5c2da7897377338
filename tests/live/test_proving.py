"""From a repo to a proof, and on the command line."""

import json
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner
from gitrepos import repository
from jsonschema import Draft202012Validator

from checklists.checks.engine import run
from checklists.checks.loading import load_project
from checklists.live.errors import SandboxError
from checklists.live.model import Mode
from checklists.live.proving import exposes, prove
from tui.cli import cli

TABLE = """create table public.notes (
  id uuid primary key default gen_random_uuid(), owner uuid not null default auth.uid()
);
alter table public.notes enable row level security;
create policy "Own" on public.notes using (owner = (select auth.uid()));
"""
MIGRATIONS = "supabase/migrations/"


def repo(at: Path, files: Mapping[str, str]) -> Path:
    return repository(at / "a repo", {"supabase/config.toml": "", **files})


def test_a_proof_reads_the_catalogs_and_leaves_seeds_out_of_them(tmp_path: Path) -> None:
    root = repo(
        tmp_path,
        {
            f"{MIGRATIONS}1_a.sql": TABLE,
            f"{MIGRATIONS}2_b.sql": "do $$ begin execute 'alter table public.notes add ' || 'b int'; end $$;",
            "supabase/seed.sql": "create table public.from_seed (id int);",
            "supabase/roles.sql": "create role reporting;",
        },
    )
    project = load_project(root)
    proof = prove(project.snapshot, project.layout, project.schema)
    assert [(file.path, file.mode) for file in proof.files] == [
        ("supabase/roles.sql", Mode.WHOLE),
        (f"{MIGRATIONS}1_a.sql", Mode.WHOLE),
        (f"{MIGRATIONS}2_b.sql", Mode.WHOLE),
        ("supabase/seed.sql", Mode.WHOLE),
    ]
    assert proof.files[1].after == proof.files[2].before != proof.files[2].after
    assert proof.schema is not None
    assert [column.name for column in proof.schema.tables["public.notes"].columns] == ["id", "owner", "b"]
    assert "public.from_seed" not in proof.schema.tables
    live = project.proven(proof)
    sources = {finding.source for report in run(live) for finding in report.findings}
    assert "live" in sources


def test_new_tables_are_hidden_where_the_project_says_so(tmp_path: Path) -> None:
    hidden = repo(
        tmp_path,
        {"supabase/config.toml": "[api]\nauto_expose_new_tables = false\n", f"{MIGRATIONS}1_a.sql": TABLE},
    )
    project = load_project(hidden)
    assert not exposes(project.snapshot, project.layout)
    proof = prove(project.snapshot, project.layout, project.schema)
    assert proof.schema is not None
    assert not proof.auto_expose
    assert "anon" not in {grant.role for grant in proof.schema.tables["public.notes"].grants}
    assert proof.ungranted is None


def test_where_the_project_does_not_say_both_kinds_are_rehearsed(tmp_path: Path) -> None:
    granted = "create table public.open (id int primary key); grant select on public.open to anon;"
    project = load_project(repo(tmp_path, {f"{MIGRATIONS}1_a.sql": f"{TABLE} {granted}"}))
    proof = prove(project.snapshot, project.layout, project.schema)
    assert proof.ungranted is not None
    lost = {(each.object, each.role): each.privileges for each in proof.ungranted}
    assert "SELECT" in lost["table:public.notes", "anon"]
    assert "SELECT" not in lost["table:public.open", "anon"]
    assert "INSERT" in lost["table:public.open", "authenticated"]


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    return repo(tmp_path, {f"{MIGRATIONS}1_a.sql": TABLE, f"{MIGRATIONS}2_b.sql": "select 1;\nselect 1/0;"})


def test_prove_tells_what_does_not_apply_and_ends_with_1(broken: Path) -> None:
    done = CliRunner().invoke(cli, ["prove", str(broken)], standalone_mode=False)
    assert done.return_value == 1
    assert "1 of 2 SQL files went in." in done.output
    assert "line 2: division by zero (22012)" in done.output


def test_the_json_of_a_proof_keeps_its_contract(broken: Path) -> None:
    done = CliRunner().invoke(cli, ["prove", str(broken), "--format", "json"], standalone_mode=False)
    schema = json.loads(resources.files("checklists.live").joinpath("proof.schema.json").read_text("utf-8"))
    said = json.loads(done.stdout)
    Draft202012Validator(schema).validate(said)
    assert [file["mode"] for file in said["files"]] == ["whole", "by_statement"]


def test_a_scan_knows_the_proof_that_was_made_of_the_revision(broken: Path) -> None:
    def proof(*options: str) -> str:
        words = ["scan", str(broken), "--format", "json", *options]
        said = json.loads(CliRunner().invoke(cli, words, standalone_mode=False).stdout)
        return str(said["subject"]["proof"])

    assert proof() == "static"
    CliRunner().invoke(cli, ["prove", str(broken)], standalone_mode=False)
    assert proof() == "live"
    assert proof("--static") == "static"
    told = CliRunner().invoke(cli, ["scan", str(broken)], standalone_mode=False).stdout
    assert "it was made of this revision before, and --static leaves it aside" in " ".join(told.split())


def test_a_live_scan_says_which_findings_are_live(broken: Path) -> None:
    done = CliRunner().invoke(cli, ["scan", str(broken), "--live", "--format", "json"], standalone_mode=False)
    said = json.loads(done.stdout)
    assert "live" in {finding["source"] for finding in said["findings"]}


def test_a_finding_in_a_refused_statement_stays_and_says_so(tmp_path: Path) -> None:
    more = 'create policy "All" on public.notes for delete using (nowhere.at_all() or true);'
    project = load_project(repo(tmp_path, {f"{MIGRATIONS}1_a.sql": TABLE, f"{MIGRATIONS}2_b.sql": more}))
    proven = project.proven(prove(project.snapshot, project.layout, project.schema))
    found = {f.id: f for each in run(proven) for f in each.findings}
    (finding,) = [f for f in found.values() if f.check == "policy_always_true"]
    assert 'In the proof Postgres refused this statement: schema "nowhere" does not exist.' in finding.message


def test_a_repo_without_migrations_proves_nothing(tmp_path: Path) -> None:
    seen = load_project(repo(tmp_path, {"app/page.tsx": ""}))
    with pytest.raises(SandboxError, match="no migrations, so there is nothing to run"):
        prove(seen.snapshot, seen.layout, seen.schema)

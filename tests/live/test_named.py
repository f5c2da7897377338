"""A database that the user names: read only, or probed in a transaction that is undone."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result
from gitrepos import repository

from checklists.checks.loading import load_project
from checklists.checks.project import Project
from checklists.live.errors import SandboxError
from checklists.live.named import Named, named_ground
from checklists.live.proving import inspect
from checklists.live.sandbox.boot import Server
from tui.cli import cli

TABLE = "create table public.named (id uuid primary key default gen_random_uuid(), owner uuid not null);"


@pytest.fixture
def url(server: Server) -> Iterator[str]:
    with contextlib.closing(server.connect()) as connection:
        connection.execute(
            f"{TABLE} create table public.by_hand (id int); create table public.were as table auth.users"
        )
        yield f"host={server.socket} dbname=postgres user=postgres"
        connection.execute("drop table public.named, public.by_hand, public.were")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path / "repo", {"supabase/migrations/1_a.sql": TABLE})


@pytest.fixture
def project(root: Path) -> Project:
    return load_project(root)


def rows(server: Server) -> int:
    """How many rows were left: other tests on this server have signed people up before."""
    with contextlib.closing(server.connect()) as connection:
        row = connection.execute(
            "select (select count(*) from named) + (select count(*) from auth.users u"
            " where not exists (select from were w where w.id = u.id))"
        )
        return int(row.fetchone()[0])  # type: ignore[index]


def test_its_catalogs_are_read_and_nothing_is_tried(project: Project, url: str, server: Server) -> None:
    proof = inspect(Named(url), project.snapshot, project.layout, project.schema)
    assert proof.schema is not None
    assert {"public.named", "public.by_hand"} <= set(proof.schema.tables)
    assert not proof.claims
    assert proof.unread == ("probe: a database that is named is only read, unless --probe is asked for",)
    assert rows(server) == 0


def test_it_cannot_be_written_to(project: Project, url: str) -> None:
    ground = named_ground(Named(url), project.snapshot, project.layout, project.schema)
    with ground as opened, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        opened.connect().execute("insert into public.named (owner) values (gen_random_uuid())")


def test_a_probe_leaves_no_row(project: Project, url: str, server: Server) -> None:
    proof = inspect(Named(url, probe=True), project.snapshot, project.layout, project.schema)
    assert [claim for claim in proof.refuted if claim.table == "public.named"]
    assert rows(server) == 0


def test_elsewhere_is_not_probed_unless_told(
    project: Project, url: str, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    monkeypatch.setattr("checklists.live.named.is_local", lambda _connection: False)
    with pytest.raises(SandboxError, match="is not this machine") as refusal:
        inspect(Named(url, probe=True), project.snapshot, project.layout, project.schema)
    assert "--yes-this-is-not-production" in refusal.value.hint
    assert rows(server) == 0
    told = Named(url, probe=True, not_production=True)
    assert inspect(told, project.snapshot, project.layout, project.schema).claims


def test_what_cannot_be_reached_is_told(project: Project) -> None:
    with pytest.raises(SandboxError, match="cannot be reached"):
        inspect(Named("host=/nowhere"), project.snapshot, project.layout, project.schema)


def prove(root: Path, *options: str, answer: str = "") -> Result:
    return CliRunner().invoke(cli, ["prove", str(root), *options], input=answer, standalone_mode=False)


def scan(root: Path, *options: str, answer: str = "") -> Result:
    return CliRunner().invoke(cli, ["scan", str(root), *options], input=answer, standalone_mode=False)


def test_the_probe_is_asked_for_twice(root: Path, url: str, server: Server) -> None:
    assert prove(root, "--database-url", url, "--probe", answer="n\n").exit_code == 1
    assert prove(root, "--database-url", url).return_value == 0
    assert prove(root, "--database-url", url, "--probe", "--yes").return_value == 1
    assert rows(server) == 0


def test_a_live_scan_reads_a_named_database_by_the_same_rules(root: Path, url: str, server: Server) -> None:
    said = scan(root, "--live", "--database-url", url, "--format", "json").output
    assert {"public.named", "public.by_hand"} <= {
        table["name"] for table in json.loads(said)["inventory"]["tables"]
    }
    assert scan(root, "--live", "--database-url", url, "--probe", answer="n\n").exit_code == 1
    assert rows(server) == 0
    assert "goes with --live" in str(scan(root, "--database-url", url).exception)


def test_a_probe_needs_a_database(root: Path) -> None:
    assert "go with --database-url" in str(prove(root, "--probe").exception)

"""Full severity for what a change brings, nothing of what was applied before."""

from dataclasses import replace
from pathlib import Path

import pytest
from builders import check, committed, migrations
from gitrepos import commit, git, write

from checklists.checks.loading import load_project
from checklists.model import Severity
from checklists.team import Facts

FOLDER = "supabase/migrations"
TABLE = {f"{FOLDER}/1_t.sql": "create table public.t (id uuid primary key, a int, b int);"}
OLD = {f"{FOLDER}/2_old.sql": "alter table public.t drop column a;"}
NEW = {f"{FOLDER}/3_new.sql": "alter table public.t drop column b;"}


def _severities(root: Path) -> list[tuple[str, Severity]]:
    found = check("data_dropped", load_project(root)).findings
    return [(finding.object, finding.severity) for finding in found]


def test_on_the_default_branch_what_came_in_last_counts(tmp_path: Path) -> None:
    committed(tmp_path / "repo", TABLE, TABLE | OLD, TABLE | OLD | NEW)
    assert _severities(tmp_path / "repo") == [("column:public.t.b", Severity.MEDIUM)]


def test_on_a_branch_what_it_adds_counts(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    committed(root, TABLE)
    git(root, "checkout", "-q", "-b", "feature")
    for files in (OLD, NEW):
        write(root, files)
        commit(root)
    assert [name for name, _ in _severities(root)] == ["column:public.t.a", "column:public.t.b"]
    git(root, "branch", "-f", "main", "HEAD~1")
    assert [name for name, _ in _severities(root)] == ["column:public.t.b"]


def test_what_only_this_change_made_may_be_dropped(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    committed(root, {f"{FOLDER}/0_first.sql": "select 1;"})
    git(root, "checkout", "-q", "-b", "feature")
    write(root, TABLE | OLD)
    commit(root)
    assert _severities(root) == []


def test_an_uncommitted_migration_is_new(tmp_path: Path) -> None:
    root = tmp_path / "repo"
    committed(root, TABLE, TABLE | OLD)
    write(root, NEW)
    seen = check("data_dropped", load_project(root, worktree=True))
    assert [finding.object for finding in seen.findings] == ["column:public.t.b"]


@pytest.mark.parametrize("name", ["data_dropped", "callers_broken", "index_blocks_writes", "table_rewritten"])
def test_old_ones_are_left_alone(name: str) -> None:
    many = "\n".join(
        f"alter table public.t drop column c{n}; alter table public.t add d{n} int not null default random();"
        f"alter table public.t add e{n} int not null; create index on public.t (id);"
        for n in range(20)
    )
    table = f"create table public.t (id uuid primary key, {', '.join(f'c{n} int' for n in range(20))});"
    assert check(name, migrations(table, many)).findings
    said = check(name, migrations(table, many, "select 1;"))
    assert (said.findings, said.gaps) == ((), ())


@pytest.mark.parametrize(
    ("index", "found"),
    [("(b)", 0), ("(b) where b is not null", 0), ("(a)", 1), ("(a, b)", 1), ("(lower(b))", 1)],
)
def test_an_index_on_columns_that_came_with_it_holds_nobody_up(index: str, found: int) -> None:
    table = "create table public.t (id uuid primary key, a int);"
    change = f"alter table public.t add column b text; create index on public.t {index};"
    assert len(check("index_blocks_writes", migrations(table, change)).findings) == found


@pytest.mark.parametrize(("rows", "found"), [(100, 0), (1_000_000, 1)])
def test_a_table_that_is_declared_small_may_be_locked(rows: int, found: int) -> None:
    seen = migrations("create table public.t (id uuid primary key, a int);", "create index on public.t (a);")
    declared = replace(seen, facts=Facts(rows={"public.t": rows}))
    assert len(check("index_blocks_writes", declared).findings) == found


def test_rls_that_came_with_its_table_leaves_nothing_open(tmp_path: Path) -> None:
    secured = {f"{FOLDER}/2_rls.sql": "alter table public.t enable row level security;"}

    def severities(name: str, *steps: dict[str, str]) -> list[Severity]:
        committed(tmp_path / name, *steps)
        found = check("rls_enabled_later", load_project(tmp_path / name)).findings
        return [finding.severity for finding in found]

    assert severities("together", TABLE | secured) == [Severity.INFO]
    assert severities("apart", TABLE, TABLE | secured) == [Severity.HIGH]

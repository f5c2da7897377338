"""The small repos of tests/repos, read as a whole."""

from pathlib import Path

import pytest
from gitrepos import sample

from checklists.checks.engine import run
from checklists.checks.loading import load_project
from checklists.errors import RepositoryError
from checklists.model import Status


def test_monorepo_asks_which_of_its_two(tmp_path: Path) -> None:
    root = sample("monorepo", tmp_path / "repo")
    with pytest.raises(RepositoryError, match="2 Supabase projects: apps/desk/supabase, apps/shop/supabase"):
        load_project(root)
    assert set(load_project(root / "apps/shop").schema.tables) >= {"public.orders"}
    desk = load_project(root, supabase_dir="apps/desk/supabase")
    assert "public.tickets" in desk.schema.tables
    assert "public.orders" not in desk.schema.tables


def test_plain_postgres_needs_its_folder_named(tmp_path: Path) -> None:
    root = sample("plain-postgres", tmp_path / "repo")
    with pytest.raises(RepositoryError) as caught:
        load_project(root)
    assert "--migrations migrations" in caught.value.hint
    schema = load_project(root, migrations="migrations").schema
    assert {"public.authors", "public.books"} <= set(schema.tables)
    assert "idx_books_author_id" in {index.name for index in schema.tables["public.books"].indexes}


def test_what_does_not_parse_is_undetermined_and_named(tmp_path: Path) -> None:
    project = load_project(sample("broken", tmp_path / "repo"))
    assert "public.notes" in project.schema.tables
    named = {gap.gap.location.path for gap in project.schema.gaps if gap.gap.location}
    assert named == {"supabase/config.toml", "supabase/migrations/20240101000001_bad.sql"}
    assert any("app/actions.ts" in gap.object for gap in project.sources.gaps)
    by_rule = {report.rule: report for report in run(project)}
    assert by_rule["rls-enabled"].status is Status.UNDETERMINED

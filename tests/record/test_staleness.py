"""Item by item, what a later commit leaves of a record."""

from dataclasses import replace

import pytest
from gitrepos import commit, git, write
from sealing import FILES, Bench

from checklists.catalogue import items
from checklists.checks.check import Input
from checklists.checks.discovery import discover
from checklists.record.model import Record
from checklists.record.staleness.states import ItemState, State, item_states, rests_on
from checklists.record.staleness.trees import StoredTree, recorded_listing
from checklists.record.toml import from_bytes
from checklists.repo.git_objects import object_store
from checklists.repo.kinds import Kind
from checklists.repo.repository import open_repository

MIGRATION = "supabase/migrations/20240103000000_next.sql"
SOURCE = "app/(group)/[id]/actions.ts"


@pytest.fixture
def record(bench: Bench) -> Record:
    return from_bytes(bench.sealed().record.read_bytes())


def states(bench: Bench, record: Record, rev: str = "HEAD") -> dict[str, ItemState]:
    with object_store(open_repository(bench.repo)) as store:
        tree = StoredTree(store, git(bench.repo, "rev-parse", rev))
        return {each.item: each for each in item_states(record, recorded_listing(record, store), tree)}


def change(bench: Bench, files: dict[str, str | None]) -> None:
    write(bench.repo, {path: text for path, text in files.items() if text is not None})
    for path in (path for path, text in files.items() if text is None):
        (bench.repo / path).unlink()
    commit(bench.repo)


def in_state(found: dict[str, ItemState], state: State) -> set[str]:
    return {item for item, each in found.items() if each.state is state}


def of_schema() -> set[str]:
    """The items that any check of the schema informs."""
    return {item for rule in discover() if Input.SCHEMA in rule.check.inputs for item in rule.check.items}


def test_everything_is_valid_where_only_records_and_files_outside_changed(
    bench: Bench, record: Record
) -> None:
    change(bench, {"README.md": "# Other\n", ".counterseal/policy.toml": "x", "docs/a.md": "new"})
    assert in_state(states(bench, record), State.VALID) == {item.id for item in items()}


@pytest.mark.parametrize(
    "files",
    [
        {MIGRATION: "select 1;\n"},
        {"supabase/migrations/20240101000000_init.sql": None},
        {"supabase/migrations/20240101000000_init.sql": "select 2;\n"},
        {
            "supabase/migrations/20240101000000_init.sql": None,
            "supabase/migrations/20240104000000_init.sql": FILES[
                "supabase/migrations/20240101000000_init.sql"
            ],
        },
    ],
    ids=["new", "removed", "edited", "reordered"],
)
def test_a_migration_makes_every_schema_rls_and_grant_item_stale(
    bench: Bench, record: Record, files: dict[str, str | None]
) -> None:
    change(bench, files)
    found = states(bench, record)
    stale = in_state(found, State.STALE)
    assert stale >= of_schema() >= {"rls-enabled", "permissive-policies", "missing-indexes", "float-money"}
    assert in_state(found, State.CARRIED) >= {"n-plus-one", "errors-masked", "rate-limits"}
    assert found["float-money"].paths == tuple(sorted(files))
    assert "that it rests on changed: " in found["float-money"].because


def test_a_comment_in_a_migration_matters_only_to_what_looks_at_every_file(
    bench: Bench, record: Record
) -> None:
    path = "supabase/migrations/20240101000000_init.sql"
    change(bench, {path: f"-- What came first.\n\n{FILES[path]}"})
    found = states(bench, record)
    assert in_state(found, State.CARRIED) >= {"rls-enabled", "float-money", "naive-timestamps", "n-plus-one"}
    assert in_state(found, State.STALE) >= {"migrations-safe"}
    assert len(in_state(found, State.STALE)) < len(items()) / 2


def test_text_that_only_looks_like_a_comment_is_a_change(bench: Bench, record: Record) -> None:
    path = "supabase/migrations/20240101000000_init.sql"
    change(bench, {path: f"{FILES[path]}\nselect '-- nothing';\n"})
    assert in_state(states(bench, record), State.STALE) >= of_schema()


def test_a_source_leaves_what_rests_on_the_schema_alone(bench: Bench, record: Record) -> None:
    change(bench, {SOURCE: "'use server'\nexport async function save() { return 1 }\n"})
    found = states(bench, record)
    assert in_state(found, State.CARRIED) >= {"float-money", "naive-timestamps"}
    assert in_state(found, State.STALE) >= {"n-plus-one", "errors-masked", "actions-authenticated"}


def test_a_source_in_a_new_folder_does_not_slip_by(bench: Bench, record: Record) -> None:
    change(bench, {"jobs/nightly.ts": "export const x = 1\n"})
    found = states(bench, record)
    assert found["errors-masked"].state is State.STALE
    assert found["errors-masked"].paths == ("jobs/nightly.ts",)


def test_settings_touch_everything_and_what_is_not_read_nothing(bench: Bench, record: Record) -> None:
    change(bench, {"app/logo.png": "png"})
    assert in_state(states(bench, record), State.CARRIED) == {item.id for item in items()}
    change(bench, {"supabase/config.toml": "[api]\n"})
    assert in_state(states(bench, record), State.STALE) == {item.id for item in items()}


def test_an_item_that_only_people_judge_rests_on_what_its_section_is_about() -> None:
    informed = {item for rule in discover() for item in rule.check.items}
    alone = {item.id: item.section for item in items() if item.id not in informed}
    for item, section in alone.items():
        kinds = rests_on()[item]
        assert Kind.SETTINGS in kinds
        assert (Kind.SOURCE in kinds) is (section not in ("schema", "rls"))
        assert (Kind.MIGRATION in kinds) is (section not in ("edge_functions", "server_actions"))


def test_a_mode_is_a_change(bench: Bench, record: Record) -> None:
    git(bench.repo, "update-index", "--chmod=+x", SOURCE)
    git(bench.repo, "commit", "-q", "-m", "mode")
    assert states(bench, record)["errors-masked"].state is State.STALE


def test_an_item_that_the_record_does_not_have_is_new(bench: Bench, record: Record) -> None:
    fewer = replace(record, item=record.item[1:])
    assert in_state(states(bench, fewer), State.NEW) == {record.item[0].id}


def test_another_question_is_another_item(bench: Bench, record: Record) -> None:
    first, *rest = record.item
    asked = replace(record, item=(replace(first, question="0" * 64), *rest))
    found = states(bench, asked)[first.id]
    assert (found.state, found.because) == (State.STALE, "the question is another one now")


def test_without_the_commit_and_the_list_nothing_can_be_said(bench: Bench, record: Record) -> None:
    change(bench, {SOURCE: "export const y = 1\n"})
    with object_store(open_repository(bench.repo)) as store:
        tree = StoredTree(store, git(bench.repo, "rev-parse", "HEAD"))
        found = item_states(record, None, tree)
        assert {each.state for each in found} == {State.STALE}
        assert "neither its commit nor its scope.lstree" in found[0].because
        forged = b"100644 blob " + b"0" * 40 + b"\tapp/x.ts\0"
        before = recorded_listing(record, store, [forged])
        assert before is not None
        assert before != forged


def test_evidence_counts_beside_what_checks_declare(bench: Bench, record: Record) -> None:
    item = next(each for each in record.item if each.id == "rls-enabled")
    moved = replace(item, id="n-plus-one", question="")
    quoting = replace(record, item=tuple(moved if each.id == "n-plus-one" else each for each in record.item))
    change(bench, {item.evidence[0].path: "-- another line\n"})
    found = states(bench, quoting)["n-plus-one"]
    assert (found.state, found.because) == (State.STALE, "lines that it quotes changed")
    git(bench.repo, "checkout", "-q", "HEAD~1", "--", item.evidence[0].path)
    change(bench, {item.evidence[0].path: FILES[item.evidence[0].path] + "-- more\n"})
    assert states(bench, quoting)["n-plus-one"].state is State.CARRIED

"""Finding the backend in a repo."""

from collections.abc import Mapping

import pytest

from checklists.errors import RepositoryError
from checklists.repo import Snapshot, Subject
from checklists.repo.config import read_config
from checklists.repo.layout import Layout, find_layout
from checklists.repo.source_file import source_file

SQL = "select 1;"


def snapshot(files: Mapping[str, str]) -> Snapshot:
    read = {path: source_file(path, "", text.encode()) for path, text in files.items()}
    return Snapshot("/repo", Subject("c" * 40, "t" * 40), read, frozenset(read))


def layout(
    *paths: str, supabase_dir: str | None = None, migrations: str | None = None, **texts: str
) -> Layout:
    files = dict.fromkeys(paths, SQL) | {f"supabase/{name}.toml": text for name, text in texts.items()}
    return find_layout(snapshot(files), supabase_dir, migrations)


def refused(*paths: str, supabase_dir: str | None = None, migrations: str | None = None) -> RepositoryError:
    with pytest.raises(RepositoryError) as caught:
        layout(*paths, supabase_dir=supabase_dir, migrations=migrations)
    return caught.value


def test_migrations_by_name_as_the_cli_orders_them() -> None:
    names = ["10_b.sql", "9_a.sql", "20240101000000_x.sql", "20240101000000_x.down.sql"]
    found = layout(*(f"supabase/migrations/{name}" for name in names))
    assert found.migrations == tuple(
        f"supabase/migrations/{name}"
        for name in ("10_b.sql", "20240101000000_x.down.sql", "20240101000000_x.sql", "9_a.sql")
    )
    assert found.supabase_dir == "supabase"
    assert found.choices == ()


def test_files_that_the_cli_skips_are_listed_with_the_reason() -> None:
    found = layout(
        "supabase/migrations/1_a.sql",
        "supabase/migrations/seed.sql",
        "supabase/migrations/v1_a.sql",
        "supabase/migrations/archive/0_old.sql",
        "supabase/migrations/README.md",
    )
    assert found.migrations == ("supabase/migrations/1_a.sql",)
    reasons = dict(found.skipped)
    assert "its name" in reasons["supabase/migrations/seed.sql"]
    assert "its name" in reasons["supabase/migrations/v1_a.sql"]
    assert "directly in" in reasons["supabase/migrations/archive/0_old.sql"]
    assert "supabase/migrations/README.md" not in reasons


@pytest.mark.parametrize(
    ("first", "skipped"),
    [
        ("20211208235959_init.sql", True),
        ("20211209000000_init.sql", False),
        ("20210101000000_initial.sql", False),
        ("2021_init.sql", False),
    ],
)
def test_first_file_of_an_old_cli(first: str, skipped: bool) -> None:
    found = layout(f"supabase/migrations/{first}", "supabase/migrations/20240101000000_b.sql")
    assert (f"supabase/migrations/{first}" in dict(found.skipped)) is skipped
    assert (f"supabase/migrations/{first}" in found.migrations) is not skipped


def test_old_initial_dump_counts_where_it_is_not_first() -> None:
    found = layout("supabase/migrations/0_a.sql", "supabase/migrations/20210101000000_init.sql")
    assert len(found.migrations) == 2


def test_finds_the_folder_anywhere_in_a_monorepo() -> None:
    assert layout("apps/api/supabase/migrations/1_a.sql").supabase_dir == "apps/api/supabase"


def test_examples_and_tests_do_not_compete() -> None:
    found = layout("apps/web/supabase/migrations/1_a.sql", "examples/x/supabase/migrations/1_a.sql")
    assert found.supabase_dir == "apps/web/supabase"
    assert found.choices == ("apps/web/supabase", "examples/x/supabase")
    assert layout("examples/x/supabase/migrations/1_a.sql").supabase_dir == "examples/x/supabase"


def test_several_projects_are_the_users_choice() -> None:
    paths = ("apps/a/supabase/migrations/1_a.sql", "apps/b/supabase/migrations/1_b.sql")
    error = refused(*paths)
    assert "apps/a/supabase, apps/b/supabase" in error.message
    assert "--supabase-dir apps/a/supabase" in error.hint
    for given in ("apps/b/supabase", "./apps/b/supabase/", "apps/b", "/repo/apps/b/supabase"):
        found = layout(*paths, supabase_dir=given)
        assert found.supabase_dir == "apps/b/supabase"
        assert found.migrations == ("apps/b/supabase/migrations/1_b.sql",)


def test_a_project_that_outweighs_the_leftovers_is_meant_and_the_others_are_named() -> None:
    main = [f"apps/a/supabase/migrations/{n}_a.sql" for n in range(1, 11)]
    found = layout(*main, "supabase/migrations/1_old.sql")
    assert (found.supabase_dir, found.choices) == ("apps/a/supabase", ("apps/a/supabase", "supabase"))
    assert "2 Supabase projects" in refused(*main[:9], "supabase/migrations/1_old.sql").message


@pytest.mark.parametrize(
    "inside", ["apps/b", "apps/b/supabase", "apps/b/supabase/migrations", "apps/b/src/lib"]
)
def test_the_named_path_chooses_between_several(inside: str) -> None:
    files = snapshot({"apps/a/supabase/migrations/1_a.sql": SQL, "apps/b/supabase/migrations/1_b.sql": SQL})
    seen = Snapshot("/repo", Subject("c", "t"), files.files, files.paths, inside=inside)
    assert find_layout(seen).supabase_dir == "apps/b/supabase"


def test_option_that_names_no_folder() -> None:
    error = refused("supabase/migrations/1_a.sql", supabase_dir="supabase2")
    assert "--supabase-dir supabase2" in error.message
    assert "--migrations db" in refused("supabase/migrations/1_a.sql", migrations="db").message


def test_no_migrations_names_what_looks_like_some() -> None:
    error = refused("drizzle/0000_a.sql", "prisma/migrations/20240101_a/migration.sql", "app/a.ts")
    assert "no migrations in supabase/migrations" in error.message
    assert "drizzle, prisma/migrations" in error.hint
    assert "--migrations drizzle" in error.hint


def test_a_configured_repo_without_migrations_is_read_for_its_code() -> None:
    found = layout("supabase/config.toml", "supabase/functions/hello/index.ts", "app/page.tsx")
    assert (found.supabase_dir, found.migrations) == ("supabase", ())
    assert [name for name, _ in found.edge_functions] == ["hello"]
    elsewhere = refused("supabase/config.toml", "prisma/migrations/20240101_a/migration.sql")
    assert "--migrations prisma/migrations" in elsewhere.hint
    assert "no migrations" in refused("supabase/config.toml", "supabase/migrations/notes.sql").message
    assert "symbolic link" in refused("supabase/config.toml", "supabase/migrations").message


def test_functions_alone_are_read_as_a_configured_repo_is() -> None:
    found = layout("supabase/functions/hello/index.ts", "supabase/functions/_shared/cors.ts", "app/page.tsx")
    assert (found.supabase_dir, found.migrations, found.config) == ("supabase", (), None)
    assert [name for name, _ in found.edge_functions] == ["hello"]
    elsewhere = refused("supabase/functions/hello/index.ts", "drizzle/0000_a.sql")
    assert "--migrations drizzle" in elsewhere.hint
    beside = layout("supabase/functions/hello/index.ts", "drizzle/0000_a.sql", migrations="drizzle")
    assert beside.supabase_dir == "supabase"
    assert "no schema" in refused("supabase/functions/_shared/cors.ts", "supabase/functions/notes.md").message


def test_of_folders_without_migrations_the_configured_one_is_meant() -> None:
    served = ("apps/a/supabase/functions/a/index.ts", "apps/b/supabase/functions/b/index.ts")
    assert layout("supabase/config.toml", *served).supabase_dir == "supabase"
    assert layout(*served, supabase_dir="apps/b").supabase_dir == "apps/b/supabase"
    assert layout("examples/supabase/functions/a/index.ts", *served[1:]).supabase_dir == "apps/b/supabase"
    assert "2 Supabase projects" in refused(*served).message


def test_repo_of_typescript_alone() -> None:
    error = refused("app/page.tsx")
    assert "no schema to review" in error.message
    assert "--migrations DIR" in error.hint


def test_migrations_behind_a_link_or_in_a_submodule() -> None:
    assert "symbolic link" in refused("supabase/migrations").message
    empty = snapshot({"a.ts": ""})
    seen = Snapshot("/repo", Subject("c", "t"), empty.files, empty.paths, submodules=("supabase",))
    with pytest.raises(RepositoryError, match="submodule"):
        find_layout(seen)


def test_plain_postgres_orders_by_number() -> None:
    names = ["V10__c.sql", "V2__b.sql", "V1__a.sql", "R__views.sql", "U2__b.sql"]
    found = layout(*(f"db/{name}" for name in names), "db/notes.txt", migrations="db")
    assert found.supabase_dir is None
    assert [path[3:] for path in found.migrations] == ["V1__a.sql", "V2__b.sql", "V10__c.sql", "R__views.sql"]
    assert dict(found.skipped).keys() == {"db/U2__b.sql"}
    assert found.config is None


def test_plain_postgres_skips_down_files() -> None:
    found = layout("m/1_a.up.sql", "m/1_a.down.sql", "m/10_c.up.sql", "m/2_b.up.sql", migrations="./m/")
    assert found.migrations == ("m/1_a.up.sql", "m/2_b.up.sql", "m/10_c.up.sql")
    assert dict(found.skipped).keys() == {"m/1_a.down.sql"}


@pytest.mark.parametrize("mark", ["-- migrate:down", "-- +goose Down", "--migrate:down transaction:false"])
def test_both_ways_in_one_file_are_refused(mark: str) -> None:
    files = {"db/1_a.sql": f"create table a ();\n\n{mark}\ndrop table a;\n"}
    with pytest.raises(RepositoryError, match="way back in the same file"):
        find_layout(snapshot(files), migrations="db")


def test_prisma_folders() -> None:
    found = layout("p/2_b/migration.sql", "p/1_a/migration.sql", "p/migration_lock.toml", migrations="p")
    assert found.migrations == ("p/1_a/migration.sql", "p/2_b/migration.sql")


def test_folder_without_sql_is_refused() -> None:
    assert "no migrations in app" in refused("app/a.ts", migrations="app").message


def test_supabase_migrations_named_by_hand_keep_supabases_rules() -> None:
    found = layout(
        "supabase/migrations/1_a.sql", "supabase/migrations/x.sql", migrations="supabase/migrations"
    )
    assert found.supabase_dir == "supabase"
    assert found.migrations == ("supabase/migrations/1_a.sql",)


def test_foreign_migrations_beside_a_supabase_folder() -> None:
    found = layout(
        "drizzle/0_a.sql",
        "supabase/migrations/1_a.sql",
        "supabase/functions/f/index.ts",
        migrations="drizzle",
    )
    assert found.migrations == ("drizzle/0_a.sql",)
    assert found.supabase_dir == "supabase"
    assert [name for name, _ in found.edge_functions] == ["f"]


def test_foreign_migrations_of_a_supabase_project_without_its_own() -> None:
    found = layout("drizzle/0_a.sql", "supabase/functions/f/index.ts", migrations="drizzle", config="")
    assert (found.supabase_dir, found.config) == ("supabase", "supabase/config.toml")
    assert [name for name, _ in found.edge_functions] == ["f"]


def test_seeds_roles_and_tests() -> None:
    found = layout(
        "supabase/migrations/1_a.sql", "supabase/seed.sql", "supabase/roles.sql",
        "supabase/tests/rls.sql", "supabase/tests/deep/b.test.sql", "supabase/tests/README.md",
    )  # fmt: skip
    assert found.seeds == ("supabase/seed.sql",)
    assert found.roles == "supabase/roles.sql"
    assert found.sql_tests == ("supabase/tests/deep/b.test.sql", "supabase/tests/rls.sql")


def test_config_names_seeds_and_schemas() -> None:
    found = layout(
        "supabase/migrations/1_a.sql", "supabase/seeds/2.sql", "supabase/seeds/10.sql",
        "supabase/seeds/deep/3.sql", "shared/seed.sql", "supabase/seed.sql", "supabase/schemas/tables.sql",
        "supabase/schemas/views.sql",
        config='[db.seed]\nsql_paths = ["../shared/seed.sql", "./seeds/*.sql"]\n'
        '[db.migrations]\nschema_paths = ["./schemas/views.sql", "./schemas"]\n',
    )  # fmt: skip
    assert found.config == "supabase/config.toml"
    assert found.seeds == ("shared/seed.sql", "supabase/seeds/10.sql", "supabase/seeds/2.sql")
    assert found.schemas == ("supabase/schemas/views.sql", "supabase/schemas/tables.sql")


def test_seeding_switched_off() -> None:
    assert (
        layout("supabase/migrations/1_a.sql", "supabase/seed.sql", config="[db.seed]\nenabled = false").seeds
        == ()
    )


def test_edge_functions() -> None:
    found = layout(
        "supabase/migrations/1_a.sql", "supabase/functions/send/index.ts", "supabase/functions/old/index.js",
        "supabase/functions/_shared/index.ts", "supabase/functions/empty/readme.md",
        "supabase/functions/deno.ts", "supabase/functions/api/main.ts", "supabase/functions/api/index.ts",
        "supabase/functions/lib/deep/index.ts",
        config='[functions.api]\nentrypoint = "./functions/api/main.ts"\n[functions.gone]\n',
    )  # fmt: skip
    assert found.edge_functions == (
        ("api", "supabase/functions/api/main.ts"),
        ("old", "supabase/functions/old/index.js"),
        ("send", "supabase/functions/send/index.ts"),
    )


OWN = [
    "app/api/test/route.ts", "app/actions.ts", "app/build/page.tsx", "lib/db.mjs", "next.config.js",
    "src/tests.ts", "supabase/functions/send/index.ts", "pages/api/e2e/seed.ts", "routes/spec/index.tsx",
    "scripts/load.cjs",
]  # fmt: skip
NOT_OWN = [
    "node_modules/x/index.js", "dist/server.js", "public/vendor.js", ".next/server/app.js", "tests/rls.ts",
    "app/actions.test.ts", "app/__tests__/a.ts", "app/Button.stories.tsx", "e2e/login.ts",
    "types/supabase.d.ts", "cypress/a.ts", "lib/jquery.min.js", "coverage/lcov.js",
    "__mocks__/supabase.ts", "a.sql", "package.json",
]  # fmt: skip


@pytest.mark.parametrize("path", OWN)
def test_own_source(path: str) -> None:
    assert path in layout("supabase/migrations/1_a.sql", path).sources


@pytest.mark.parametrize("path", NOT_OWN)
def test_not_own_source(path: str) -> None:
    assert path not in layout("supabase/migrations/1_a.sql", path).sources


def test_generated_types_and_bundles_are_known_by_their_contents() -> None:
    generated = "export type Json =\n  | string\n\nexport type Database = { public: { Tables: {} } }"
    generated = generated.replace("Tables: {}", "Tables: { a: {} }")
    seen = snapshot(
        {
            "supabase/migrations/1_a.sql": SQL,
            "lib/types.ts": generated,
            "lib/bundle.js": "x" * 6000,
            "lib/claims.ts": "// @generated - do not edit\nexport {}",
            "lib/long.ts": "x" * 6000,
        }
    )
    assert find_layout(seen).sources == ("lib/claims.ts", "lib/long.ts")


def test_config_values() -> None:
    seen = snapshot(
        {
            "supabase/migrations/1_a.sql": SQL,
            "supabase/config.toml": '[api]\nschemas = ["public", "tenders"]\n[auth]\nsite_url = "env(S)"\n',
        }
    )
    config = read_config(seen, find_layout(seen).config)
    assert config.exposed_schemas == ("public", "tenders")
    assert config.values["auth"]["site_url"] == "env(S)"
    assert config.gaps == ()


@pytest.mark.parametrize("text", ["[api]\nschemas = 3\n", "api = 1\n", ""])
def test_config_without_schemas_means_the_clis_own(text: str) -> None:
    seen = snapshot({"supabase/migrations/1_a.sql": SQL, "supabase/config.toml": text})
    assert read_config(seen, find_layout(seen).config).exposed_schemas == ("public", "graphql_public")


def test_config_that_does_not_parse_is_a_gap() -> None:
    seen = snapshot({"supabase/migrations/1_a.sql": SQL, "supabase/config.toml": "[api]\nschemas public\n"})
    config = read_config(seen, find_layout(seen).config)
    assert config.values == {}
    (gap,) = config.gaps
    assert gap.object == "file:supabase/config.toml"
    assert "not valid TOML" in gap.because
    assert gap.location
    assert gap.location.line == 2


def test_no_config() -> None:
    seen = snapshot({"supabase/migrations/1_a.sql": SQL})
    assert read_config(seen, find_layout(seen).config).exposed_schemas == ("public", "graphql_public")

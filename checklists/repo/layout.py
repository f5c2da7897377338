"""Where migrations, edge functions, configuration and sources lie in a snapshot."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths within the snapshot, all relative to the repository root with `/` separators.

    `supabase_dir` is None for a plain Postgres repo named with `--migrations`. `migrations` is in the order in
    which they are applied. `skipped` lists files in the migrations folder that Supabase's CLI would not run, with
    the reason. `sources` holds TypeScript and JavaScript outside of tests, stories, generated and vendored files.
    """

    supabase_dir: str | None
    migrations: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...] = ()
    config: str | None = None
    seeds: tuple[str, ...] = ()
    roles: str | None = None
    sql_tests: tuple[str, ...] = ()
    edge_functions: tuple[tuple[str, str], ...] = ()
    sources: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()

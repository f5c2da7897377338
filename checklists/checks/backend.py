"""From a snapshot's migrations and configuration to the schema that they make."""

from collections.abc import Iterable
from dataclasses import replace

from checklists.checks.configured import configured
from checklists.model import Gap
from checklists.repo import Layout, Snapshot
from checklists.repo.config import Config
from checklists.sql.build import build_schema
from checklists.sql.folding.fold import ALL_FACETS
from checklists.sql.schema import Schema, SchemaGap

_KEPT_ELSEWHERE = "the repo holds no migrations, so what the database looks like is not known"


def read_schema(snapshot: Snapshot, layout: Layout, config: Config) -> Schema:
    """The schema after the last migration, in the surroundings that config.toml sets.

    Files that the CLI skips for their name may have been applied all the same: what the schema is with them,
    in the order of names, is its `otherwise`.
    """
    schema = _built(snapshot, layout, config, layout.migrations)
    if not layout.passed_over:
        return schema
    return replace(schema, otherwise=_built(snapshot, layout, config, layout.candidates))


def _built(snapshot: Snapshot, layout: Layout, config: Config, paths: Iterable[str]) -> Schema:
    schema = build_schema(
        [(path, snapshot.files[path]) for path in paths if path in snapshot.files],
        exposed_schemas=config.exposed_schemas,
        auto_expose=config.auto_expose is not False,
    )
    if not layout.migrations:
        unknown = SchemaGap(Gap(f"file:{layout.supabase_dir}/migrations", _KEPT_ELSEWHERE), ALL_FACETS)
        schema = replace(schema, gaps=(*schema.gaps, unknown))
    return configured(schema, config, snapshot, layout)

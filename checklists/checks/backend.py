"""From a snapshot's migrations and configuration to the schema that they make."""

from checklists.checks.configured import configured
from checklists.repo import Layout, Snapshot
from checklists.repo.config import Config
from checklists.sql.build import build_schema
from checklists.sql.schema import Schema


def read_schema(snapshot: Snapshot, layout: Layout, config: Config) -> Schema:
    """The schema after the last migration, in the surroundings that config.toml sets."""
    schema = build_schema(
        [(path, snapshot.files[path]) for path in layout.migrations],
        exposed_schemas=config.exposed_schemas,
        auto_expose=config.auto_expose is not False,
    )
    return configured(schema, config, snapshot, layout)

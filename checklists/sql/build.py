"""Replays migrations: texts in order in, a frozen Schema out."""

from collections.abc import Sequence
from types import MappingProxyType

from checklists.model import Location
from checklists.repo.snapshot import SourceFile
from checklists.sql.analysis.standing import foreseen, unmade
from checklists.sql.folding import handlers
from checklists.sql.folding.fold import ALL_FACETS, fold
from checklists.sql.folding.platform import empty_postgres, new_project
from checklists.sql.folding.session import begin_file, end_file
from checklists.sql.folding.state import Database
from checklists.sql.schema import Schema
from checklists.sql.statements import file_source, statements

EXPOSED = ("public", "graphql_public")
__all__ = ["EXPOSED", "build_schema", "handlers"]


def build_schema(
    migrations: Sequence[tuple[str, str | SourceFile]],
    *,
    exposed_schemas: Sequence[str] = EXPOSED,
    supabase: bool = True,
    auto_expose: bool = True,
) -> Schema:
    """The schema that the migrations, as (path, text) in the order of their run, build.

    Args:
        migrations: Files with their text, in order; one that does not decode may have touched anything.
        exposed_schemas: What the Data API serves ([api].schemas of config.toml).
        supabase: Start from a Supabase project, or else from an empty Postgres database.
        auto_expose: Whether new objects in `public` are granted to the API roles, as they were before
            [api].auto_expose_new_tables turned false.
    """
    db = new_project(auto_expose=auto_expose) if supabase else empty_postgres()
    for path, given in migrations:
        if not isinstance(given, str) and given.fault:
            because = f"the file could not be read: {given.fault}"
            db.gap(f"file:{path}", because, Location(path, 1, 1), ALL_FACETS)
            continue
        text = given if isinstance(given, str) else given.text
        begin_file(db)
        for statement in statements(file_source(path, text)):
            fold(db, statement)
        end_file(db, path)
    return freeze(db, tuple(exposed_schemas))


def freeze(db: Database, exposed_schemas: tuple[str, ...]) -> Schema:
    """The state as a value."""
    return Schema(
        tables=MappingProxyType(dict(db.tables)),
        views=MappingProxyType(dict(db.views)),
        functions=MappingProxyType(dict(db.functions)),
        types=MappingProxyType(dict(db.types)),
        extensions=MappingProxyType(dict(db.extensions)),
        publications=MappingProxyType(dict(db.publications)),
        buckets=MappingProxyType(dict(db.buckets)),
        cron_jobs=db.cron_jobs,
        schemas=db.schemas,
        schema_grants=MappingProxyType(dict(db.schema_grants)),
        column_revokes=db.column_revokes,
        exposed_schemas=exposed_schemas,
        gaps=tuple(db.gaps),
        statements=db.statements,
        alterations=tuple(db.alterations),
        refusals=(*db.refusals, *foreseen(db)),
        unmade=MappingProxyType(dict(unmade(db))),
    )

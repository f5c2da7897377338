"""Reads the catalogs of a database into a Schema, with the places that the replay knows."""

from collections.abc import Mapping
from importlib import resources
from typing import TypeVar

from checklists.live.catalogs.locating import Places
from checklists.live.catalogs.rows import buckets, cron_jobs, extensions
from checklists.live.sandbox.connecting import Connection
from checklists.sql.build import build_schema
from checklists.sql.schema import PLATFORM_SCHEMAS, Function, Schema, SchemaGap, Table, UserType, View

_PATH = "catalogs"
_Thing = TypeVar("_Thing", Table, View, Function, UserType)


def read_catalogs(
    connection: Connection, static: Schema, texts: dict[str, str], gaps: tuple[SchemaGap, ...] = ()
) -> Schema:
    """What the database holds.

    Args:
        connection: To the database, with pg_catalog alone in its search_path.
        static: The replay, for files and lines, and for what no catalog says (exposed schemas, buckets of
            config.toml).
        texts: The migrations by path in order, to look for objects that the replay missed.
        gaps: What could not be applied, and so may be missing here.
    """
    rows = connection.execute(
        (resources.files(__package__ or "") / "definitions.sql").read_bytes()
    ).fetchall()
    script = ";\n".join(str(row[0]) for row in rows)
    made = build_schema([(_PATH, script)], exposed_schemas=static.exposed_schemas, supabase=False)
    places = Places(static, texts)
    return Schema(
        tables=_own(static.tables, {name: places.table(each) for name, each in made.tables.items()}),
        views=_own(static.views, {name: places.view(each) for name, each in made.views.items()}),
        functions=_own(
            static.functions, {f.signature: f for f in map(places.function, made.functions.values())}
        ),
        types=_own(static.types, {name: places.type(each) for name, each in made.types.items()}),
        extensions=extensions(connection, static, places),
        publications={name: places.publication(each) for name, each in made.publications.items()},
        buckets=buckets(connection, static, places),
        cron_jobs=cron_jobs(connection, static, places),
        schemas=made.schemas,
        schema_grants=made.schema_grants,
        column_revokes=static.column_revokes,
        exposed_schemas=static.exposed_schemas,
        gaps=gaps + made.gaps,
        statements=static.statements,
        alterations=static.alterations,
        otherwise=static.otherwise,
    )


def _own(static: Mapping[str, _Thing], live: dict[str, _Thing]) -> dict[str, _Thing]:
    """Of the platform's ground only what the replay knows too: the rest is not the repo's to answer for. What
    only the replay knows there belongs to a stand-in. In the replay's order, which numbers findings.
    """
    known = {name: each for name, each in static.items() if each.schema in PLATFORM_SCHEMAS}
    found = known | {
        name: each for name, each in live.items() if each.schema not in PLATFORM_SCHEMAS or name in static
    }
    order = {name: number for number, name in enumerate(static)}
    return dict(sorted(found.items(), key=lambda each: order.get(each[0], len(order))))

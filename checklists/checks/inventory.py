"""Everything that a snapshot was found to hold, as plain values for the scan."""

from typing import Any

from checklists.checks.project import Project
from checklists.checks.subjects.platforms import platforms
from checklists.model import Location
from checklists.sql.folding.platform import of_repo
from checklists.sql.schema import Function, Policy, Publication, Schema, Table, View
from checklists.ts.index import Endpoint, EndpointKind, SourceIndex


def inventory(project: Project) -> dict[str, list[dict[str, Any]]]:
    """Tables, policies, functions and so on from the schema, then endpoints from the sources; each list by
    name. What a new Supabase project brings is left out.
    """
    return _of_schema(project.schema) | _of_sources(project.sources) | _of_both(project)


def _of_schema(schema: Schema) -> dict[str, list[dict[str, Any]]]:
    tables = sorted(schema.user_tables(), key=lambda table: table.qualified)
    policies = sorted(schema.policies(), key=lambda policy: (policy.table, policy.name))
    return {
        "tables": [_table(table) for table in tables],
        "policies": [_policy(policy) for policy in policies],
        "functions": [_function(each) for _, each in sorted(schema.functions.items()) if of_repo(each)],
        "views": [_view(view) for _, view in sorted(schema.views.items()) if of_repo(view)],
        "buckets": [
            {"name": b.id, "public": b.public, "file_size_limit": b.file_size_limit, **_at(b.location)}
            for _, b in sorted(schema.buckets.items())
        ],
        "publications": [
            {"name": p.name, "all_tables": p.all_tables, "tables": sorted(table for table, _ in p.tables)}
            for _, p in sorted(schema.publications.items())
            if of_repo(p) or _publishes(p)
        ],
        "extensions": [
            {"name": e.name, "schema": e.schema, **_at(e.location)}
            for _, e in sorted(schema.extensions.items())
            if of_repo(e)
        ],
        "cron_jobs": [{"name": j.name, "schedule": j.schedule, **_at(j.location)} for j in schema.cron_jobs],
    }


def _publishes(publication: Publication) -> bool:
    """Whether the repo put anything into it, though the platform made it."""
    return bool(publication.all_tables or publication.tables or publication.schemas)


def _of_both(project: Project) -> dict[str, list[dict[str, Any]]]:
    return {
        "platforms": [
            {"name": each.name, "places": each.places, **_at(each.location)} for each in platforms(project)
        ],
        "drizzle_tables": [
            {"name": each.name, "rls": each.rls, "policies": list(each.policies), **_at(each.location)}
            for each in sorted(project.sources.drizzle_tables, key=lambda each: (each.name, each.location))
        ],
    }


def _of_sources(sources: SourceIndex) -> dict[str, list[dict[str, Any]]]:
    return {
        "actions": _endpoints(sources, EndpointKind.ACTION),
        "routes": _endpoints(sources, EndpointKind.ROUTE),
        "edge_functions": _endpoints(sources, EndpointKind.EDGE),
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "name": table.qualified,
        "rls_enabled": table.rls_enabled,
        "columns": [{"name": c.name, "type": c.type, "not_null": c.not_null} for c in table.columns],
        **_at(table.location),
    }


def _policy(policy: Policy) -> dict[str, Any]:
    return {
        "table": policy.table,
        "name": policy.name,
        "command": policy.command.value,
        "roles": list(policy.roles),
        "permissive": policy.permissive,
        "using": policy.using,
        "check": policy.check,
        **_at(policy.location),
    }


def _function(function: Function) -> dict[str, Any]:
    return {
        "name": function.signature,
        "security_definer": function.security_definer,
        "language": function.language,
        "search_path": function.search_path,
        **_at(function.location),
    }


def _view(view: View) -> dict[str, Any]:
    return {
        "name": view.qualified,
        "materialized": view.materialized,
        "security_invoker": view.security_invoker,
        **_at(view.location),
    }


def _endpoints(sources: SourceIndex, kind: EndpointKind) -> list[dict[str, Any]]:
    return [_endpoint(endpoint) for endpoint in sorted(sources.of_kind(kind), key=lambda each: each.name)]


def _endpoint(endpoint: Endpoint) -> dict[str, Any]:
    return {"name": endpoint.name, "function": endpoint.function, **_at(endpoint.location)}


def _at(location: Location) -> dict[str, Any]:
    return {"path": location.path, "line": location.line}

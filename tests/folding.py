"""Shared by the tests of the fold: SQL in, Schema out."""

from textwrap import dedent

from checklists.sql.build import build_schema
from checklists.sql.schema import Constraint, Facet, Function, Schema, Table

PATH = "supabase/migrations/20240101000000_one.sql"


def built(*files: str, **options: bool) -> Schema:
    """The schema of these migrations."""
    paths = [f"supabase/migrations/2024010100000{number}_file.sql" for number in range(len(files))]
    texts = [dedent(each) for each in files]
    return build_schema(list(zip(paths, texts, strict=True)), **options)


def table(schema: Schema, name: str = "public.t") -> Table:
    return schema.tables[name]


def function(schema: Schema, name: str) -> Function:
    return next(each for each in schema.functions.values() if each.qualified == name)


def constraints(schema: Schema, name: str = "public.t") -> dict[str, Constraint]:
    return {each.name: each for each in schema.tables[name].constraints}


def indexes(schema: Schema, name: str = "public.t") -> list[str]:
    return [each.name for each in schema.tables[name].indexes]


def policies(schema: Schema, name: str = "public.t") -> list[str]:
    return [each.name for each in schema.tables[name].policies]


def gaps(schema: Schema) -> list[tuple[str, frozenset[Facet]]]:
    return [(each.gap.object, each.facets) for each in schema.gaps]

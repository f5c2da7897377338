"""The inventory holds what the repo's migrations made, and not what a new Supabase project brings."""

from builders import migrations

from checklists.checks.inventory import inventory


def test_an_empty_repo_has_an_empty_inventory() -> None:
    assert {kind: rows for kind, rows in inventory(migrations("")).items() if rows} == {}


def test_what_the_migrations_make_or_fill_is_listed() -> None:
    found = inventory(
        migrations(
            """
create extension vector with schema extensions;
create table public.bids (id uuid primary key);
create view public.all_bids as select id from public.bids;
create function public.f() returns integer language sql as 'select 1';
alter publication supabase_realtime add table public.bids;
"""
        )
    )
    names = {kind: [row["name"] for row in rows] for kind, rows in found.items() if rows}
    assert names == {
        "tables": ["public.bids"],
        "functions": ["public.f()"],
        "views": ["public.all_bids"],
        "publications": ["supabase_realtime"],
        "extensions": ["vector"],
    }

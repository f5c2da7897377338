"""Tables that a unique key keeps small."""

import pytest
from folding import built

from checklists.sql.questions.capped import holds_settings, is_capped


@pytest.mark.parametrize(
    ("columns", "capped"),
    [
        ("id boolean primary key default true check (id)", True),
        ("id int primary key check (id = 1)", True),
        ("id int primary key check (id between 1 and 40)", True),
        ("id int primary key check (id >= 1 and id <= 40)", True),
        (
            "g int not null check (g = 1), d int not null check (d > 0 and d < 9), unique (g, d)",
            False,
        ),
        (
            "g int not null check (g = 1), d int not null check (d between 1 and 9), unique (g, d)",
            True,
        ),
        ("g int not null check (g between 3 and 6), d int not null, unique (g, d)", False),
        ("g int check (g between 3 and 6) unique", False),
        ("kind text primary key check (kind in ('a', 'b'))", True),
        ("id int primary key check (id between 1 and 100000)", False),
        ("id int primary key check (id >= 1)", False),
        ("id uuid primary key, kind text not null check (kind in ('a', 'b'))", False),
    ],
)
def test_a_unique_key_over_few_values(columns: str, capped: bool) -> None:
    assert is_capped(built(f"create table t ({columns});").tables["public.t"]) is capped


def test_one_row_by_an_index_on_a_constant() -> None:
    sql = "create table t (a int); create unique index one on t ((true));"
    assert is_capped(built(sql).tables["public.t"])


@pytest.mark.parametrize(
    ("name", "is_one"), [("app_settings", True), ("config", True), ("user_settings", False), ("bids", False)]
)
def test_settings_of_the_whole(name: str, is_one: bool) -> None:
    assert holds_settings(built(f"create table {name} (a int);").tables[f"public.{name}"]) is is_one

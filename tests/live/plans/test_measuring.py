"""Plans of secured tables with rows in them: what costs, what would help, and by how much."""

from collections.abc import Callable, Mapping

import pytest

from checklists.live.ground import Ground
from checklists.live.model import Plan
from checklists.live.plans import measure
from checklists.live.rows import seed

KEY = "id uuid primary key default gen_random_uuid(), owner_id uuid not null references auth.users (id)"
ASKS = " or ".join(
    f"exists (select from public.wrapped w where w.id = deep.id and w.owner_id <> deep.owner_id and {n} > 0)"
    for n in range(1, 150)
)
SCHEMA = f"""
create type public.stage as enum ('draft', 'won');
create table public.bare ({KEY});
create policy mine on public.bare for select using (owner_id = auth.uid());
create table public.wrapped ({KEY});
create index on public.wrapped (owner_id);
create policy mine on public.wrapped for select using (owner_id = (select auth.uid()));
create table public.staged ({KEY}, stage public.stage not null, title text not null);
create index staged_stage on public.staged (stage);
create index staged_title on public.staged (title);
create index on public.staged (owner_id);
create policy others on public.staged for select using (owner_id <> (select auth.uid()));
create table public.open ({KEY});
create table public.deep ({KEY});
create policy asks on public.deep for select using ({ASKS});
alter table public.deep enable row level security;
alter table public.bare enable row level security;
alter table public.wrapped enable row level security;
alter table public.staged enable row level security;
"""


@pytest.fixture(scope="module")
def ground(on_ground: Callable[[str], Ground]) -> Ground:
    return on_ground(SCHEMA)


@pytest.fixture(scope="module")
def plans(ground: Ground) -> Mapping[tuple[str, str], Plan]:
    return {(plan.kind, plan.object): plan for plan in measure(ground, seed(ground))}


def test_a_bare_call_costs_and_the_wrapped_one_less(plans: Mapping[tuple[str, str], Plan]) -> None:
    plan = plans["initplan", "policy:public.bare/mine"]
    assert plan.ratio is not None
    assert plan.rewritten is not None
    assert plan.rewritten < plan.ratio
    assert "(select auth.uid())" in plan.rewrite


def test_an_index_that_is_missing_would_be_used(plans: Mapping[tuple[str, str], Plan]) -> None:
    plan = plans["missing_index", "column:public.bare.owner_id"]
    assert plan.rewrite == 'create index on "public"."bare" ("owner_id");'
    assert plan.rewritten is not None
    assert plan.ratio is not None
    assert plan.rewritten < plan.ratio


def test_an_index_on_an_enum_is_passed_by_and_one_on_text_is_not(
    plans: Mapping[tuple[str, str], Plan],
) -> None:
    found = {name for kind, name in plans if kind == "leakproof_blocked"}
    assert found == {"index:public.staged_stage"}


def test_what_is_as_it_should_be_is_silent(plans: Mapping[tuple[str, str], Plan]) -> None:
    assert not {plan.table for plan in plans.values()} & {"public.wrapped", "public.open"}


def test_nothing_of_the_rows_stays(ground: Ground, plans: Mapping[tuple[str, str], Plan]) -> None:
    assert plans
    with ground.connect() as connection:
        row = connection.execute("select count(*) from public.bare").fetchone()
    assert row == (5,)


def test_a_plan_that_policies_blow_up_says_how_large_it_is(plans: Mapping[tuple[str, str], Plan]) -> None:
    plan = plans["plan_blow_up", "table:public.deep"]
    assert plan.lines > 200
    assert f"a plan of {plan.lines} nodes" in plan.because
    assert plan.because.endswith("MB of memory")

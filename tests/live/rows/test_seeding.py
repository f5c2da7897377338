"""Rows of several people go into every table, as its types, CHECKs, keys and triggers demand."""

from collections.abc import Callable

import pytest

from checklists.live.ground import Ground
from checklists.live.model import How
from checklists.live.rows import Seeded, seed

SCHEMA = """
create type public.kind as enum ('draft', 'live');
create domain public.slug as text check (value ~ '^[a-z]{3,8}-[0-9]{2}$');
create function public.stages() returns text[] language sql immutable as $$ select array['won', 'lost'] $$;
create function public.one_stage() returns text language sql immutable as $$ select 'won' $$;
create table public.profiles (id uuid primary key references auth.users (id), handle text not null unique);
create function public.sign_up() returns trigger language plpgsql security definer as $$
begin
  insert into public.profiles (id, handle) values (new.id, new.raw_user_meta_data ->> 'nick'); return new;
end $$;
create trigger sign_up after insert on auth.users for each row execute function public.sign_up();
create table public.orgs (id uuid primary key default gen_random_uuid(), name text not null);
create table public.org_members (
  org_id uuid references public.orgs (id), user_id uuid references public.profiles (id),
  role text not null check (role in ('viewer', 'owner')), primary key (org_id, user_id)
);
create table public.tenders (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.orgs (id),
  created_by uuid not null references auth.users (id),
  kind public.kind not null,
  slug public.slug not null unique,
  stage text not null check (stage = public.one_stage()),
  low int not null check (low between 40 and 60), high int not null, check (high > low),
  note text check (length(note) >= 20),
  code varchar(4) not null,
  published boolean not null default true,
  deleted_at timestamptz,
  best_bid bigint
);
create table public.bids (
  id bigint generated always as identity primary key, tender_id bigint not null references public.tenders (id)
);
alter table public.tenders add foreign key (best_bid) references public.bids (id);
create table public.follows (
  follower uuid references auth.users (id), followed uuid references auth.users (id),
  primary key (follower, followed), check (follower <> followed)
);
create table public.locked (id uuid primary key, owner_id uuid not null references auth.users (id));
create function public.refuse() returns trigger language plpgsql as $$ begin raise exception 'closed'; end $$;
create trigger refuse before insert on public.locked for each row execute function public.refuse();
create table public.halves (
  id uuid primary key, owner_id uuid references auth.users (id), one text, two text, deleted_at timestamptz,
  is_banned boolean not null default false, check ((one is null) <> (two is null))
);
create table public.slots (
  profile_id text primary key check (profile_id ~ '^[a-z][a-z0-9_]{1,9}$'), kind text not null,
  user_id text not null check (user_id ~ '^[0-9a-f-]{36}$')
);
create table public.single (id boolean primary key default true check (id), note text);
alter table public.tenders enable row level security;
create policy public_ones on public.tenders for select using (published or created_by = auth.uid());
create policy members on public.orgs for select
  using (exists (select 1 from public.org_members m where m.org_id = orgs.id and m.user_id = auth.uid()));
"""


@pytest.fixture(scope="module")
def seeded(on_ground: Callable[[str], Ground]) -> Seeded:
    return seed(on_ground(SCHEMA))


def value(seeded: Seeded, table: str, persona: str, column: str) -> str | None:
    row = seeded.of(f"public.{table}", persona)
    assert row is not None
    return row.values[column]


def test_everybody_has_a_row_where_the_table_takes_one_from_everybody(seeded: Seeded) -> None:
    people = {each.table: each.personas for each in seeded.rows}
    everybody = ("A", "B", "C", "admin", "anonymous")
    tables = ("profiles", "org_members", "tenders", "bids", "follows", "locked")
    assert {people[f"public.{table}"] for table in tables} == {everybody}


def test_a_table_that_takes_one_row_says_why_there_are_no_more(seeded: Seeded) -> None:
    single = next(each for each in seeded.rows if each.table == "public.single")
    assert "B" not in single.personas
    assert "23514" in single.because or "23505" in single.because


def test_sign_up_makes_the_profile(seeded: Seeded) -> None:
    row = seeded.of("public.profiles", "A")
    assert row is not None
    assert row.how is How.BY_TRIGGER


def test_checks_domains_and_enums_are_met_by_asking_the_server(seeded: Seeded) -> None:
    assert value(seeded, "tenders", "A", "stage") == "won"
    assert int(value(seeded, "tenders", "A", "high") or 0) > int(value(seeded, "tenders", "A", "low") or 0)
    assert value(seeded, "tenders", "A", "slug") != value(seeded, "tenders", "B", "slug")


def test_a_key_that_waits_for_the_other_row_is_left_empty(seeded: Seeded) -> None:
    assert value(seeded, "tenders", "A", "best_bid") is None
    assert value(seeded, "bids", "A", "tender_id") == value(seeded, "tenders", "A", "id")


def test_a_pair_of_people_gets_a_third_one(seeded: Seeded) -> None:
    pair = {value(seeded, "follows", "A", column) for column in ("follower", "followed")}
    people = {value(seeded, "profiles", name, "id") for name in ("A", "B", "C")}
    assert len(pair) == 2
    assert len(pair & people) == 1


def test_c_is_a_plain_member_of_a_s_organisation(seeded: Seeded) -> None:
    assert value(seeded, "org_members", "C", "org_id") == value(seeded, "org_members", "A", "org_id")
    assert value(seeded, "org_members", "B", "org_id") != value(seeded, "org_members", "A", "org_id")
    assert value(seeded, "org_members", "C", "role") == "viewer"
    assert value(seeded, "org_members", "A", "role") == "owner"
    assert value(seeded, "tenders", "C", "org_id") == value(seeded, "tenders", "A", "org_id")


def test_what_a_policy_shows_to_everybody_is_not_what_people_s_rows_say(seeded: Seeded) -> None:
    assert value(seeded, "tenders", "B", "published") == "false"


def test_a_trigger_that_refuses_costs_the_row_its_triggers_and_is_told(seeded: Seeded) -> None:
    locked = next(each for each in seeded.rows if each.table == "public.locked")
    assert locked.how is How.REPLICA
    assert "closed" in locked.because


def test_a_row_that_needs_more_columns_is_not_marked_as_over(seeded: Seeded) -> None:
    row = seeded.of("public.halves", "A")
    assert row is not None
    assert (row.values["deleted_at"], row.values["is_banned"]) == (None, "false")
    assert (row.values["one"] is None) is not (row.values["two"] is None)


def test_a_text_with_a_spelling_of_its_own_names_no_user(seeded: Seeded) -> None:
    assert seeded.whose.person_columns("public.slots") == ("user_id",)
    assert seeded.of("public.slots", "A") is not None


def test_one_row_of_a_is_deleted_softly(seeded: Seeded) -> None:
    row = seeded.deleted["public.tenders", "A"]
    assert row.values["deleted_at"] is not None
    assert value(seeded, "tenders", "A", "deleted_at") is None


def test_two_runs_make_the_same_rows(seeded: Seeded, on_ground: Callable[[str], Ground]) -> None:
    again = seed(on_ground(SCHEMA))
    assert again.rows == seeded.rows
    keys = [
        {slot: row.key for slot, row in each.mine.items() if "public." in slot[0]} for each in (seeded, again)
    ]
    assert keys[0] == keys[1]

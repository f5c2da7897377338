"""Who may write what policies admit by is tried with it: everything that it opens then is refuted."""

from collections.abc import Callable, Mapping

import pytest

from checklists.live.ground import Ground
from checklists.live.model import Action, Claim, ClaimStatus, Note
from checklists.live.probe import probe
from checklists.live.rows import seed

PROFILES = """
create table public.profiles (id uuid primary key references auth.users (id), name text,
  role text not null default 'customer' check (role in ('admin', 'customer')));
alter table public.profiles enable row level security;
create policy reads on public.profiles for select using (id = auth.uid());
create policy edits on public.profiles for update using (id = auth.uid()) {check};
create table public.trucks (id uuid primary key default gen_random_uuid(), name text,
  owner_id uuid not null references auth.users (id));
alter table public.trucks enable row level security;
create policy shown on public.trucks for select using (true);
create policy own on public.trucks using (owner_id = auth.uid());
create policy admins on public.trucks using (
  exists (select 1 from public.profiles where profiles.id = auth.uid() and profiles.role = 'admin'));
"""
KEPT = "with check (id = auth.uid() and role = 'customer')"
GUARD = """
create function public.keep_role() returns trigger language plpgsql as $$
begin if new.role <> old.role then raise exception 'not yours to change'; end if; return new; end $$;
create trigger keep_role before update on public.profiles
  for each row execute function public.keep_role();
"""
BY_COLUMN = """
create table public.accounts (user_id uuid primary key references auth.users (id), {column});
alter table public.accounts enable row level security;
create policy own on public.accounts using (user_id = auth.uid());
create function public.may_all({arguments}) returns boolean language sql stable security definer
  as $$ select exists (select 1 from public.accounts a where a.user_id = auth.uid() and {asked}) $$;
create table public.notes (id uuid primary key default gen_random_uuid(), title text, {noted}
  owner_id uuid not null references auth.users (id));
alter table public.notes enable row level security;
create policy own on public.notes using (owner_id = auth.uid());
create policy more on public.notes for delete using (public.may_all({given}));
create policy seen on public.notes for select using (true);
"""
Claims = Mapping[tuple[str, str, Action], Claim]


def proved(ground: Ground) -> Claims:
    return {(c.table, c.actor, c.command): c for c in probe(ground, seed(ground)).claims}


@pytest.fixture(scope="module")
def promoted(on_ground: Callable[[str], Ground]) -> tuple[Ground, Claims]:
    ground = on_ground(PROFILES.format(check=""))
    return ground, proved(ground)


def test_a_role_that_opens_writing_alone_is_found(promoted: tuple[Ground, Claims]) -> None:
    claim = promoted[1]["public.profiles", "A", Action.UPDATE]
    assert (claim.status, claim.notes) == (ClaimStatus.REFUTED, (Note.SELF_MADE,))
    assert "role = admin" in claim.because
    assert "public.trucks" in claim.because
    assert claim.causes[0].policies == ("policy:public.profiles/edits",)


@pytest.mark.parametrize("actor", ["A", "C", "anonymous"])
@pytest.mark.parametrize("command", [Action.INSERT, Action.UPDATE, Action.DELETE, Action.UPSERT])
def test_what_the_role_opens_is_refuted_for_whoever_gives_it_itself(
    promoted: tuple[Ground, Claims], actor: str, command: Action
) -> None:
    claims = promoted[1]
    if ("public.trucks", actor, command) not in claims:
        assert (actor, command) == ("anonymous", Action.UPSERT)
        return
    claim = claims["public.trucks", actor, command]
    assert claim.status is ClaimStatus.REFUTED
    assert "role = admin in public.profiles" in claim.because
    assert ("policy:public.profiles/edits",) in [cause.policies for cause in claim.causes]
    assert "policy:public.trucks/admins" in [name for cause in claim.causes for name in cause.policies]


def test_the_sql_repeats_what_the_role_opens(promoted: tuple[Ground, Claims]) -> None:
    ground, claims = promoted
    with ground.connect() as connection:
        for command in (Action.UPDATE, Action.DELETE):
            sql = claims["public.trucks", "A", command].sql
            done = connection.execute(sql.removesuffix("rollback;").encode())
            while done.nextset():
                pass
            assert (done.rowcount, "'admin'" in sql) == (1, True)
            connection.execute("rollback")


def test_reading_that_is_open_anyway_stays_as_it_is(promoted: tuple[Ground, Claims]) -> None:
    assert promoted[1]["public.trucks", "A", Action.SELECT].status is ClaimStatus.DECLARED_OPEN
    assert promoted[1]["public.trucks", "anon", Action.DELETE].status is ClaimStatus.PROVEN
    assert promoted[1]["public.trucks", "admin", Action.DELETE].status is ClaimStatus.BY_ROLE


@pytest.mark.parametrize("sql", [PROFILES.format(check=KEPT), PROFILES.format(check="") + GUARD])
def test_a_check_or_a_trigger_that_keeps_the_role_holds(on_ground: Callable[[str], Ground], sql: str) -> None:
    claims = proved(on_ground(sql))
    assert claims["public.profiles", "A", Action.UPDATE].status is ClaimStatus.PROVEN
    assert claims["public.trucks", "A", Action.DELETE].status is ClaimStatus.PROVEN


@pytest.mark.parametrize(
    ("column", "asked", "noted", "said"),
    [
        ("tier text not null default 'free'", "a.tier in ('gold', 'silver')", "", "tier = gold"),
        ("vetted boolean not null default false", "a.vetted", "", "vetted = true"),
        ("level int not null default 0", "a.level >= 5", "", "level = "),
        ("firm_id uuid", "a.firm_id = firm", "firm_id uuid not null,", "firm_id of B's"),
    ],
)
def test_any_column_that_a_helper_asks_is_tried(
    on_ground: Callable[[str], Ground], column: str, asked: str, noted: str, said: str
) -> None:
    values = {"column": column, "asked": asked, "noted": noted}
    values |= {"arguments": "firm uuid", "given": "firm_id"} if noted else {"arguments": "", "given": ""}
    claims = proved(on_ground(BY_COLUMN.format(**values)))
    claim = claims["public.notes", "A", Action.DELETE]
    assert (claim.status, claim.because) == (ClaimStatus.REFUTED, claim.because)
    assert said in claim.because
    assert claims["public.accounts", "A", Action.UPDATE].notes == (Note.SELF_MADE,)

"""What the probe says of tables that are safe, open, broken and guarded, and that it would have noticed."""

from collections.abc import Callable, Mapping

import pytest

from checklists.live.ground import Ground, Probed
from checklists.live.model import Action, Claim, ClaimStatus
from checklists.live.probe import probe
from checklists.live.rows import seed

KEY = "id uuid primary key default gen_random_uuid()"
OWNED = f"{KEY}, owner_id uuid not null references auth.users (id), title text"
MINE = "owner_id = (select auth.uid())"
MEMBER = "exists (select 1 from public.org_members m where m.org_id = {}.org_id and m.user_id = auth.uid())"
SCHEMA = f"""
create table public.safe ({OWNED});
create policy mine on public.safe using ({MINE});
create table public.unsecured ({OWNED});
create table public.silent ({OWNED});
create table public.spoofed ({OWNED});
create policy reads on public.spoofed for select using ({MINE});
create policy adds on public.spoofed for insert with check (auth.uid() is not null);
create table public.masked ({OWNED});
create policy reads on public.masked for select using ({MINE});
create policy edits on public.masked for update using (true) with check ({MINE} or owner_id is not null);
create table public.widened ({OWNED}, deleted_at timestamptz);
create policy reads on public.widened for select using ({MINE});
create policy edits on public.widened for update using ({MINE}) with check ({MINE});
create policy bins on public.widened for update using ({MINE}) with check (deleted_at is not null);
create table public.posts ({OWNED}, published boolean not null default false);
create policy reads on public.posts for select using (published or {MINE});
create policy adds on public.posts for insert with check ({MINE});
create table public.bulletins ({OWNED}, status text not null default 'draft'
  check (status in ('draft', 'live', 'gone')), live_at timestamptz,
  check (status <> 'live' or live_at is not null));
create policy reads on public.bulletins for select using (status in ('live', 'gone') or {MINE});
create policy clears on public.bulletins for delete using (live_at is null and status = 'gone' or {MINE});
create table public.sealed ({OWNED}, open boolean not null default false check (not open));
create policy reads on public.sealed for select using (open or {MINE});
create table public.news ({OWNED});
create policy reads on public.news for select using (true);
create table public.channels ({OWNED});
create policy mine on public.channels using ({MINE});
create table public.messages ({OWNED}, channel_id uuid not null references public.channels (id));
create policy reads on public.messages for select using (
  {MINE} or exists (select 1 from public.channels c where c.id = channel_id and c.{MINE}));
create policy adds on public.messages for insert with check ({MINE});
create table public.looping ({OWNED});
create policy reads on public.looping for select using (
  exists (select 1 from public.looping l where l.{MINE}));
create function public.fails() returns boolean language plpgsql as $$ begin return 'x'::int = 1; end $$;
create table public.broken ({OWNED});
create policy reads on public.broken for select using (public.fails());
create table public.kept ({OWNED});
create policy mine on public.kept for select using ({MINE});
create policy all_of_it on public.kept for update using (true);
create function public.keep() returns trigger language plpgsql as $$
begin if old.owner_id <> auth.uid() then raise exception 'not yours'; end if; return new; end $$;
create trigger keep before update on public.kept for each row execute function public.keep();
create table public.stamped ({OWNED});
create policy reads on public.stamped for select using ({MINE});
create policy adds on public.stamped for insert with check (true);
create function public.stamp() returns trigger language plpgsql as $$
begin new.owner_id := coalesce(auth.uid(), new.owner_id); return new; end $$;
create trigger stamp before insert on public.stamped for each row execute function public.stamp();
create table public.admins (user_id uuid primary key references auth.users (id));
create policy own_row on public.admins for select using (user_id = (select auth.uid()));
create function public.is_admin() returns boolean language sql stable security definer
  as $$ select exists (select 1 from public.admins where user_id = auth.uid()) $$;
create table public.audited ({OWNED});
create policy admins_read on public.audited for select using (public.is_admin() or {MINE});
create table public.walled ({OWNED});
create policy mine on public.walled using (true);
create policy wall on public.walled as restrictive using ({MINE});
create table public.orgs (id uuid primary key default gen_random_uuid(), name text not null);
create table public.org_members (
  org_id uuid references public.orgs (id), user_id uuid references auth.users (id),
  primary key (org_id, user_id)
);
create policy mine on public.org_members for select using (user_id = (select auth.uid()));
create policy members on public.orgs for select using (
  exists (select 1 from public.org_members m where m.org_id = orgs.id and m.user_id = (select auth.uid())));
create table public.clubs ({KEY}, name text not null);
create table public.club_members (
  club_id uuid references public.clubs (id), user_id uuid references auth.users (id),
  primary key (club_id, user_id)
);
create function public.note_club() returns trigger language plpgsql security definer as $$
begin
  update auth.users set raw_app_meta_data = jsonb_build_object('club', new.club_id) where id = new.user_id;
  return new;
end $$;
create trigger note_club after insert on public.club_members
  for each row execute function public.note_club();
create function public.my_club() returns text language sql stable security definer
  as $$ select raw_app_meta_data ->> 'club' from auth.users where id = auth.uid() $$;
create policy members on public.clubs for select using (id::text = (select public.my_club()));
create table public.labels ({KEY}, owner_id uuid not null references auth.users (id), title text);
create policy mine on public.labels using ({MINE});
create table public.labelled (
  safe_id uuid references public.safe (id), label_id uuid references public.labels (id),
  owner_id uuid not null references auth.users (id), primary key (safe_id, label_id)
);
create policy mine on public.labelled using ({MINE});
create table public.requests ({KEY}, words text, assigned_to uuid references auth.users (id));
create policy asks on public.requests for insert with check (true);
create table public.granted ({OWNED}, rank int not null);
create policy mine on public.granted using ({MINE});
revoke insert on public.granted from anon, authenticated;
grant insert (owner_id, title) on public.granted to authenticated;
create table public.minutes ({KEY}, org_id uuid not null references public.orgs (id),
  created_by uuid references auth.users (id), title text);
create policy members on public.minutes using ({MEMBER.format("minutes")});
create table public.memos ({KEY}, org_id uuid not null references public.orgs (id),
  created_by uuid not null references auth.users (id), title text);
create policy reads on public.memos for select using ({MEMBER.format("memos")});
create policy adds on public.memos for insert
  with check (created_by = (select auth.uid()) and {MEMBER.format("memos")});
create policy edits on public.memos for update using ({MEMBER.format("memos")});
create table public.drafts ({OWNED});
create policy mine on public.drafts using ({MINE});
create table public.comments ({OWNED}, draft_id uuid not null references public.drafts (id));
create policy reads on public.comments for select using (true);
create policy adds on public.comments for insert with check ({MINE});
create table public.pages ({OWNED}, layout_id uuid references public.drafts (id));
create policy reads on public.pages for select using (true);
create policy adds on public.pages for insert with check ({MINE});
create function public.may_see(org uuid) returns boolean language plpgsql stable as $$ begin
  if org <> (auth.jwt() ->> 'org_id')::uuid then return false; end if; return true; end $$;
create table public.ledgers ({KEY}, org_id uuid not null references public.orgs (id), owner_id uuid not null
  references auth.users (id));
create policy of_the_org on public.ledgers for select using (public.may_see(org_id));
create function public.shown(day date) returns boolean language plpgsql stable as $$ begin
  return day > '2000-01-01' or auth.role() = 'service_role'; end $$;
create table public.showings ({OWNED}, day date not null);
create policy those_shown on public.showings for select using (public.shown(day));
create table public.reports ({KEY}, org_id uuid not null references public.orgs (id));
create policy any_member on public.reports for select using (
  exists (select 1 from public.org_members m where m.user_id = (select auth.uid())));
"""
SECURED = (
    "safe", "silent", "spoofed", "masked", "widened", "posts", "news", "channels", "messages", "looping",
    "broken", "kept", "stamped", "admins", "audited", "walled", "orgs", "org_members", "reports",
    "labels", "labelled", "requests", "clubs", "club_members",
    "granted", "minutes", "bulletins", "sealed", "memos", "drafts", "comments", "pages",
    "ledgers", "showings",
)  # fmt: skip
Claims = Mapping[tuple[str, str, Action], Claim]


@pytest.fixture(scope="module")
def ground(on_ground: Callable[[str], Ground]) -> Ground:
    secured = (f"alter table public.{name} enable row level security;" for name in SECURED)
    return on_ground("\n".join((SCHEMA, *secured)))


@pytest.fixture(scope="module")
def probed(ground: Ground) -> Probed:
    return probe(ground, seed(ground))


@pytest.fixture(scope="module")
def claims(probed: Probed) -> Claims:
    return {(claim.table, claim.actor, claim.command): claim for claim in probed.claims}


@pytest.mark.parametrize(
    ("table", "actor", "command", "status"),
    [
        ("safe", "A", "select", "proven"),
        ("safe", "A", "insert", "proven"),
        ("safe", "A", "update", "proven"),
        ("safe", "A", "delete", "proven"),
        ("safe", "anon", "select", "proven"),
        ("safe", "anonymous", "select", "proven"),
        ("unsecured", "anon", "select", "refuted"),
        ("unsecured", "anon", "delete", "refuted"),
        ("unsecured", "anon", "insert", "refuted"),
        ("silent", "A", "select", "closed"),
        ("spoofed", "A", "insert", "refuted"),
        ("spoofed", "A", "select", "proven"),
        ("masked", "A", "update", "refuted"),
        ("widened", "A", "update", "refuted"),
        ("widened", "A", "select", "proven"),
        ("labelled", "A", "insert", "proven"),  # that B's row lies where A's would says nothing of the policy
        ("requests", "anon", "insert", "declared_open"),  # whoever is to answer is not the author
        ("granted", "A", "insert", "proven"),  # some columns are granted, and those will do
        ("minutes", "A", "update", "proven"),  # `created_by` says who wrote them, and no policy asks
        ("memos", "A", "update", "refuted"),  # what an INSERT is held to, an UPDATE forges
        ("comments", "A", "insert", "refuted"),  # lands in what A cannot see
        ("pages", "A", "insert", "proven"),  # only refers to it
        ("posts", "A", "select", "declared_open"),  # what A has not published, and what it has
        ("bulletins", "anon", "select", "declared_open"),  # without TO, visitors are meant as well
        ("bulletins", "A", "delete", "refuted"),
        ("sealed", "anon", "select", "proven"),
        ("news", "anon", "select", "declared_open"),
        ("messages", "A", "insert", "refuted"),
        ("looping", "A", "select", "broken"),
        ("broken", "A", "select", "broken"),
        ("kept", "A", "update", "guarded"),
        ("stamped", "A", "insert", "guarded"),
        ("audited", "A", "select", "proven"),
        ("audited", "admin", "select", "by_role"),
        ("walled", "A", "update", "proven"),
        ("orgs", "A", "select", "proven"),
        ("orgs", "C", "select", "by_role"),
        ("clubs", "C", "select", "by_role"),  # by what a trigger wrote elsewhere
        ("clubs", "A", "select", "proven"),
        ("reports", "A", "select", "refuted"),
        ("ledgers", "anon", "select", "refuted"),  # whose organisation is unknown, which is no other
        ("showings", "anon", "select", "declared_open"),
        ("reports", "anon", "select", "proven"),
    ],
)
def test_status(claims: Claims, table: str, actor: str, command: str, status: str) -> None:
    claim = claims[f"public.{table}", actor, Action(command)]
    assert (claim.status, claim.because) == (ClaimStatus(status), claim.because)


@pytest.mark.parametrize(
    ("table", "command", "policies"),
    [
        ("spoofed", "insert", {"adds"}),
        ("masked", "update", {"edits"}),
        ("widened", "update", {"bins", "edits"}),
        ("reports", "select", {"any_member"}),
    ],
)
def test_a_hole_names_the_policies_that_open_it(
    claims: Claims, table: str, command: str, policies: set[str]
) -> None:
    causes = claims[f"public.{table}", "A", Action(command)].causes
    assert {name.rpartition("/")[2] for cause in causes for name in cause.policies} <= policies
    assert causes[0].policies


def test_what_a_policy_opens_by_a_value_is_tried_with_that_value(claims: Claims) -> None:
    claim = claims["public.bulletins", "anon", Action.SELECT]
    assert claim.because == "a visitor reads a row of A's, one with status = live"
    assert "\"status\" = 'live'" in claim.sql
    assert claim.causes[0].policies == ("policy:public.bulletins/reads",)


def test_a_value_that_no_row_can_have_leaves_a_doubt(claims: Claims) -> None:
    doubts = claims["public.sealed", "anon", Action.SELECT].provisional
    assert [doubt.partition(":")[0] for doubt in doubts] == ["no row with open = true could be put in"]
    assert claims["public.safe", "anon", Action.SELECT].provisional == ()


def test_a_hole_comes_with_sql_that_repeats_it(ground: Ground, claims: Claims) -> None:
    claim = claims["public.spoofed", "A", Action.INSERT]
    with ground.connect() as connection:
        done = connection.execute(claim.sql.removesuffix("rollback;").encode())
        while done.nextset():
            pass
        assert done.rowcount == 1
        connection.execute("rollback")


def test_roles_are_told_from_holes(claims: Claims) -> None:
    assert "public.admins" in claims["public.audited", "admin", Action.SELECT].causes[0].rows
    assert "public.org_members" in claims["public.reports", "A", Action.SELECT].because


def test_everything_tried_is_told_apart_and_every_weakening_noticed(probed: Probed) -> None:
    counts = probed.counts
    assert counts.cells == counts.conclusive > 500
    assert {name for name, _ in counts.missed} == {
        "policy:public.ledgers/of_the_org", "policy:public.showings/those_shown",
    }  # fmt: skip
    assert counts.noticed + len(counts.missed) == counts.weakened > 20


def test_two_runs_say_the_same(ground: Ground, probed: Probed) -> None:
    with ground.connect() as connection:
        connection.execute("truncate auth.users cascade")
        connection.execute("truncate public.orgs cascade")
    assert probe(ground, seed(ground)) == probed

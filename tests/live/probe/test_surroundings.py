"""Views, functions and Storage: what they let through beside the tables."""

from collections.abc import Callable, Mapping

import pytest

from checklists.live.ground import Ground
from checklists.live.model import Action, Claim, ClaimStatus, Note
from checklists.live.probe import probe
from checklists.live.rows import seed

MINE = "owner_id = (select auth.uid())"
SCHEMA = f"""
create table public.notes (
  id uuid primary key default gen_random_uuid(),
  owner_id uuid not null references auth.users (id) on delete cascade,
  body text not null
);
alter table public.notes enable row level security;
create policy mine on public.notes using ({MINE});
create view public.leaky as select * from public.notes;
create view public.sound with (security_invoker = true) as select * from public.notes;
create view public.own_only as select * from public.notes where {MINE};
create view public.said as select * from public.notes;
revoke all on public.said from public, anon, authenticated;
grant select on public.said to anon, authenticated;
create view public.dumped as select * from public.notes;
grant all on public.dumped to anon, authenticated;
create materialized view public.kept as select * from public.notes;
create function public.read_note(note_id uuid) returns setof public.notes language sql security definer
  set search_path = '' as $$ select * from public.notes where id = note_id $$;
create function public.my_note(note_id uuid) returns setof public.notes language sql security definer
  set search_path = '' as $$ select * from public.notes where id = note_id and owner_id = auth.uid() $$;
create function public.wipe(note_id uuid) returns void language sql security definer
  set search_path = '' as $$ delete from public.notes where id = note_id $$;
create function public.refuses(note_id uuid) returns void language plpgsql security definer
  set search_path = '' as $$ begin
  if not exists (select 1 from public.notes where id = note_id and owner_id = auth.uid()) then
    raise exception 'not yours'; end if; end $$;
insert into storage.buckets (id, name) values ('docs', 'docs') on conflict do nothing;
create policy docs_in_own_folder on storage.objects for all to authenticated using (
  bucket_id = 'docs' and (storage.foldername(name))[1] = (select auth.uid()::text));
insert into storage.buckets (id, name) values ('shared', 'shared') on conflict do nothing;
create policy shared_by_all on storage.objects for delete to authenticated using (bucket_id = 'shared');
create policy shared_seen on storage.objects for select to authenticated using (
  auth.uid() is not null and bucket_id = 'shared');
"""
UNDO = """
drop policy docs_in_own_folder on storage.objects;
drop policy shared_by_all on storage.objects;
drop policy shared_seen on storage.objects;
delete from storage.buckets where id in ('docs', 'shared');
"""
Claims = Mapping[tuple[str, str, Action], Claim]


@pytest.fixture(scope="module")
def claims(on_ground: Callable[[str], Ground]) -> Claims:
    ground = on_ground(SCHEMA)
    try:
        return {(c.table, c.actor, c.command): c for c in probe(ground, seed(ground)).claims}
    finally:
        with ground.connect() as connection:
            connection.execute(UNDO)


@pytest.mark.parametrize(
    ("view", "actor", "status"),
    [
        ("leaky", "A", "refuted"),
        ("leaky", "anon", "refuted"),
        ("sound", "A", "proven"),
        ("own_only", "A", "proven"),
        ("kept", "anon", "refuted"),
        ("said", "anon", "declared_open"),
        ("said", "A", "declared_open"),
        ("dumped", "anon", "refuted"),
    ],
)
def test_views(claims: Claims, view: str, actor: str, status: str) -> None:
    claim = claims[f"public.{view}", actor, Action.SELECT]
    assert (claim.status, claim.because) == (ClaimStatus(status), claim.because)


@pytest.mark.parametrize(
    ("function", "actor", "status"),
    [
        ("read_note", "A", "refuted"),
        ("read_note", "anon", "refuted"),
        ("my_note", "A", "proven"),
        ("my_note", "anon", "closed"),
        ("wipe", "anon", "refuted"),
        ("refuses", "A", "guarded"),
    ],
)
def test_functions(claims: Claims, function: str, actor: str, status: str) -> None:
    claim = claims[f"public.{function}(uuid)", actor, Action.EXECUTE]
    assert (claim.status, claim.because) == (ClaimStatus(status), claim.because)


def test_storage_policies_are_tried_bucket_by_bucket(claims: Claims) -> None:
    deletes = claims["storage.objects", "A", Action.DELETE]
    assert deletes.status is ClaimStatus.REFUTED
    assert "bucket shared" in deletes.because
    assert deletes.causes[0].policies == ("policy:storage.objects/shared_by_all",)
    assert claims["storage.objects", "A", Action.INSERT].status is ClaimStatus.PROVEN
    assert claims["storage.objects", "A", Action.SELECT].status is ClaimStatus.DECLARED_OPEN


def test_an_account_whose_rows_go_with_it_can_be_deleted(claims: Claims) -> None:
    assert claims["auth.users", "service_role", Action.DELETE].status is ClaimStatus.PROVEN


QUIET = """
create table public.slips (id uuid primary key default gen_random_uuid(), owner_id uuid not null references
  auth.users (id), due date not null, kind text not null check (kind in ('note', 'bill')));
alter table public.slips enable row level security;
create function public.remind() returns void language sql security definer
  as $$ update public.slips set kind = 'bill' where due = current_date + 4000 $$;
create function public.is_known() returns boolean language sql stable security definer
  as $$ select exists (select 1 from public.slips where owner_id = auth.uid()) $$;
create function public.add_slip(p_user_id uuid, p_kind text) returns uuid language sql
  security definer
  as $$ insert into public.slips (owner_id, due, kind)
    values (p_user_id, '2024-01-01', p_kind) returning id $$;
"""


def test_a_function_that_found_nothing_to_do_is_untested(on_ground: Callable[[str], Ground]) -> None:
    ground = on_ground(QUIET)
    claims = {(c.table, c.actor): c for c in probe(ground, seed(ground)).claims}
    reminds = claims["public.remind()", "anon"]
    assert reminds.status is ClaimStatus.UNTESTED
    assert "nothing that it could have handed out or changed" in reminds.because
    assert claims["public.is_known()", "A"].status is ClaimStatus.CLOSED
    adds = claims["public.add_slip(uuid, text)", "anon"]
    assert adds.status is ClaimStatus.UNTESTED
    assert adds.because.endswith("the call adds a row that names A to public.slips")


PROMOTING = """
create table public.profiles (id uuid primary key references auth.users (id), email text,
  role text not null default 'employee' check (role in ('admin', 'employee')));
alter table public.profiles enable row level security;
create policy own on public.profiles for select using (id = auth.uid());
create function public.is_admin() returns boolean language sql stable security definer
  as $$ select exists (select 1 from public.profiles where id = auth.uid() and role = 'admin') $$;
create table public.salaries (id uuid primary key default gen_random_uuid(), owner_id uuid not null
  references auth.users (id), amount int not null);
alter table public.salaries enable row level security;
create policy reads on public.salaries for select using (owner_id = auth.uid() or public.is_admin());
create function public.newcomer() returns trigger language plpgsql security definer as $$ begin
  insert into public.profiles (id, email, role)
    values (new.id, new.email, {role});
  return new; end $$;
create trigger newcomer after insert on auth.users for each row execute function public.newcomer();
"""
COPIED = "coalesce(new.raw_user_meta_data ->> 'role', 'employee')"


@pytest.mark.parametrize(("role", "made"), [(COPIED, True), ("'employee'", False)])
def test_metadata_of_a_sign_up_may_make_an_admin(
    on_ground: Callable[[str], Ground], role: str, *, made: bool
) -> None:
    ground = on_ground(PROMOTING.replace("{role}", role))
    try:
        claims = {(c.table, c.actor, c.command): c for c in probe(ground, seed(ground)).claims}
    finally:
        with ground.connect() as connection:
            connection.execute("drop trigger newcomer on auth.users")
    assert (("auth.users", "anon", Action.INSERT) in claims) is made
    if made:
        claim = claims["auth.users", "anon", Action.INSERT]
        assert (claim.status, claim.notes) == (ClaimStatus.REFUTED, (Note.SELF_MADE,))
        assert "role = admin" in claim.because
    admin = claims["public.salaries", "admin", Action.SELECT]
    assert admin.status is ClaimStatus.BY_ROLE
    assert claims["public.salaries", "A", Action.SELECT].status is ClaimStatus.PROVEN


def test_a_role_that_nobody_has_leaves_a_doubt(on_ground: Callable[[str], Ground]) -> None:
    ground = on_ground(ROOTLESS)
    claims = {(c.table, c.actor, c.command): c for c in probe(ground, seed(ground)).claims}
    doubts = claims["public.ledgers", "A", Action.SELECT].provisional
    assert doubts == ("no persona passes public.is_admin()",)


ROOTLESS = """
create function public.is_admin() returns boolean language sql stable
  as $$ select auth.jwt() -> 'app_metadata' ->> 'role' = 'admin' $$;
create table public.ledgers (id uuid primary key default gen_random_uuid(), owner_id uuid not null
  references auth.users (id), amount int not null);
alter table public.ledgers enable row level security;
create policy reads on public.ledgers for select using (owner_id = auth.uid() or public.is_admin());
"""

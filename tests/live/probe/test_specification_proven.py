"""The specification's own SQL, tried: what its policies let through, and what they stop that should go."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from checklists.live.ground import Ground
from checklists.live.model import Action, Claim, ClaimStatus, Note
from checklists.live.probe import probe
from checklists.live.rows import seed

MIGRATIONS = Path(__file__).parents[2] / "repos/specification/supabase/migrations"
NEEDED = """
create extension if not exists moddatetime with schema extensions;
alter table public.tenders add column org_id uuid;
"""
PROTECTED = """
alter table public.user_roles enable row level security;
create policy own on public.user_roles for select using (user_id = auth.uid());
alter table public.org_members enable row level security;
create policy peers on public.org_members for select using (
  org_id in (select org_id from public.org_members where user_id = auth.uid()));
"""
HIDDEN = """
drop policy "Users can view own tenders" on public.tenders;
drop policy "Admins can view all tenders" on public.tenders;
drop policy "Org members can view org tenders" on public.tenders;
create policy "Users can view own tenders" on public.tenders for select
  using (created_by = auth.uid() and deleted_at is null);
"""
Claims = Mapping[tuple[str, str, Action], Claim]


def specification() -> str:
    """Its tables and policies as written, with the column that they ask for and the table lacks."""
    tables, assumed, policies = (path.read_text() for path in sorted(MIGRATIONS.glob("*.sql"))[:3])
    tables = re.sub(r"CREATE TRIGGER.*?;", "", tables, flags=re.DOTALL)
    return tables + assumed + NEEDED.split(";")[1] + ";" + policies


def proved(ground: Ground) -> Claims:
    return {(c.table, c.actor, c.command): c for c in probe(ground, seed(ground)).claims}


@pytest.fixture(scope="module")
def written(on_ground: Callable[[str], Ground]) -> Claims:
    return proved(on_ground(specification()))


def test_two_update_policies_together_let_a_row_be_given_away(written: Claims) -> None:
    claim = written["public.tenders", "A", Action.UPDATE]
    assert (claim.status, claim.notes) == (ClaimStatus.REFUTED, (Note.GIVES_AWAY,))
    assert claim.causes[0].policies == ("policy:public.tenders/Users can soft-delete own tenders",)


def test_anybody_makes_itself_an_admin(written: Claims) -> None:
    claim = written["public.user_roles", "A", Action.INSERT]
    assert (claim.status, claim.notes) == (ClaimStatus.REFUTED, (Note.SELF_MADE,))
    assert "role = admin" in claim.because
    assert "public.tenders" in claim.because


def test_what_was_deleted_softly_is_still_read(written: Claims) -> None:
    claim = written["public.tenders", "A", Action.SELECT]
    assert claim.notes == (Note.DELETED_VISIBLE,)
    assert claim.because.endswith("its own row is still read after it was marked as deleted")


def test_what_is_read_after_a_step_of_its_own_is_not_proven(written: Claims) -> None:
    claim = written["public.tenders", "A", Action.SELECT]
    assert claim.status is ClaimStatus.REFUTED
    assert "in public.org_members, and then reads a row of B's in public.tenders" in claim.because


def test_an_account_cannot_be_deleted(written: Claims) -> None:
    claim = written["auth.users", "service_role", Action.DELETE]
    assert claim.status is ClaimStatus.BROKEN
    assert "constraint:public.tenders/tenders_created_by_fkey" in [cause.words for cause in claim.causes]


def test_policies_recurse_once_the_lookup_table_protects_itself(on_ground: Callable[[str], Ground]) -> None:
    claims = proved(on_ground(specification() + PROTECTED))
    assert "42P17" in claims["public.tenders", "A", Action.SELECT].because
    assert claims["public.tenders", "A", Action.SELECT].status is ClaimStatus.BROKEN
    assert claims["public.user_roles", "A", Action.INSERT].status is not ClaimStatus.REFUTED


def test_a_soft_delete_fails_where_reading_asks_for_what_is_not_deleted(
    on_ground: Callable[[str], Ground],
) -> None:
    claims = proved(on_ground(specification() + HIDDEN))
    claim = claims["public.tenders", "A", Action.UPDATE]
    assert Note.SOFT_DELETE_REFUSED in claim.notes
    assert Note.DELETED_VISIBLE not in claims["public.tenders", "A", Action.SELECT].notes

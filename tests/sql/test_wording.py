"""Expressions in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checklists.sql.expressions.wording import in_words

MINE = "`m.user_id` is the caller"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("auth.uid() = id", "`id` is the caller"),
        ("(( SELECT auth.uid() AS uid) = user_id)", "`user_id` is the caller"),
        ("auth.uid() IS NOT NULL", "the caller is signed in"),
        ("auth.uid() is null", "nobody is signed in"),
        ("not (auth.uid() is null)", "the caller is signed in"),
        ("auth.role() = 'authenticated'::text", "the caller is signed in"),
        ("auth.role() <> 'authenticated'", "the caller's role is not `'authenticated'`"),
        ("bucket_id = 'avatars'::text", "`bucket_id` is `'avatars'`"),
        ("deleted_at is null", "`deleted_at` is null"),
        ("deleted_at is not null", "`deleted_at` is not null"),
        ("not is_private", "`is_private` is false"),
        ("published", "`published` is true"),
        ("now() < ends_at", "`ends_at` is over `CURRENT_TIMESTAMP`"),
        ("x not in (1, 2)", "`x` is none of `1`, `2`"),
        ("a not like 'x%'", "`a NOT LIKE 'x%'` holds"),
        (
            "status = 'open' and (owner = auth.uid() or public.is_admin(auth.uid()))",
            "`status` is `'open'` and (`owner` is the caller, or `public.is_admin(auth.uid())` holds)",
        ),
        (
            "exists (select 1 from public.members m where m.org_id = t.org_id and m.user_id = auth.uid())",
            f"there is a row of `public.members` (`m`) where `m.org_id` is `t.org_id` and {MINE}",
        ),
        (
            "not exists (select 1 from bans where user_id = auth.uid())",
            "there is no row of `bans` where `user_id` is the caller",
        ),
        (
            "org_id in (select org_id from members where user_id = auth.uid())",
            "`org_id` is one of the `org_id` of `members` where `user_id` is the caller",
        ),
        ("org_id = any (select private.my_orgs())", "`org_id` is one of `private.my_orgs()`"),
        ("not valid sql (", "`not valid sql (`"),
    ],
)
def test_plain_words_for_plain_clauses(text: str, words: str) -> None:
    assert in_words(text) == words


@given(st.text(max_size=60))
def test_any_text_has_words(text: str) -> None:
    assert isinstance(in_words(text), str)

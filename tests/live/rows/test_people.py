"""Tokens that a repo's own helpers take for real ones."""

import json
import time

from checklists.live.rows.people import ANONYMOUS, PEOPLE, A, claims

# https://supabase.com/docs/guides/auth/jwt-fields, those that every token has.
REQUIRED = {"iss", "aud", "exp", "iat", "sub", "role", "aal", "session_id", "email", "phone", "is_anonymous"}


def test_every_person_carries_what_a_token_always_has() -> None:
    for person in PEOPLE:
        token = json.loads(claims(person))
        assert set(token) >= REQUIRED
        assert token["iat"] < time.time() < token["exp"]
        assert token["sub"] == person.id


def test_the_anon_key_names_nobody_and_has_not_run_out() -> None:
    token = json.loads(claims(None))
    assert token["role"] == "anon"
    assert "sub" not in token
    assert token["exp"] > time.time()


def test_an_anonymous_sign_in_says_so() -> None:
    assert json.loads(claims(ANONYMOUS))["is_anonymous"] is True
    assert json.loads(claims(A))["is_anonymous"] is False
    assert claims(A) == claims(A)

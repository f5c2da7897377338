"""Secrets are told by what they decode to, and never shown. Keys are put together here; none stands in a
file.
"""

import base64
import json
from collections.abc import Mapping

import pytest
from builders import check, project
from hypothesis import given
from hypothesis import strategies as st

from checklists.checks.subjects.secret_names import is_elevated, is_public, is_secret
from checklists.checks.subjects.secret_values import secrets_in
from checklists.model import Confidence, Severity, Status
from checklists.ts.tokens import payload, supabase_role

SIGNATURE = "Zk3vQ9x-2LwYt7Rb8Nc1Md5Sf0Jg4Hp6KuTzXoEiAqU"


def token(**claims: object) -> str:
    parts = ({"alg": "HS256", "typ": "JWT"}, claims)
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, SIGNATURE])


SERVICE = token(iss="supabase", ref="abcdefghijklmnopqrst", role="service_role", iat=1, exp=2)
ANON = token(iss="supabase", ref="abcdefghijklmnopqrst", role="anon", iat=1, exp=2)
DEMO = token(iss="supabase-demo", role="service_role", exp=2)
OWN = token(role="service_role", sub="someone")
SECRET_KEY = "sb_" + "secret_" + "9hK2mQxT4vLpR7wYbN1cZs" + "_a8Fd3GjU"
ACCESS = "sbp_" + "0f1e2d3c4b5a69788796a5b4c3d2e1f001234567"
ADDRESS = "postgresql://" + "postgres.abcd:" + "tR7-kw_93Lq0" + "@aws-0-eu.pooler.supabase.com:6543/postgres"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"const key = '{SERVICE}'", "a Supabase service role key"),
        (f"KEY={SECRET_KEY}", "a Supabase secret key"),
        (f"TOKEN={ACCESS}", "a Supabase access token"),
        (f"url = '{ADDRESS}'", "a database address with its password"),
    ],
)
def test_secrets_are_found_and_not_shown(text: str, what: str) -> None:
    (found,) = secrets_in(text)
    assert found.what == what
    assert found.shown
    hidden = ("tR7-kw_93Lq0", SIGNATURE, SERVICE[7:], SECRET_KEY[7:], ACCESS[7:])
    assert not any(part in found.shown for part in hidden)


@pytest.mark.parametrize(
    "text",
    [
        ANON,
        DEMO,
        "sb_publishable_9hK2mQxT4vLpR7wYbN1cZs_a8Fd3GjU",
        "sb_secret_your-secret-key-goes-here-0",
        "sb_secret_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        "eyJhbGciOiJIUzI1NiJ9.eyJub3QtanNvbi1hdC1hbGw.abcdefghijklmnopqrstuvwxyz",
        "postgresql://postgres:postgres@localhost:54322/postgres",
        "postgresql://postgres:[YOUR-PASSWORD]@db.abcd.supabase.co:5432/postgres",
        "postgres://postgres:${PASSWORD}@db.abcd.supabase.co/postgres",
        "postgres://user:password@db.abcd.supabase.co/postgres",
        *(
            f"postgres://app:{asked}@db.tenders.io/postgres"
            for asked in (
                "SECURE_PRODUCTION_PASSWORD",
                "strong-password-here",
                "CHANGEME",
                "DBPASSWORD",
                "replace_with_real_secret",
                "<password>",
                "$DB_PASSWORD",
                "{{password}}",
                "%PASSWORD%",
                "my-password",
            )
        ),
        "the service_role key",
        "sbp_" + "0" * 40,
        "postgres://service-role:" + "tR7-kw_93Lq0@private-host",
        "postgres://postgres.other-project:tR7-kw_93Lq0@aws-0-us-west-2.pooler.supabase.com:6543/postgres",
    ],
)
def test_public_keys_local_keys_and_placeholders_are_none(text: str) -> None:
    assert not list(secrets_in(f"x = '{text}'"))


def test_anon_and_service_tokens_differ_only_in_their_payload() -> None:
    assert SERVICE.split(".")[0] == ANON.split(".")[0]
    assert (supabase_role(SERVICE), supabase_role(ANON), supabase_role("nothing")) == (
        "service_role",
        "anon",
        "",
    )


def test_each_secret_of_a_file_is_reported_once_with_its_line() -> None:
    text = f"// one\nconst a = '{SERVICE}'\nconst b = '{SERVICE}'\n"
    said = check("secret_in_source", project({"lib/a.ts": text}))
    (finding,) = said.findings
    assert (finding.object, finding.location.line) == ("file:lib/a.ts", 2)
    assert SERVICE not in finding.message + finding.remedy


def test_a_demo_key_is_a_note_in_a_migration_and_nothing_elsewhere() -> None:
    path = "supabase/migrations/20240101000000_m.sql"
    sql = f"select 1;\nselect '{DEMO}';\nselect '{DEMO}';\n"
    (note,) = check("secret_in_source", project({path: sql, "lib/a.ts": f"const a = '{DEMO}'"})).findings
    assert (note.severity, str(note.location)) == (Severity.INFO, f"{path}:2")
    assert DEMO not in note.message + note.remedy
    assert not check("secret_in_source", project({path: f"select '{ANON}';"})).findings


def test_a_token_of_no_known_project_is_less_certain() -> None:
    said = check("secret_in_source", project({"lib/a.ts": f"const a = '{OWN}'\n"}))
    assert [finding.confidence for finding in said.findings] == [Confidence.MEDIUM]


@pytest.mark.parametrize(
    "made_up",
    [
        "postgres://app:" + "do-not-leak@db.tenders.io/postgres",
        "postgres://app:" + "tR7-kw_93Lq0@db.tenders.test/postgres",
        "sb_" + "secret_abcdefghijklmnopqrstuvwxyz",
        "sbp_" + "0123456789abcdef0123456789abcdef01234567",
        token(iss="supabase", ref="testproject", role="service_role"),
    ],
)
def test_a_test_may_hold_what_it_made_up(made_up: str) -> None:
    text = f"throw new Error('connect to {made_up} failed')\n"
    for path in ("app/api/__tests__/route.ts", "app/api/route.test.ts", "tests/redaction.ts"):
        assert check("secret_in_source", project({path: text})).status is Status.CLEAR
    assert check("secret_in_source", project({"lib/redaction.ts": text})).findings


@pytest.mark.parametrize("real", [SERVICE, SECRET_KEY, ADDRESS.replace(".abcd:", "." + "abcde" * 4 + ":")])
def test_a_secret_that_was_issued_is_one_in_a_test_as_well(real: str) -> None:
    assert check("secret_in_source", project({"lib/db.test.ts": f"const it = '{real}'\n"})).findings


def test_a_password_of_mere_words_is_less_certain() -> None:
    text = "const url = 'postgres://app:" + "super-secret1@db.tenders.io/postgres'\n"
    (finding,) = check("secret_in_source", project({"lib/db.ts": text})).findings
    assert finding.confidence is Confidence.MEDIUM


def test_a_public_variable_is_judged_by_its_committed_value() -> None:
    reads = "export const a = process.env.NEXT_PUBLIC_KEY"
    files = {"lib/a.ts": reads, ".env.production": f"NEXT_PUBLIC_KEY={SERVICE}\n"}
    flagged = check("public_env_secret", project(files))
    assert [finding.object for finding in flagged.findings] == ["env:NEXT_PUBLIC_KEY"]
    assert SERVICE not in flagged.findings[0].message
    clear = check("public_env_secret", project(files | {".env.production": f"NEXT_PUBLIC_KEY='{ANON}'\n"}))
    assert clear.status is Status.CLEAR


@pytest.mark.parametrize(
    ("name", "public", "secret", "elevated"),
    [
        ("NEXT_PUBLIC_SUPABASE_ANON_KEY", True, False, False),
        ("NEXT_PUBLIC_SUPABASE_SERVICE_ROLE_KEY", True, True, True),
        ("VITE_STRIPE_SECRET_KEY", True, True, False),
        ("EXPO_PUBLIC_DATABASE_URL", True, True, False),
        ("NEXT_PUBLIC_AUTH_PASSWORD", True, False, False),
        ("NEXT_PUBLIC_PRIVATE_BETA", True, False, False),
        ("NEXT_PUBLIC_TURNSTILE_SITE_KEY", True, False, False),
        ("SUPABASE_SECRET_KEY", False, True, True),
        ("SUPABASE_SERVICE_KEY", False, True, True),
        ("CRON_SECRET", False, True, False),
        ("PUBLICATION_URL", False, False, False),
    ],
)
def test_names(name: str, public: bool, secret: bool, elevated: bool) -> None:
    assert (is_public(name), is_secret(name), is_elevated(name)) == (public, secret, elevated)


@given(st.text(max_size=120), st.text(max_size=40))
def test_any_text_can_be_searched(text: str, middle: str) -> None:
    searched = f"{text} eyJ{middle}.eyJ{middle}.{text} sb_secret_{text} postgres://{middle}:{text}@{middle}"
    assert all(0 <= secret.start < len(searched) for secret in secrets_in(searched))
    assert isinstance(payload(f"{text}.{middle}.{text}"), Mapping)

"""Settings of config.toml: where they stand, and for whom they speak."""

import pytest
from builders import check, project

from checklists.checks.subjects.settings import below, is_pushed, place
from checklists.model import Confidence, Severity, Status

CONFIG = "supabase/config.toml"
WEAK = "[auth]\nminimum_password_length = 6\n"


def test_a_setting_is_placed_on_its_line_or_at_its_table() -> None:
    seen = project({CONFIG: "[api]\nport = 1\n[auth]\n\n[auth.email]\notp_expiry = 5\n"})
    assert place(seen, "auth", "email", "otp_expiry").line == 6
    assert place(seen, "auth", "email", "max_frequency").line == 5
    assert place(seen, "db", "port").line == 1


QUERY = """import { createClient } from '@supabase/supabase-js'
const supabase = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_ANON_KEY!)
export const all = () => supabase.from('t').select('id')
"""


def test_every_setting_below_a_table() -> None:
    config = {"auth": {"a": 1, "b": {"c": "x", "d": {"e": []}}}, "db": {"a": 2}}
    assert dict(below(config, "auth")) == {
        ("auth", "a"): 1,
        ("auth", "b", "c"): "x",
        ("auth", "b", "d", "e"): [],
    }


@pytest.mark.parametrize(
    ("files", "pushed"),
    [
        ({}, False),
        ({CONFIG: f'{WEAK}[remotes.prod]\nproject_id = "x"\n'}, True),
        ({".github/workflows/deploy.yml": "run: supabase config push --yes"}, True),
        ({".github/workflows/deploy.yml": "run: supabase db push"}, False),
    ],
)
def test_for_whom_the_file_speaks(files: dict[str, str], pushed: bool) -> None:
    seen = project({CONFIG: WEAK} | files)
    assert is_pushed(seen) is pushed
    said = check("auth_setting_weak", seen)
    assert said.status is (Status.FLAGGED if pushed else Status.UNDETERMINED)
    assert [(f.severity, f.confidence) for f in said.findings] == [
        (Severity.MEDIUM, Confidence.HIGH)
    ] * pushed


def test_a_value_that_somebody_chose_counts_in_a_local_file_too() -> None:
    (finding,) = check("auth_setting_weak", project({CONFIG: "[auth]\njwt_expiry = 604800\n"})).findings
    assert (finding.severity, finding.confidence) == (Severity.MEDIUM, Confidence.MEDIUM)


@pytest.mark.parametrize(
    ("files", "examined"),
    [
        ({}, False),
        ({"lib/s.ts": f"{QUERY}\nexport const me = () => supabase.auth.getUser()"}, True),
        ({"supabase/migrations/1_t.sql": "create table t (id uuid references auth.users (id));"}, True),
    ],
)
def test_a_repo_that_signs_people_in_by_other_means(files: dict[str, str], examined: bool) -> None:
    config = "[auth]\njwt_expiry = 604800\n"
    said = check("auth_setting_weak", project({CONFIG: config, "lib/q.ts": QUERY} | files))
    assert (said.status is Status.FLAGGED) is examined


def test_nobody_signs_up_by_mail() -> None:
    config = "[auth]\nenable_signup = false\n[auth.email]\nenable_confirmations = false\n"
    assert check("auth_setting_weak", project({CONFIG: config})).status is Status.NOT_APPLICABLE


def test_a_file_that_sets_nothing_is_not_judged() -> None:
    assert check("auth_setting_weak", project({CONFIG: "[api]\n"})).status is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    "value", ["env(GOOGLE_SECRET)", "", "your-secret-goes-here", "aaaaaaaaaaaaaaaa", "short"]
)
def test_what_is_no_literal_secret(value: str) -> None:
    config = f'[auth.external.google]\nsecret = "{value}"\n'
    assert check("auth_secret_literal", project({CONFIG: config})).findings == ()


def test_a_literal_secret_is_not_shown() -> None:
    config = '[auth.email.smtp]\npass = "Zt7Rk2Wv9Xb5Np8Lc3Hd6"\n'
    (finding,) = check("auth_secret_literal", project({CONFIG: config})).findings
    assert finding.object == "config:auth.email.smtp.pass"
    assert "Xb5Np8" not in repr(finding)

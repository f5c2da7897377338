"""Jobs, webhooks and functions that send requests, and what they carry."""

import base64
import json

import pytest
from builders import check, migrations

from checklists.model import Severity, Status
from checklists.sql.questions.commands import command

KEY = "Zt7Rk2Wv9Xb5Np8Lc3Hd6Jf1Sg0Ty"


def _token(role: str, issuer: str = "supabase") -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'HS256'})}.{part({'role': role, 'iss': issuer, 'ref': 'abcdef'})}.{KEY}"


def _job(header: str) -> str:
    return (
        "create extension if not exists pg_cron; create extension if not exists pg_net;"
        f"select cron.schedule('j', '* * * * *', $j$ select net.http_post(url := 'https://x.test', "
        f"headers := '{header}'::jsonb) $j$);"
    )


@pytest.mark.parametrize(
    ("header", "severity"),
    [
        (f'{{"Authorization": "Bearer {KEY}"}}', Severity.BLOCKER),
        (f'{{"apikey": "{KEY}"}}', Severity.BLOCKER),
        (f'{{"x-hook-secret":"{KEY}"}}', Severity.BLOCKER),
        (f'{{"Authorization": "Bearer {_token("service_role")}"}}', Severity.BLOCKER),
        (f'{{"Authorization": "Bearer {_token("anon")}"}}', Severity.INFO),
        (f'{{"Authorization": "Bearer {_token("service_role", "supabase-demo")}"}}', Severity.INFO),
        ('{"apikey": "sb_publishable_0123456789abcdefghijkl_01234567"}', Severity.INFO),
    ],
)
def test_what_a_job_sends(header: str, severity: Severity) -> None:
    (finding,) = check("job_secret_in_sql", migrations(_job(header))).findings
    assert (finding.object, finding.severity) == ("cron:j", severity)
    assert KEY not in repr(finding)


@pytest.mark.parametrize(
    "header",
    [
        '{"Authorization": "Bearer YOUR_SERVICE_ROLE_KEY_GOES_HERE"}',
        '{"x-hook-secret": "WEBHOOKSECRET"}',
        '{"Content-Type": "application/json"}',
    ],
)
def test_placeholders_are_no_keys(header: str) -> None:
    assert check("job_secret_in_sql", migrations(_job(header))).status is Status.CLEAR


def test_a_function_that_sends_is_looked_into() -> None:
    body = f"begin perform net.http_post('https://x.test', headers := '{{\"apikey\": \"{KEY}\"}}'::jsonb); "
    "end"
    sends = f"create function public.send() returns void language plpgsql as $$ {body} $$;"
    (finding,) = check("job_secret_in_sql", migrations(sends)).findings
    assert finding.object == "function:public.send()"


def test_a_job_that_was_unscheduled_is_none() -> None:
    gone = _job(f'{{"apikey": "{KEY}"}}'), "select cron.unschedule('j');"
    assert check("job_secret_in_sql", migrations(*gone)).status is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("text", "calls", "rewritten"),
    [
        ("select public.f(1), now()", ("public.f", "now"), ()),
        ("delete from a; truncate b, c", (), ("a", "b", "c")),
        ("delete from a where x; update b set x = 1 from c", (), ()),
        ("VACUUM", (), ()),
    ],
)
def test_a_command_is_read(text: str, calls: tuple[str, ...], rewritten: tuple[str, ...]) -> None:
    said = command(text)
    assert (said.calls, said.rewritten, said.read) == (calls, rewritten, True)


def test_a_command_that_is_no_sql() -> None:
    assert not command("run the thing").read
    job = "create extension if not exists pg_cron; select cron.schedule('j', '* * * * *', 'run the thing');"
    assert check("cron_job_changes_all_rows", migrations(job)).status is Status.UNDETERMINED

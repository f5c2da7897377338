"""How much an upload without a limit matters: who may send it, and whether the bucket is seen to take it."""

import pytest
from builders import check, project

from checklists.model import Severity, Status

HEAD = "import { createClient } from '@supabase/supabase-js'\n"
ADMIN = (
    HEAD + "const admin = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_SERVICE_ROLE_KEY!)\n"
)
UPLOAD = """
  const file = (await request.formData()).get('file') as File
  await admin.storage.from('bids').upload(crypto.randomUUID(), file)
  return Response.json({ ok: true })
}
"""
OPEN = f"{ADMIN}export async function POST(request: Request) {{{UPLOAD}"
ASKS = f"""{ADMIN}export async function POST(request: Request) {{
  const {{ data: {{ user }} }} = await admin.auth.getUser(request.headers.get('authorization'))
  if (!user) return new Response(null, {{ status: 401 }})
{UPLOAD}"""
BUCKET = "insert into storage.buckets (id, name) values ('bids', 'bids');"
POLICY = "create policy p on storage.objects for insert to authenticated with check (bucket_id = '{}');"
MAKES = (
    ADMIN + "export const make = async () => { await admin.storage.createBucket('bids', { public: false }) }"
)
SQL = "supabase/migrations/20240101000000_b.sql"


@pytest.mark.parametrize(
    ("code", "sql", "severity"),
    [
        (OPEN, BUCKET, Severity.HIGH),
        (OPEN, "", Severity.MEDIUM),
        (ASKS, BUCKET, Severity.MEDIUM),
    ],
)
def test_a_file_of_any_size_weighs_by_who_sends_it(code: str, sql: str, severity: Severity) -> None:
    (found,) = check("upload_unchecked", project({"app/api/f/route.ts": code, SQL: sql})).findings
    assert found.severity is severity


@pytest.mark.parametrize(
    ("kinds", "stored", "severity"),
    [
        ("'image/png', 'text/csv'", "file.type", Severity.LOW),
        ("'image/png', 'image/svg+xml'", "file.type", Severity.MEDIUM),
        ("'image/png', 'text/csv'", "'text/plain'", Severity.MEDIUM),
    ],
)
def test_a_declared_type_of_a_list_makes_a_broken_file_at_worst(
    kinds: str, stored: str, severity: Severity
) -> None:
    code = f"""{ADMIN}export async function POST(request: Request) {{
  const file = (await request.formData()).get('file') as File
  const allowed = [{kinds}]
  if (!allowed.includes(file.type)) return new Response(null, {{ status: 400 }})
  await admin.storage.from('bids').upload(crypto.randomUUID(), file, {{ contentType: {stored} }})
  return Response.json({{ ok: true }})
}}"""
    (found,) = check("upload_type_trusted", project({"app/api/f/route.ts": code, SQL: BUCKET})).findings
    assert found.severity is severity


def test_a_limit_of_the_configuration_counts() -> None:
    config = '[storage.buckets.bids]\nfile_size_limit = "5MiB"\n'
    made = project({"app/api/f/route.ts": OPEN, "supabase/config.toml": config})
    assert check("upload_unchecked", made).status is Status.CLEAR


@pytest.mark.parametrize(
    ("sql", "severity"),
    [(POLICY.format("bids"), Severity.MEDIUM), (POLICY.format("other"), Severity.LOW), ("", Severity.LOW)],
)
def test_a_bucket_made_in_code_weighs_by_who_writes_into_it(sql: str, severity: Severity) -> None:
    (found,) = check("upload_unchecked", project({"lib/setup.ts": MAKES, SQL: sql})).findings
    assert found.severity is severity

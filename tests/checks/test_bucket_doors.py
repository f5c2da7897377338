"""How bad it is that a bucket has no limits depends on who can put files there."""

import pytest
from builders import check, project

from checklists.model import Severity

SQL = "supabase/migrations/20240101000000_b.sql"
BUCKET = "insert into storage.buckets (id, name, public) values ('bids', 'bids', false);"
OPEN = "create policy p on storage.objects for insert to {} with check ({});"
CODE = """
import {{ createClient }} from '@supabase/supabase-js'
const supabase = createClient(process.env.URL!, process.env.{}!)
export async function keep(file: File) {{
  await supabase.storage.from('bids').upload(file.name, file)
}}
"""


@pytest.mark.parametrize(
    ("policy", "severity"),
    [
        (OPEN.format("anon", "bucket_id = 'bids'"), Severity.HIGH),
        (OPEN.format("public", "true"), Severity.HIGH),
        (OPEN.format("public", "bucket_id = 'bids' and auth.role() = 'authenticated'"), Severity.MEDIUM),
        (OPEN.format("public", "bucket_id = 'bids' and public.is_member()"), Severity.MEDIUM),
        (
            OPEN.format(
                "authenticated", "bucket_id = 'bids' and (storage.foldername(name))[1] = auth.uid()::text"
            ),
            Severity.MEDIUM,
        ),
        (OPEN.format("public", "bucket_id = 'bids' and (auth.jwt() ->> 'rol') = 'admin'"), Severity.LOW),
        (
            OPEN.format("public", "bucket_id = 'bids' and (auth.jwt() ->> 'rol') = 'admin'")
            + OPEN.replace("policy p", "policy q").format("authenticated", "bucket_id = 'bids'"),
            Severity.MEDIUM,
        ),
        (OPEN.format("anon", "bucket_id = 'others'"), Severity.LOW),
        ("", Severity.LOW),
    ],
)
def test_by_its_policies(policy: str, severity: Severity) -> None:
    (finding,) = check("bucket_unlimited", project({SQL: BUCKET + policy})).findings
    assert finding.severity is severity


@pytest.mark.parametrize(
    ("key", "severity"),
    [("SUPABASE_SERVICE_ROLE_KEY", Severity.LOW), ("NEXT_PUBLIC_SUPABASE_ANON_KEY", Severity.MEDIUM)],
)
def test_by_the_code_where_no_policy_is_in_sight(key: str, severity: Severity) -> None:
    (finding,) = check("bucket_unlimited", project({SQL: BUCKET, "lib/keep.ts": CODE.format(key)})).findings
    assert finding.severity is severity

"""A repo whose database is kept elsewhere: its code is reviewed, and nothing is said of its schema."""

import json
from pathlib import Path

from click.testing import CliRunner
from gitrepos import repository

from checklists.model import Verdict
from tui.cli import cli

HELLO = """import { createClient } from "npm:@supabase/supabase-js@2";
Deno.serve(async (request) => {
  const db = createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!);
  const { id } = await request.json();
  const { error } = await db.from("notes").delete().eq("id", id);
  return Response.json({ error: error?.message });
});
"""


def test_its_functions_are_reviewed_and_its_schema_is_undetermined(tmp_path: Path) -> None:
    files = {"supabase/config.toml": "", "supabase/functions/hello/index.ts": HELLO}
    root = repository(tmp_path / "repo", files)
    told = CliRunner().invoke(cli, ["scan", str(root), "--format", "json"])
    assert told.exit_code == 1, told.output
    items = {item["id"]: item for item in json.loads(told.stdout)["items"]}
    assert items["edge-callers-verified"]["suggestion"] == Verdict.FAIL
    for name in ("rls-enabled", "permissive-policies", "uuid-keys", "naive-timestamps", "policies-tested"):
        assert items[name]["suggestion"] == Verdict.UNDETERMINED
        assert "holds no migrations" in items[name]["because"]
    passed = [name for name, item in items.items() if item["suggestion"] == Verdict.PASS]
    assert [name for name in passed if items[name]["section"] in ("schema", "rls", "delivery")] == []

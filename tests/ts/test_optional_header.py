"""A factory that forwards a header only where it is handed one."""

import pytest
from builders import project

from checklists.ts.index import Key

FACTORY = """import { createClient } from "npm:@supabase/supabase-js@2";
export const connect = (header?: string) =>
  createClient(Deno.env.get("SUPABASE_URL")!, Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!, {
    global: { headers: header ? { Authorization: header } : {} },
  });
"""
CALLER = """import { connect } from "../_shared/db.ts";
Deno.serve(async (request) => {
  const db = connect(%s);
  await db.from("notes").delete().eq("id", 1);
  return new Response("ok");
});
"""


@pytest.mark.parametrize(
    ("given", "key"), [("", Key.SERVICE), ('request.headers.get("Authorization")!', Key.USER)]
)
def test_it_acts_with_its_own_key_where_it_is_handed_none(given: str, key: Key) -> None:
    files = {
        "supabase/functions/_shared/db.ts": FACTORY,
        "supabase/functions/hook/index.ts": CALLER % given,
    }
    assert [query.key for query in project(files).sources.queries()] == [key]

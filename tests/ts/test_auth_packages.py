"""What well-known packages say of the caller is known by name."""

import pytest
from builders import project

from checklists.ts.index import CallerState

ASKING = [
    ("@clerk/nextjs/server", "auth", "const { userId } = await auth(); if (!userId) throw new Error('no');"),
    (
        "@clerk/nextjs/server",
        "currentUser",
        "const user = await currentUser(); if (!user) throw new Error('no');",
    ),
    ("@clerk/nextjs/server", "auth", "await auth.protect();"),
    ("next-auth", "getServerSession", "const s = await getServerSession(); if (!s) throw new Error('no');"),
    ("@auth/core", "getSession", "const s = await getSession(); if (!s) throw new Error('no');"),
    ("better-auth/api", "getSession", "const s = await getSession(); if (!s) throw new Error('no');"),
    (
        "@workos-inc/authkit-nextjs",
        "withAuth",
        "const { user } = await withAuth(); if (!user) throw new Error('no');",
    ),
    ("@auth0/nextjs-auth0", "getSession", "const s = await getSession(); if (!s) throw new Error('no');"),
]


MADE = """import { createClient } from "@supabase/supabase-js";
export const db = createClient("u", process.env.SUPABASE_SERVICE_ROLE_KEY!);
"""


@pytest.mark.parametrize(("package", "name", "asks"), ASKING)
def test_who_asks_a_package_knows_the_caller(package: str, name: str, asks: str) -> None:
    code = f"""'use server';
import {{ {name} }} from "{package}";
import {{ db }} from "./db";
export async function remove(id: string) {{
  %s
  await db.from("notes").delete().eq("id", id);
}}
"""
    states = []
    for body in (asks, ""):
        seen = project({"app/actions.ts": code % body, "app/db.ts": MADE})
        states.append(seen.sources.callers["action:app/actions.ts#remove"].state)
    assert states == [CallerState.VERIFIED, CallerState.UNVERIFIED]

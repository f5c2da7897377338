"""Servers of other frameworks are for the reviewer: never "nothing here", never "all clear"."""

import pytest
from builders import check, project

from checklists.model import Status

SERVERS = {
    "Hono": ("apps/api/src/index.ts", "import { Hono } from 'hono'\nexport const app = new Hono()"),
    "Express": ("server.js", "import express from 'express'\nconst app = express()"),
    "Fastify": ("api/main.ts", "import Fastify from 'fastify'\nconst app = Fastify()"),
    "NestJS": ("src/a.controller.ts", "import { Controller, Get } from '@nestjs/common'\nexport class A {}"),
    "tRPC": (
        "src/server/trpc.ts",
        "import { initTRPC } from '@trpc/server'\nexport const t = initTRPC.create()",
    ),
    "Nitro": (
        "server/api/tenders.post.ts",
        "export default defineEventHandler(async (event) => readBody(event))",
    ),
    "Astro": ("src/pages/api/tenders.ts", "export const POST = async ({ request }) => new Response()"),
    "SvelteKit": ("src/routes/api/x/+server.ts", "export async function POST({ request }) {}"),
    "Remix": ("app/routes/tenders.tsx", "export async function action({ request }) {}"),
    "TanStack Start": (
        "src/a.ts",
        "import { createServerFn } from '@tanstack/react-start'\nexport const f = createServerFn()",
    ),
}
OF_REQUESTS = ("route_without_auth", "route_input_unvalidated", "error_leaked_by_route", "rate_limit_missing")


@pytest.mark.parametrize("name", SERVERS)
@pytest.mark.parametrize("rule", OF_REQUESTS)
def test_endpoints_of_other_frameworks_are_left_to_the_reviewer(name: str, rule: str) -> None:
    path, text = SERVERS[name]
    said = check(rule, project({path: text}))
    assert said.status is Status.UNDETERMINED
    (gap,) = said.gaps
    assert gap.object == f"file:{path}"
    assert gap.because.startswith(f"{name} answers callers here ({path})")


@pytest.mark.parametrize("name", ["Remix", "TanStack Start"])
def test_what_stands_for_server_actions_makes_their_item_undetermined(name: str) -> None:
    path, text = SERVERS[name]
    assert check("action_input_unvalidated", project({path: text})).status is Status.UNDETERMINED
    assert check("action_without_auth", project({path: text})).status is Status.UNDETERMINED


def test_many_files_of_one_framework_are_one_gap() -> None:
    _, text = SERVERS["Hono"]
    said = check("route_without_auth", project({"api/a.ts": text, "api/b.ts": text, "api/c/d.ts": text}))
    (gap,) = said.gaps
    assert "(api/a.ts and 2 more)" in gap.because


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "supabase/functions/x/index.ts",
            "import { Hono } from 'jsr:@hono/hono@4'\nDeno.serve(new Hono().fetch)",
        ),
        ("lib/a.ts", "import type { Hono } from 'hono'"),
        ("lib/a.ts", "import { TRPCError } from '@trpc/server'"),
        ("lib/a.ts", "import { hc } from 'hono/client'"),
        ("tests/a.ts", "import express from 'express'"),
        ("src/pages/index.ts", "export default function Page() {}"),
    ],
)
def test_what_is_read_or_serves_nobody_is_no_gap(path: str, text: str) -> None:
    assert check("route_without_auth", project({path: text})).gaps == ()

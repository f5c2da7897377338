"""What a middleware's lists of paths say of a route."""

import pytest
from builders import check, project

from checklists.model import Status

ROUTE = """import { createClient } from '@supabase/supabase-js'
const db = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_SERVICE_ROLE_KEY!)
export async function POST(req: Request) {
  const { data } = await db.from('jobs').update(await req.json()).eq('id', 1).select('*')
  return Response.json(data)
}
"""
GATE = """import { NextResponse } from 'next/server'
%s
export async function middleware(request) {
  const { pathname } = request.nextUrl
  const { data: { user } } = await supabase.auth.getUser()
  %s
  return NextResponse.next()
}
"""
SHUT = "const protectedPaths = ['/api/jobs', '/account']"
OPEN = "const publicPaths = ['/api/jobs', '/login']"
LISTED = (
    "if (protectedPaths.some((p) => pathname.startsWith(p)) && !user) return NextResponse.redirect('/login')"
)
REST = """if (!user && !publicPaths.some((p) => pathname.startsWith(p))) {
    return NextResponse.json({ error: 'no' }, { status: 401 })
  }"""
PAGES = "if (!user && pathname.startsWith('/dashboard')) return NextResponse.redirect('/login')"
MATCHER = "export const config = { matcher: ['/((?!api|_next/static).*)'] }"


@pytest.mark.parametrize(
    ("place", "gate", "flagged"),
    [
        ("middleware.ts", GATE % (SHUT, LISTED), False),
        ("proxy.ts", GATE % (SHUT, LISTED), False),
        ("src/middleware.ts", GATE % (SHUT, LISTED), True),
        ("middleware.ts", GATE % (SHUT.replace("jobs", "job"), LISTED), True),
        ("middleware.ts", GATE % (OPEN, REST), True),
        ("middleware.ts", GATE % (OPEN.replace("jobs", "auth"), REST), False),
        ("middleware.ts", GATE % (SHUT + "\n" + OPEN, LISTED), True),
        ("middleware.ts", GATE % ("", PAGES), True),
        ("middleware.ts", GATE % (MATCHER + SHUT, LISTED), True),
    ],
)
def test_an_address_that_a_middleware_shuts_is_undetermined(place: str, gate: str, flagged: bool) -> None:
    said = check("route_without_auth", project({"app/api/jobs/route.ts": ROUTE, place: gate}))
    assert bool(said.findings) is flagged
    if not flagged:
        assert said.status is Status.UNDETERMINED

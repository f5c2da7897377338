import { NextResponse, type NextRequest } from 'next/server'
import { z } from 'zod'
import { createClient } from '@/lib/supabase/server'

const Search = z.object({ q: z.string().min(2).max(80) })

export async function GET(request: NextRequest) {
  const supabase = await createClient()
  const { data: { user } } = await supabase.auth.getUser()
  if (!user) return NextResponse.json({ error: 'unauthorized' }, { status: 401 })

  const search = Search.safeParse({ q: request.nextUrl.searchParams.get('q') })
  if (!search.success) return NextResponse.json({ error: 'invalid_request' }, { status: 400 })

  const { q } = search.data
  const { data, error } = await supabase
    .from('tenders')
    .select('id, title, deadline')
    .or(`title.ilike.%${q}%,reference.eq.${q}`)
    .eq('status', 'published')
    .order('title')
    .limit(50)
  if (error) return NextResponse.json({ error: 'search_failed' }, { status: 500 })
  return NextResponse.json({ tenders: data })
}

import { NextResponse, type NextRequest } from 'next/server'
import { createClient } from '@/lib/supabase/server'

export async function GET(request: NextRequest) {
  const supabase = await createClient()
  const { data: { user } } = await supabase.auth.getUser()
  if (!user) return NextResponse.json({ error: 'unauthorized' }, { status: 401 })

  const q = request.nextUrl.searchParams.get('q') ?? ''
  const { data, error } = await supabase
    .from('tenders')
    .select('*')
    .or(`title.ilike.%${q}%,reference.eq.${q}`)
    .eq('status', 'open')
    .order('title')
    .limit(50)
  if (error) return NextResponse.json({ error: 'search_failed' }, { status: 500 })
  return NextResponse.json({ tenders: data.map(({ id, title, deadline }) => ({ id, title, deadline })) })
}

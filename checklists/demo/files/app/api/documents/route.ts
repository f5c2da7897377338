import { NextResponse, type NextRequest } from 'next/server'
import { createClient } from '@/lib/supabase/server'

export async function POST(request: NextRequest) {
  const supabase = await createClient()
  const { data: { user } } = await supabase.auth.getUser()
  if (!user) return NextResponse.json({ error: 'unauthorized' }, { status: 401 })

  const form = await request.formData()
  const file = form.get('file') as File
  if (file.type !== 'application/pdf') return NextResponse.json({ error: 'not_a_pdf' }, { status: 415 })

  const { data, error } = await supabase.storage.from('bid-documents').upload(`${form.get('bid')}/${file.name}`, file)
  if (error) return NextResponse.json({ error: 'upload_failed' }, { status: 500 })
  return NextResponse.json({ path: data.path })
}

import { NextResponse, type NextRequest } from 'next/server'
import { z } from 'zod'
import { createClient } from '@/lib/supabase/server'

const MAX_BYTES = 10 * 1024 * 1024
const Place = z.object({ supplier: z.uuid(), bid: z.uuid() })

export async function POST(request: NextRequest) {
  const supabase = await createClient()
  const { data: { user } } = await supabase.auth.getUser()
  if (!user) return NextResponse.json({ error: 'unauthorized' }, { status: 401 })

  const form = await request.formData()
  const file = form.get('file')
  const place = Place.safeParse({ supplier: form.get('supplier'), bid: form.get('bid') })
  if (!place.success || !(file instanceof File) || file.size > MAX_BYTES) {
    return NextResponse.json({ error: 'invalid_request' }, { status: 400 })
  }

  const bytes = new Uint8Array(await file.arrayBuffer())
  if (!isPdf(bytes)) return NextResponse.json({ error: 'not_a_pdf' }, { status: 415 })

  const { data, error } = await supabase.storage
    .from('bid-documents')
    .upload(`${place.data.supplier}/${place.data.bid}/${crypto.randomUUID()}.pdf`, bytes, {
      contentType: 'application/pdf',
    })
  if (error) return NextResponse.json({ error: 'upload_failed' }, { status: 500 })
  return NextResponse.json({ path: data.path })
}

function isPdf(bytes: Uint8Array): boolean {
  return new TextDecoder().decode(bytes.subarray(0, 5)) === '%PDF-'
}

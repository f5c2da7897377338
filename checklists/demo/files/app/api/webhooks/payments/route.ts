import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { admin } from '@/lib/supabase/admin'

const Event = z.object({ type: z.literal('award.paid'), tender: z.uuid() })

function isSigned(body: string, signature: string | null): boolean {
  const expected = createHmac('sha256', process.env.PAYMENTS_WEBHOOK_SECRET!).update(body).digest()
  const given = Buffer.from(signature ?? '', 'hex')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

export async function POST(request: Request) {
  const body = await request.text()
  if (!isSigned(body, request.headers.get('x-signature'))) return new Response(null, { status: 401 })

  const event = Event.safeParse(JSON.parse(body))
  if (!event.success) return new Response(null, { status: 400 })

  const { error } = await admin.from('tenders').update({ status: 'awarded' }).eq('id', event.data.tender)
  return new Response(null, { status: error ? 500 : 204 })
}

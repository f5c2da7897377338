import { createClient } from 'npm:@supabase/supabase-js@2.112.3'
import { z } from 'npm:zod@4.1.12'
import { corsFor } from '../_shared/cors.ts'

const Body = z.object({ tenderId: z.uuid() })

Deno.serve(async (req) => {
  const headers = { ...corsFor(req.headers.get('Origin')), 'Content-Type': 'application/json' }
  const reply = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status, headers })

  if (req.method === 'OPTIONS') return new Response(null, { status: 204, headers })

  const authorization = req.headers.get('Authorization')
  if (!authorization) return reply({ error: 'unauthorized' }, 401)

  const supabase = createClient(Deno.env.get('SUPABASE_URL') ?? '', Deno.env.get('SUPABASE_ANON_KEY') ?? '', {
    global: { headers: { Authorization: authorization } },
  })
  const { data: { user }, error: authError } = await supabase.auth.getUser()
  if (authError || !user) return reply({ error: 'unauthorized' }, 401)

  const parsed = Body.safeParse(await req.json().catch(() => null))
  if (!parsed.success) return reply({ error: 'invalid_request' }, 400)

  const { data, error } = await supabase
    .from('tenders')
    .update({ status: 'closed' })
    .eq('id', parsed.data.tenderId)
    .eq('created_by', user.id)
    .select('id, status')
    .maybeSingle()
  if (error) {
    console.error('close-tender', error)
    return reply({ error: 'close_failed' }, 500)
  }
  return data ? reply(data) : reply({ error: 'not_found' }, 404)
})

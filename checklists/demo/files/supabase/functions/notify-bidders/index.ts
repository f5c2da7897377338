import { createClient } from 'npm:@supabase/supabase-js@2.112.3'
import { z } from 'npm:zod@4.1.12'
import { corsFor } from '../_shared/cors.ts'

const Body = z.object({ tenderId: z.uuid(), message: z.string().min(1).max(2_000) })

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

  try {
    const { tenderId, message } = Body.parse(await req.json())
    const admin = createClient(Deno.env.get('SUPABASE_URL')!, Deno.env.get('SUPABASE_SERVICE_ROLE_KEY')!)
    const { data: bids, error } = await admin.from('bids').select('created_by').eq('tender_id', tenderId)
    if (error) throw error

    await fetch('https://mail.quayside.example/send', {
      method: 'POST',
      headers: { Authorization: `Bearer ${Deno.env.get('MAILER_TOKEN')}` },
      body: JSON.stringify({ to: bids.map((bid) => bid.created_by), message }),
    })
    return reply({ sent: bids.length })
  } catch (error) {
    return reply({ error: error.message }, 500)
  }
})

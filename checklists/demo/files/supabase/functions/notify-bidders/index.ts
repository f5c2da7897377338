import { createClient } from 'npm:@supabase/supabase-js@2.112.3'

Deno.serve(async (req) => {
  const headers = {
    'Access-Control-Allow-Origin': req.headers.get('Origin') ?? '*',
    'Access-Control-Allow-Credentials': 'true',
    'Access-Control-Allow-Headers': 'authorization, apikey, content-type',
  }
  if (req.method === 'OPTIONS') {
    return new Response('ok', { headers })
  }

  const admin = createClient(Deno.env.get('SUPABASE_URL')!, Deno.env.get('SUPABASE_SERVICE_ROLE_KEY')!)

  try {
    const { tenderId, message } = await req.json()
    const { data: bids, error } = await admin.from('bids').select('created_by').eq('tender_id', tenderId)
    if (error) throw error

    await fetch('https://mail.quayside.example/send', {
      method: 'POST',
      headers: { Authorization: `Bearer ${Deno.env.get('MAILER_TOKEN')}` },
      body: JSON.stringify({ to: bids.map((bid) => bid.created_by), message }),
    })
    return new Response(JSON.stringify({ sent: bids.length }), { headers })
  } catch (err) {
    return new Response(JSON.stringify({ error: err.message }), { status: 500, headers })
  }
})

'use server'

import { revalidatePath } from 'next/cache'
import { publicCode } from '@/lib/errors'
import { createClient } from '@/lib/supabase/server'

type BidInput = {
  tender_id: string
  supplier_id: string
  amount: number
  note?: string
}

type Line = { id: string; note: string }

export async function submitBid(input: BidInput) {
  const supabase = await createClient()
  const { data: { user } } = await supabase.auth.getUser()
  if (!user) return { error: 'unauthorized' }

  const { data, error } = await supabase
    .from('bids')
    .insert({ created_by: user.id, ...input })
    .select('id')
    .single()
  if (error) return { error: publicCode(error) }

  revalidatePath(`/tenders/${input.tender_id}`)
  return { bid: data.id }
}

export async function annotateBids(lines: Line[]) {
  const supabase = await createClient()
  const { data: { session } } = await supabase.auth.getSession()
  if (!session) return { error: 'unauthorized' }

  for (const line of lines) {
    const { error } = await supabase.from('bids').update({ note: line.note }).eq('id', line.id)
    if (error) return { error: publicCode(error) }
  }
  return { changed: lines.length }
}

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

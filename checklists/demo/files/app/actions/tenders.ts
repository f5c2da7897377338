'use server'

import { revalidatePath } from 'next/cache'
import { publicCode } from '@/lib/errors'
import { admin } from '@/lib/supabase/admin'
import { createClient } from '@/lib/supabase/server'
import { NewTender, TenderChange } from '@/lib/validation/tender'
import type { z } from 'zod'

export async function draftTender(input: z.input<typeof NewTender>) {
  const parsed = NewTender.safeParse(input)
  if (!parsed.success) return { error: 'invalid_request' }

  const supabase = await createClient()
  const { data: { user } } = await supabase.auth.getUser()
  if (!user) return { error: 'unauthorized' }

  const { data, error } = await supabase
    .from('tenders')
    .insert({ ...parsed.data, created_by: user.id })
    .select('id, title, status')
    .single()
  if (error) return { error: publicCode(error) }

  revalidatePath('/tenders')
  return { tender: data }
}

export async function changeTender(input: z.input<typeof TenderChange>) {
  const parsed = TenderChange.safeParse(input)
  if (!parsed.success) return { error: 'invalid_request' }

  const supabase = await createClient()
  const { data: { user } } = await supabase.auth.getUser()
  if (!user) return { error: 'unauthorized' }

  const { id, ...change } = parsed.data
  const { data, error } = await supabase.from('tenders').update(change).eq('id', id).select('id, title').single()
  if (error) return { error: error.message }

  revalidatePath(`/tenders/${id}`)
  return { tender: data }
}

export async function withdrawTender(id: string) {
  await admin.from('tenders').update({ deleted_at: new Date().toISOString() }).eq('id', id)
  revalidatePath('/tenders')
}

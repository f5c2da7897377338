'use server'

import { createClient } from '@/lib/supabase/server'
import { revalidatePath } from 'next/cache'
import { z } from 'zod'

const CreateTenderSchema = z.object({
  title: z.string().min(1).max(200),
  description: z.string().optional(),
  budget_min: z.number().positive().optional(),
  budget_max: z.number().positive().optional(),
  deadline: z.string().datetime().optional(),
})

export async function createTender(input: z.infer<typeof CreateTenderSchema>) {
  const parsed = CreateTenderSchema.safeParse(input)
  if (!parsed.success) {
    return { error: 'Validation failed', details: parsed.error.flatten() }
  }

  const supabase = await createClient()
  const { data: { user } } = await supabase.auth.getUser()
  if (!user) return { error: 'Unauthorized' }

  const { data, error } = await supabase
    .from('tenders')
    .insert({ ...parsed.data, created_by: user.id })
    .select()
    .single()

  if (error) return { error: error.message }

  revalidatePath('/tenders')
  return { data }
}

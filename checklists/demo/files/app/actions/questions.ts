'use server'

import { revalidatePath } from 'next/cache'
import { publicCode } from '@/lib/errors'
import { createClient } from '@/lib/supabase/server'
import { Questions } from '@/lib/validation/question'
import type { z } from 'zod'

export async function askQuestions(input: z.input<typeof Questions>) {
  const parsed = Questions.safeParse(input)
  if (!parsed.success) return { error: 'invalid_request' }

  const supabase = await createClient()
  const { data: { user } } = await supabase.auth.getUser()
  if (!user) return { error: 'unauthorized' }

  const { tender_id, texts } = parsed.data
  for (const body of texts) {
    const { error } = await supabase.from('tender_questions').insert({ tender_id, body, created_by: user.id })
    if (error) return { error: publicCode(error) }
  }

  revalidatePath(`/tenders/${tender_id}`)
  return { asked: texts.length }
}

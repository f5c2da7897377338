'use server'

import { z } from 'zod'
import { maySignIn } from '@/lib/rate-limit'
import { createClient } from '@/lib/supabase/server'

const Email = z.email().max(254)

export async function requestSignInLink(form: FormData) {
  const email = Email.safeParse(form.get('email'))
  if (!email.success) return { error: 'invalid_request' }
  if (!(await maySignIn())) return { error: 'try_again_later' }

  const supabase = await createClient()
  const { error } = await supabase.auth.signInWithOtp({
    email: email.data,
    options: { emailRedirectTo: 'https://quayside.example/auth/callback' },
  })
  return error ? { error: 'try_again_later' } : { sent: true }
}

'use client'

import { sendFeedback } from '@/lib/mailer'

export function Feedback() {
  return (
    <form action={async (form) => { await sendFeedback(String(form.get('text'))) }}>
      <textarea name="text" />
      <button>Send</button>
    </form>
  )
}

'use client'

import { useState } from 'react'
import { draftTender } from '@/app/actions/tenders'

export default function NewTenderPage() {
  const [error, setError] = useState('')

  async function save(form: FormData) {
    const result = await draftTender({
      organisation_id: String(form.get('organisation')),
      reference: String(form.get('reference')),
      title: String(form.get('title')),
    })
    setError(result.error ?? '')
  }

  return (
    <form action={save}>
      <input name="organisation" type="hidden" />
      <input name="reference" required />
      <input name="title" required minLength={3} />
      <button>Save draft</button>
      {error && <p role="alert">{error}</p>}
    </form>
  )
}

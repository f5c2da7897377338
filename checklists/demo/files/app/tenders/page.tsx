import Link from 'next/link'
import { createClient } from '@/lib/supabase/server'

export default async function TendersPage() {
  const supabase = await createClient()
  const { data: tenders, error } = await supabase
    .from('tenders')
    .select('id, title, deadline')
    .eq('status', 'published')
    .is('deleted_at', null)
    .order('deadline')
    .limit(50)
  if (error) throw new Error('tenders unavailable')

  const rows = await Promise.all(
    tenders.map(async (tender) => {
      const { data: questions } = await supabase
        .from('tender_questions')
        .select('id')
        .eq('tender_id', tender.id)
        .is('answer', null)
      return { ...tender, open: questions?.length ?? 0 }
    }),
  )

  return (
    <ul>
      {rows.map((row) => (
        <li key={row.id}>
          <Link href={`/tenders/${row.id}`}>{row.title}</Link> ({row.open} open questions)
        </li>
      ))}
    </ul>
  )
}

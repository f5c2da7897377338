import { admin } from '@/lib/supabase/admin'

/** How many bids a tender has, without telling who made them. */
export async function countBids(tenderId: string): Promise<number> {
  const { count, error } = await admin
    .from('bids')
    .select('id', { count: 'exact', head: true })
    .eq('tender_id', tenderId)
  if (error) throw new Error('bid count unavailable')
  return count ?? 0
}

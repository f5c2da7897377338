import { createClient } from '@/lib/supabase/server'

export async function activeTenders() {
  const supabase = await createClient()
  const { data } = await supabase
    .from('tenders')
    .select('id, title, status, deadline') // Not select('*')
    .eq('status', 'active')
  return data
}

import { createClient } from '@/lib/supabase/server'

type Item = { id?: string; tender_id: string; name: string }

export async function insertItems(items: Item[]) {
  const supabase = await createClient()
  // ✅ Batch insert
  const { data, error } = await supabase
    .from('tender_items')
    .insert(items) // Array of objects
    .select()
  return { data, error }
}

export async function upsertItems(items: Item[]) {
  const supabase = await createClient()
  // ✅ Batch upsert
  const { data, error } = await supabase
    .from('tender_items')
    .upsert(items, { onConflict: 'id' })
    .select()
  return { data, error }
}

export async function insertOneByOne(items: Item[]) {
  const supabase = await createClient()
  // ❌ Never loop individual inserts
  for (const item of items) {
    await supabase.from('tender_items').insert(item) // N+1!
  }
}

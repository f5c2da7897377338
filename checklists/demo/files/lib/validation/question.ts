import { z } from 'zod'

export const Questions = z.object({
  tender_id: z.uuid(),
  texts: z.array(z.string().min(5).max(1_000)).min(1).max(20),
})

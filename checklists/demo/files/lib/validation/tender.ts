import { z } from 'zod'

export const TENDER_STATUS = ['draft', 'published', 'closed', 'awarded'] as const

export const NewTender = z
  .object({
    organisation_id: z.uuid(),
    reference: z.string().min(1).max(40),
    title: z.string().min(3).max(200),
    description: z.string().max(20_000).default(''),
    budget_min: z.number().nonnegative().optional(),
    budget_max: z.number().nonnegative().optional(),
    deadline: z.iso.datetime({ offset: true }).optional(),
  })
  .refine((t) => t.budget_min === undefined || t.budget_max === undefined || t.budget_min <= t.budget_max, {
    error: 'The lower budget is above the upper one.',
  })

export const TenderChange = z.object({
  id: z.uuid(),
  title: z.string().min(3).max(200),
  description: z.string().max(20_000),
})

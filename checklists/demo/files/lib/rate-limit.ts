import { Ratelimit } from '@upstash/ratelimit'
import { Redis } from '@upstash/redis'
import { headers } from 'next/headers'

const signInLimiter = new Ratelimit({
  redis: Redis.fromEnv(),
  limiter: Ratelimit.slidingWindow(5, '10 m'),
  prefix: 'sign-in',
})

/** Whether this visitor may ask for another mail: five in ten minutes from one address. */
export async function maySignIn(): Promise<boolean> {
  const address = (await headers()).get('x-vercel-forwarded-for') ?? 'unknown'
  const { success } = await signInLimiter.limit(address)
  return success
}

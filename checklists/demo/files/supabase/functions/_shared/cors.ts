const ALLOWED = new Set(['https://quayside.example', 'http://localhost:3000'])

export function corsFor(origin: string | null): Record<string, string> {
  const headers: Record<string, string> = {
    'Access-Control-Allow-Headers': 'authorization, x-client-info, apikey, content-type',
    'Access-Control-Allow-Methods': 'POST, OPTIONS',
    Vary: 'Origin',
  }
  if (origin && ALLOWED.has(origin)) headers['Access-Control-Allow-Origin'] = origin
  return headers
}

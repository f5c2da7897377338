const KNOWN: Record<string, string> = {
  '23505': 'already_exists',
  '23514': 'invalid_value',
  '42501': 'forbidden',
}

/** A stable code for the caller; what the database said stays in the log. */
export function publicCode(error: { code?: string; message: string }): string {
  console.error(error)
  return KNOWN[error.code ?? ''] ?? 'unexpected'
}

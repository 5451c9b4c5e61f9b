import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** HMAC-SHA256 as base64: what most channels put into their signature header. @param key the secret as text, or its decoded bytes */
export const hmacSha256Base64 = (key: string | Uint8Array, signed: string | Uint8Array): string =>
  createHmac('sha256', key).update(signed).digest('base64')

/** HMAC-SHA256 as lower-case hex. */
export const hmacSha256Hex = (key: string | Uint8Array, signed: string | Uint8Array): string =>
  createHmac('sha256', key).update(signed).digest('hex')

/** Whether two texts or byte strings are the same, in a time that tells nothing of where they differ, nor of the secret one's length. */
export const sameBytes = (a: string | Uint8Array, b: string | Uint8Array): boolean =>
  // timingSafeEqual throws on unequal lengths; digests always have 32 bytes.
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())

/**
 * Whether what was given is one of those expected: one for each secret that is in force while it is rotated.
 * All are compared, so that the time does not tell which one it was.
 */
export const matchesAny = (given: string | Uint8Array, expected: readonly (string | Uint8Array)[]): boolean => {
  let found = false
  for (const one of expected) found = sameBytes(given, one) || found
  return found
}

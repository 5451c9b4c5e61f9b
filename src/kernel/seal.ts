import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/** A key for AES-256 out of secrets that are there anyway; another purpose gives another key. */
const keyOf = (secrets: readonly string[], purpose: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', JSON.stringify(secrets), '', purpose, 32))

/**
 * Seals a text so that it can lie in the store: base64 of nonce, tag and cipher text (AES-256-GCM).
 * @param purpose what it is of; it opens under the same alone
 */
export const seal = (text: string, secrets: readonly string[], purpose: string): string => {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, keyOf(secrets, purpose), nonce, { authTagLength: tagBytes })
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64')
}

/** @returns undefined where it was sealed with other secrets, for another purpose, or was changed since */
export const unseal = (sealed: string, secrets: readonly string[], purpose: string): string | undefined => {
  const bytes = Buffer.from(sealed, 'base64')
  if (bytes.length < nonceBytes + tagBytes) return undefined
  const key = keyOf(secrets, purpose)
  const opener = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
  opener.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
  try {
    return Buffer.concat([opener.update(bytes.subarray(nonceBytes + tagBytes)), opener.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

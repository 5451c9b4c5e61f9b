import { hmacSha256Base64 } from '../../src/connector/signature.ts'

/**
 * The scheme of https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, read 24 Nov 2026:
 * `v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`, several signatures with a blank between them.
 */
export const toleranceSeconds = 5 * 60

/** What is signed: header texts as they are sent, and the exact bytes of the body. */
export interface Signable {
  readonly id: string
  /** seconds since 1970, as text */
  readonly timestamp: string
  readonly body: Uint8Array
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** The keys in a list of secrets; what is no base64, or is empty, is none. */
export const keysOf = (secrets: readonly string[] = []): readonly Uint8Array[] =>
  secrets
    .map((secret) => secret.replace(/^whsec_/, ''))
    .filter((text) => text !== '' && base64.test(text))
    .map((text) => Buffer.from(text, 'base64'))

/** One signature a key, each as base64 without its version. */
export const signaturesOf = (keys: readonly Uint8Array[], { id, timestamp, body }: Signable): readonly string[] => {
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body])
  return keys.map((key) => hmacSha256Base64(key, signed))
}

/** The three headers of a message. */
export const headersOf = (keys: readonly Uint8Array[], message: Signable): Readonly<Record<string, string>> => ({
  'webhook-id': message.id,
  'webhook-timestamp': message.timestamp,
  'webhook-signature': signaturesOf(keys, message)
    .map((signature) => `v1,${signature}`)
    .join(' '),
})

import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { HubError } from '../kernel/errors.ts'

/** Whose secret an envelope holds: one made for another connection, or under another name, does not open. */
export interface SealedFor {
  readonly connection: string
  readonly name: string
}

const version = 1
const ivBytes = 12
const tagBytes = 16

/**
 * The key that seals.
 * @throws CONFIG_INVALID unless it has 32 bytes
 */
export const sealingKey = (bytes: Uint8Array): KeyObject => {
  if (bytes.length !== 32)
    throw new HubError('CONFIG_INVALID', `expected a sealing key of 32 bytes, got ${bytes.length}`)
  return createSecretKey(bytes)
}

/** A secret as it may lie in the store: base64 of version, nonce, tag and AES-256-GCM ciphertext. No two envelopes are alike. */
export const seal = (key: KeyObject, whose: SealedFor, secret: string): string => {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes }).setAAD(boundTo(whose))
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  return Buffer.concat([Buffer.from([version]), iv, cipher.getAuthTag(), sealed]).toString('base64')
}

/**
 * The secret in an envelope.
 * @throws CONFIG_INVALID where it was sealed with another key, for somebody else, by a newer program, or was changed
 */
export const unseal = (key: KeyObject, whose: SealedFor, envelope: string): string => {
  const bytes = Buffer.from(envelope, 'base64')
  const [iv, tag] = [bytes.subarray(1, 1 + ivBytes), bytes.subarray(1 + ivBytes, 1 + ivBytes + tagBytes)]
  if (bytes[0] !== version || tag.length !== tagBytes) throw closed(whose, 'it is no envelope of this version')
  const cipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes })
    .setAAD(boundTo(whose))
    .setAuthTag(tag)
  const opened = cipher.update(bytes.subarray(1 + ivBytes + tagBytes))
  try {
    return Buffer.concat([opened, cipher.final()]).toString('utf8')
  } catch {
    throw closed(whose, 'another key, another owner, or changed bytes')
  }
}

const boundTo = ({ connection, name }: SealedFor): Uint8Array =>
  Buffer.from(`${version}:${connection.length}:${connection}:${name}`)

const closed = ({ connection, name }: SealedFor, why: string): HubError =>
  new HubError('CONFIG_INVALID', `the sealed secret ${name} of connection ${connection} does not open: ${why}`)

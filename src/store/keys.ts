import { createHash, randomBytes } from 'node:crypto'
import type { Collection } from './port.ts'
import type { ApiKey, Role } from './rows.ts'

export interface Keys {
  /** Makes a key; its text is told here, once, and never again. */
  make(name: string, role: Role, now: Date): Promise<{ readonly id: string; readonly text: string }>
  /** Makes the key whose text is given, where it is not there yet (the first key of a container). */
  ensure(text: string, name: string, role: Role, now: Date): Promise<void>
  find(text: string): Promise<ApiKey | null>
  list(): Promise<ApiKey[]>
  remove(id: string): Promise<boolean>
}

/** API keys. The text has 256 random bits, so a plain SHA-256 of it is as hard to turn back as the key to guess. */
export const openKeys = (keys: Collection<ApiKey>): Keys => ({
  make: async (name, role, now) => {
    const text = `cdk_${randomBytes(32).toString('base64url')}`
    const row = rowOf(text, { name, role, madeAt: now })
    await keys.insertOne(row)
    return { id: row._id, text }
  },
  ensure: async (text, name, role, now) => {
    const row = rowOf(text, { name, role, madeAt: now })
    await keys.updateOne(
      { _id: row._id },
      { $set: { role }, $setOnInsert: { hash: row.hash, name, madeAt: now } },
      { upsert: true },
    )
  },
  find: (text) => keys.findOne({ _id: idOf(hashOf(text)) }),
  list: () => keys.find({}, { sort: { madeAt: 1 } }).toArray(),
  remove: async (id) => (await keys.deleteMany({ _id: id })).deletedCount === 1,
})

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')
const idOf = (hash: string): string => `key_${hash.slice(0, 32)}`
const rowOf = (text: string, fields: Omit<ApiKey, '_id' | 'hash'>): ApiKey => {
  const hash = hashOf(text)
  return { _id: idOf(hash), hash, ...fields }
}

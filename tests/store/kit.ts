import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digest } from '../../src/kernel/digest.ts'
import { type EmbeddedOptions, openEmbedded } from '../../src/store/embedded/open.ts'
import type { Doc } from '../../src/store/port.ts'

export interface Row extends Doc {
  readonly state?: string
  readonly at?: Date
  readonly list?: readonly string[]
  readonly body?: Uint8Array
  readonly pair?: number
}

export const program = { name: 'crossdock', schema: 3 }
export const freshFile = (): string => join(mkdtempSync(join(tmpdir(), 'crossdock-store-')), 'hub.db')
export const open = (file: string, more: Partial<EmbeddedOptions> = {}) => openEmbedded({ file, program, ...more })
export const deferred = { rows: { keys: 'deferred' } } as const
export const ids = (count: number, from = 0): readonly string[] =>
  Array.from({ length: count }, (_, at) => `msg_${digest(String(from + at))}`)

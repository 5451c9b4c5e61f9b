import type { Collection, Doc } from '../../src/store/port.ts'

/** A document wide enough for every rule of the suite. */
export interface Thing extends Doc {
  readonly kind?: string
  readonly at?: Date | null
  readonly count?: number | null
  readonly tags?: readonly string[]
  readonly words?: readonly string[]
  readonly body?: Uint8Array
  readonly react?: { readonly dueAt?: Date; readonly gen?: number; readonly note?: string }
  readonly lines?: readonly { readonly sku: string; readonly quantity?: number; readonly at?: Date }[]
  readonly state?: string
}

/** A day of January 2026. */
export const day = (number: number): Date => new Date(Date.UTC(2026, 0, number))

/** A new collection with the suite's indexes and these documents. */
export type Fresh = (...documents: readonly Thing[]) => Promise<Collection<Thing>>

/** The ids that were found, in one word. */
export const idsOf = async (found: { toArray(): Promise<readonly Thing[]> }): Promise<string> =>
  (await found.toArray()).map(({ _id }) => _id).join('')

/** Rules of the suite, by their sentence, with the reason why an engine is known to break them. */
export type Waived = Readonly<Record<string, string>>

import type { Register, Stamp, Told } from '../canonical/order.ts'
import type { Telling } from '../canonical/telling.ts'

/** The message a telling came from: its id, and whether it was posted to us or is the answer to a question of ours. */
export interface Source {
  readonly message: string
  readonly posted: boolean
}

export interface Merged {
  readonly told: Told
  readonly changed: boolean
  /** Two posted messages of the same rank disagree: the channel must be asked. */
  readonly tie: boolean
}

/**
 * Takes one telling into the registers: of two tellings of a register the greater stamp wins, an equal stamp replaces.
 * Commutative, associative and idempotent, so that order and repetition of messages do not matter.
 */
export const merge = (told: Told, telling: Telling, source: Source): Merged => {
  const next: Record<string, Register> = { ...told }
  const part = escapeId(telling.part ?? '')
  const outcome = { changed: false, tie: false }
  const usual: Stamp = [telling.rank, telling.observed ?? 0, source.message]
  const put = (key: string, rank: number, value: unknown): void => {
    const held = next[key]
    const stamp: Stamp = rank === telling.rank ? usual : [rank, usual[1], usual[2]]
    if (held !== undefined) {
      const same = sameValue(held.value, value)
      if (held.stamp[0] === rank && held.stamp[2] !== source.message && source.posted && !same) outcome.tie = true
      const order = compareStamps(stamp, held.stamp)
      if (order < 0 || (order === 0 && same)) return
    }
    next[key] = { stamp, value }
    outcome.changed = true
  }
  for (const [section, value] of Object.entries(telling.sections ?? {})) put(keyOf(part, section), telling.rank, value)
  for (const [collection, members] of Object.entries(telling.records ?? {})) {
    for (const member of members) put(keyOf(part, collection, member.key), member.rank ?? telling.rank, member.value)
  }
  for (const collection of telling.complete ?? []) {
    const members = telling.records?.[collection] ?? []
    put(
      keyOf(part, collection),
      telling.rank,
      members.map((member) => member.key),
    )
  }
  return { told: next, ...outcome }
}

export const compareStamps = (a: Stamp, b: Stamp): number => {
  if (a[0] !== b[0]) return a[0] - b[0]
  if (a[1] !== b[1]) return a[1] - b[1]
  return a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0
}

/** The rank at which a part of it is held, or the order that is told in none; undefined while it is not. */
export const rankOfPart = (told: Told, part = ''): number | undefined => told[keyOf(escapeId(part), 'about')]?.stamp[0]

/**
 * The rank at which the order itself is held; undefined while it is not. Of an order told in parts the least: where the part that changed
 * is not named, it may be the one that is furthest behind.
 */
export const rankHeld = (told: Told): number | undefined => {
  const ranks = Object.keys(told).flatMap((name) =>
    readKey(name).kind === 'about' ? (told[name]?.stamp[0] ?? []) : [],
  )
  return ranks.length === 0 ? undefined : Math.min(...ranks)
}

const escapes: Readonly<Record<string, string>> = { '%': '%25', '.': '%2E', $: '%24', '|': '%7C' }
const escapeId = (id: string): string =>
  /[%.$|]/.test(id) ? id.replace(/[%.$|]/g, (found) => escapes[found] ?? found) : id
const unescapeId = (id: string): string =>
  id.includes('%') ? decodeURIComponent(id.replace(/%(?!25|2E|24|7C)/g, '%25')) : id

/** @param part escaped already, for it is the same for all of a telling */
const keyOf = (part: string, kind: string, key?: string): string =>
  key === undefined ? `${part}|${kind}` : `${part}|${kind}|${escapeId(key)}`

/** The inverse of the keys that `merge` writes. */
export const readKey = (text: string): { readonly part: string; readonly kind: string; readonly key?: string } => {
  const first = text.indexOf('|')
  const second = text.indexOf('|', first + 1)
  const part = unescapeId(text.slice(0, first))
  if (second === -1) return { part, kind: text.slice(first + 1) }
  return { part, kind: text.slice(first + 1, second), key: unescapeId(text.slice(second + 1)) }
}

// One mapping writes its fields in one order, so texts can be compared.
const sameValue = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

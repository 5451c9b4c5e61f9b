import type { Register, Told } from '../canonical/order.ts'
import type { CollectionName, recordSchemas, SectionName, sectionSchemas } from '../canonical/telling.ts'
import type { Static } from '../kernel/schema.ts'
import { compareStamps, readKey } from './registers.ts'

export type SectionValue<N extends SectionName> = Static<(typeof sectionSchemas)[N]>
export type RecordValue<N extends CollectionName> = Static<(typeof recordSchemas)[N]>

/**
 * One keyed member of a collection as it stands; `gone`: a later complete telling does not name it. `name` is the channel's own key
 * of it, which is its key in the order too where the order is told whole; in an order told in parts the part stands before it.
 */
export interface Member<V> {
  readonly key: string
  readonly name: string
  readonly part: string
  readonly value: V
  readonly gone: boolean
  /** Its place in the channel's own list; the last where it is in none. */
  readonly place: number
}

export interface ToldView {
  /** Of several parts the newest; what every part must add up to, see `sectionsOf`. */
  section<N extends SectionName>(name: N): SectionValue<N> | undefined
  /** What one part says; '' is the order told whole. */
  sectionIn<N extends SectionName>(name: N, part: string): SectionValue<N> | undefined
  /** One value a part, sorted by part. */
  sectionsOf<N extends SectionName>(name: N): readonly SectionValue<N>[]
  members<N extends CollectionName>(name: N): readonly Member<RecordValue<N>>[]
}

interface Entry {
  readonly part: string
  readonly key: string | undefined
  readonly register: Register
}

/**
 * Opens the registers for reading. Their values were checked against the canonical schemas when they were mapped, so the
 * types are told here, in this one place.
 */
export const readTold = (told: Told): ToldView => {
  const byKind = new Map<string, Entry[]>()
  for (const [name, register] of Object.entries(told)) {
    const { part, kind, key } = readKey(name)
    const entries = byKind.get(kind)
    const entry = { part, key, register }
    if (entries === undefined) byKind.set(kind, [entry])
    else entries.push(entry)
  }
  const entriesOf = (kind: string): readonly Entry[] => byKind.get(kind) ?? []
  // A view asks for the lines several times.
  const membersByKind = new Map<string, readonly Member<unknown>[]>()
  const knownMembers = (kind: string): readonly Member<unknown>[] => {
    const members = membersByKind.get(kind) ?? membersOf(entriesOf(kind))
    membersByKind.set(kind, members)
    return members
  }
  return {
    section: <N extends SectionName>(name: N) => newest(entriesOf(name))?.register.value as SectionValue<N> | undefined,
    sectionIn: <N extends SectionName>(name: N, part: string) =>
      entriesOf(name).find((entry) => entry.part === part)?.register.value as SectionValue<N> | undefined,
    sectionsOf: <N extends SectionName>(name: N) =>
      entriesOf(name)
        .toSorted((a, b) => (a.part < b.part ? -1 : 1))
        .map((entry) => entry.register.value as SectionValue<N>),
    members: <N extends CollectionName>(name: N) => knownMembers(name) as readonly Member<RecordValue<N>>[],
  }
}

const newest = (entries: readonly Entry[]): Entry | undefined => {
  let best: Entry | undefined
  for (const entry of entries)
    if (best === undefined || compareStamps(entry.register.stamp, best.register.stamp) > 0) best = entry
  return best
}

const membersOf = (entries: readonly Entry[]): readonly Member<unknown>[] => {
  const lists = new Map<string, { readonly register: Register; readonly places: ReadonlyMap<unknown, number> }>()
  for (const { part, key, register } of entries) {
    if (key !== undefined) continue
    const keys: readonly unknown[] = Array.isArray(register.value) ? register.value : []
    lists.set(part, { register, places: new Map(keys.map((held, place) => [held, place])) })
  }
  const members: Member<unknown>[] = []
  for (const { part, key, register } of entries) {
    if (key === undefined) continue
    const list = lists.get(part)
    const place = list?.places.get(key)
    const gone = list !== undefined && place === undefined && compareStamps(list.register.stamp, register.stamp) > 0
    members.push({
      key: keyIn(part, key),
      name: key,
      part,
      value: valueIn(part, register.value),
      gone,
      place: place ?? Number.MAX_SAFE_INTEGER,
    })
  }
  return members.sort((a, b) => compareText(a.part, b.part) || a.place - b.place || compareText(a.key, b.key))
}

const keyIn = (part: string, key: string): string => (part === '' ? key : `${part}:${key}`)

/** A part names its lines as the channel does; the order calls them by part and id. */
const valueIn = (part: string, value: unknown): unknown => {
  if (part === '' || typeof value !== 'object' || value === null) return value
  const { lines, parent } = value as { readonly lines?: readonly { readonly line: string }[]; readonly parent?: string }
  return {
    ...value,
    ...(lines === undefined ? {} : { lines: lines.map((one) => ({ ...one, line: keyIn(part, one.line) })) }),
    ...(parent === undefined ? {} : { parent: keyIn(part, parent) }),
  }
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

import { checkerOf } from '../src/kernel/schema.ts'
import { Connection } from './connection.ts'
import { merged } from './merge.ts'
import { isKeyed, nameOf, shapeFaults, stepOf } from './shape.ts'
import type { ConfigFault, Place } from './yaml.ts'

/** A connection that can be read, with its number in the list as written. */
export interface Kept {
  readonly connection: Connection
  readonly at: number
}

/** The connections of a list, and what is wrong with them. */
export interface Entries {
  readonly kept: readonly Kept[]
  readonly faults: readonly ConfigFault[]
}

type PlaceOf = (pointer: string) => Place

/** Reads the list of connections. A faulty key counts as left out where the rest still makes a connection. */
export const readEntries = (said: unknown, place: PlaceOf): Entries => {
  if (said === undefined || said === null) return { kept: [], faults: [] }
  if (!Array.isArray(said))
    return refused(place('/connections'), 'connections must be a list: each one begins with "- id:"')
  const read = said.map((entry: unknown, at) => readEntry(entry, at, place))
  return {
    kept: read.flatMap(({ kept }) => kept),
    faults: [...read.flatMap(({ faults }) => faults), ...twiceFaults(said, place)],
  }
}

/** A pointer into the connections kept, as a pointer into the list as written. */
export const asWritten = (pointer: string, kept: readonly Kept[]): string =>
  pointer.replace(/^\/connections\/(\d+)/, (_, at: string) => `/connections/${kept[Number(at)]?.at ?? at}`)

const refused = (place: Place, sentence: string): Entries => ({ kept: [], faults: [{ ...place, sentence }] })

const checker = checkerOf(Connection)
const standard = { enabled: true, settings: {}, secrets: {} }

const readEntry = (entry: unknown, at: number, place: PlaceOf): Entries => {
  const here = `/connections${stepOf(at)}`
  if (!isKeyed(entry))
    return refused(place(here), 'a connection must be keys with values: id, connector, settings, secrets')
  const value = merged(standard, Object.fromEntries(Object.entries(entry).filter(([, held]) => held !== null)))
  const found = shapeFaults(Connection, value, mayShow)
  const faulty = new Set(found.map(({ pointer }) => pointer.split('/')[1]))
  const sound = Object.fromEntries(Object.entries(value).filter(([key]) => !faulty.has(stepOf(key).slice(1))))
  // What is faulty stands as its default, the id as the number, so that the connection's other faults are found too.
  const rest = { ...standard, id: `number-${at + 1}`, ...sound }
  const who = typeof entry['id'] === 'string' ? `connection ${entry['id']}` : `connection number ${at + 1}`
  const faults = found.map(({ pointer, sentence }) => ({
    ...place(here + pointer),
    sentence: `${who}: ${nameOf(pointer)} ${sentence}`,
  }))
  return { kept: checker.is(rest) ? [{ connection: rest, at }] : [], faults }
}

// A secret may have been written where only its address belongs.
const mayShow = (pointer: string): boolean => !/^\/(settings|secrets)(\/|$)/.test(pointer)

const twiceFaults = (said: readonly unknown[], place: PlaceOf): readonly ConfigFault[] => {
  const first = new Map<unknown, Place>()
  return said.flatMap((entry, at) => {
    const id = isKeyed(entry) ? entry['id'] : undefined
    if (typeof id !== 'string') return []
    const here = place(`/connections${stepOf(at)}/id`)
    const before = first.get(id)
    if (before === undefined) first.set(id, here)
    return before === undefined
      ? []
      : [{ ...here, sentence: `connection ${id}: the id stands twice; first in line ${before.line}` }]
  })
}

import { HubError } from '../src/kernel/errors.ts'
import { checkerOf, type TSchema } from '../src/kernel/schema.ts'
import { Config, Connection } from './schema.ts'
import { fieldsOf, isKeyed, nameOf, shapeFaults, stepOf } from './shape.ts'
import { type ConfigFault, type ConfigText, type Place, type Places, placeIn, readYaml } from './yaml.ts'

/** Where something of the configuration is written, by its JSON pointer there; the nearest place known. */
export type Located = (pointer: string) => Place

export interface ReadConfig {
  /** Whole in any case: what is faulty has its default, and a connection beyond reading is left out. To be used only without faults. */
  readonly config: Config
  /** Every fault of every file, in the order of the lines. */
  readonly faults: readonly ConfigFault[]
  readonly located: Located
}

/**
 * Reads configuration from texts, the program's own defaults first; a later text changes what it names, and its lists replace.
 * A key without a value says nothing. Secrets stay references: nothing is resolved here.
 * @throws CONFIG_INVALID only where the first text, which is the program's own, is not whole
 */
export const readConfig = (texts: readonly ConfigText[]): ReadConfig => {
  const written = texts.map(readYaml)
  const roots = written.map(({ value }, at) => rootOf(value, texts[at]?.file ?? ''))
  const places: Places = new Map(written.flatMap((one) => [...one.places]))
  const place = (pointer: string): Place => placeIn(places, pointer) ?? { file: texts.at(-1)?.file ?? '', line: 0 }
  const said = roots.reduce<Readonly<Record<string, unknown>>>((sum, { value }) => merged(sum, value), {})
  const sections = readSections(roots[0]?.value ?? {}, said)
  const entries = readEntries(said['connections'], place)
  const config = { ...sections.value, connections: entries.kept.map(({ connection }) => connection) }
  if (!checker.is(config)) throw new HubError('CONFIG_INVALID', `${texts[0]?.file ?? 'default.yaml'} is not whole: ${JSON.stringify(checker.faults(config)[0])}`)
  const shape = sections.faults.map(({ pointer, sentence }) => ({ ...place(pointer), sentence: `${nameOf(pointer) || 'the file'} ${sentence}` }))
  const rules = shape.length === 0 ? ruleFaults(config, place) : []
  const faults = [...written.flatMap((one) => one.faults), ...roots.flatMap((root) => root.faults), ...shape, ...rules, ...entries.faults]
  return { config, faults: sorted(faults, texts), located: (pointer) => place(asWritten(pointer, entries.kept)) }
}

const checker = checkerOf(Config)

const rootOf = (value: unknown, file: string): { readonly value: Readonly<Record<string, unknown>>; readonly faults: readonly ConfigFault[] } => {
  if (isKeyed(value)) return { value, faults: [] }
  const faults = value === undefined || value === null ? [] : [{ file, line: 1, sentence: 'the file must be keys with values, as config/default.yaml is' }]
  return { value: {}, faults }
}

/** Keys of both; what the second says goes first, and where it says nothing the first stands. */
const merged = (first: Readonly<Record<string, unknown>>, second: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const changed = Object.entries(second).flatMap(([key, value]): [string, unknown][] => {
    const before = Object.hasOwn(first, key) ? first[key] : undefined
    if (value === null) return before === undefined ? [[key, value]] : []
    return [[key, isKeyed(before) && isKeyed(value) ? merged(before, value) : value]]
  })
  return Object.fromEntries([...Object.entries(first), ...changed])
}

const readSections = (standard: Readonly<Record<string, unknown>>, said: Readonly<Record<string, unknown>>) => {
  const value = { ...said, connections: [] }
  const faults = shapeFaults(Config, value, { show: true })
  const faulty = new Set(faults.map(({ pointer }) => pointer.split('/')[1]))
  const names = Object.keys(fieldsOf(Config) ?? {}).filter((name) => name !== 'connections')
  return { faults, value: Object.fromEntries(names.map((name) => [name, faulty.has(name) ? standard[name] : said[name]])) }
}

const ruleFaults = ({ lease, outbound }: Config, place: (pointer: string) => Place): readonly ConfigFault[] =>
  // A push looks, then sends: a lease that ends in between would let a second worker send the same.
  lease.seconds * 1000 > outbound.timeoutMs * 2
    ? []
    : [{ ...place('/lease/seconds'), sentence: `lease.seconds must be more than twice outbound.timeoutMs (${outbound.timeoutMs}), got ${lease.seconds}` }]

interface Kept {
  readonly connection: Connection
  /** its number in the list as written */
  readonly at: number
}

const readEntries = (said: unknown, place: (pointer: string) => Place): { readonly kept: readonly Kept[]; readonly faults: readonly ConfigFault[] } => {
  if (said === undefined || said === null) return { kept: [], faults: [] }
  if (!Array.isArray(said)) return { kept: [], faults: [{ ...place('/connections'), sentence: 'connections must be a list: each one begins with "- id:"' }] }
  const read = said.map((entry: unknown, at) => readEntry(entry, at, place))
  return { kept: read.flatMap(({ kept }) => kept), faults: [...read.flatMap(({ faults }) => faults), ...twiceFaults(said, place)] }
}

const entryChecker = checkerOf(Connection)
const standardEntry = { enabled: true, settings: {}, secrets: {} }

const readEntry = (entry: unknown, at: number, place: (pointer: string) => Place): { readonly kept: readonly Kept[]; readonly faults: readonly ConfigFault[] } => {
  const here = `/connections${stepOf(at)}`
  if (!isKeyed(entry)) return { kept: [], faults: [{ ...place(here), sentence: 'a connection must be keys with values: id, connector, settings, secrets' }] }
  const value = merged(standardEntry, Object.fromEntries(Object.entries(entry).filter(([, held]) => held !== null)))
  const who = typeof entry['id'] === 'string' ? `connection ${entry['id']}` : `connection number ${at + 1}`
  const found = Object.keys({ ...value, ...entryFields }).flatMap((key) => keyFaults(key, value))
  const faulty = new Set(found.map(({ pointer }) => pointer.split('/')[1]))
  const rest = Object.fromEntries(Object.entries(value).filter(([key]) => !faulty.has(stepOf(key).slice(1))))
  const faults = found.map(({ pointer, sentence }) => ({ ...place(here + pointer), sentence: `${who}: ${nameOf(pointer)} ${sentence}`.replace(':  ', ': ') }))
  return { kept: entryChecker.is(rest) ? [{ connection: rest, at }] : [], faults }
}

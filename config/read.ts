import { HubError } from '../src/kernel/errors.ts'
import { checkerOf } from '../src/kernel/schema.ts'
import { asWritten, readEntries } from './entries.ts'
import { merged } from './merge.ts'
import { Config } from './schema.ts'
import { fieldsOf, isKeyed, nameOf, shapeFaults } from './shape.ts'
import {
  type ConfigFault,
  type ConfigText,
  inOrder,
  type Place,
  type Places,
  placeIn,
  readYaml,
  type Written,
} from './yaml.ts'

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
  const place = placesOf(written, texts.at(-1)?.file ?? '')
  const roots = written.map(({ value }) => (isKeyed(value) ? value : {}))
  const said = roots.reduce<Keyed>(merged, {})
  const sections = readSections(roots[0] ?? {}, said)
  const entries = readEntries(said['connections'], place)
  const config = whole({ ...sections.value, connections: entries.kept.map(({ connection }) => connection) }, texts[0])
  const shape = sections.faults.map(({ pointer, sentence }) => ({
    ...place(pointer),
    sentence: `${nameOf(pointer)} ${sentence}`,
  }))
  const rules = shape.length === 0 ? ruleFaults(config, place) : []
  const faults = [...written.flatMap(fileFaults), ...shape, ...rules, ...entries.faults]
  return { config, faults: inOrder(faults), located: (pointer) => place(asWritten(pointer, entries.kept)) }
}

type Keyed = Readonly<Record<string, unknown>>

/** A pointer stands where the last file that names it has it. */
const placesOf = (written: readonly Written[], file: string): Located => {
  const places: Places = new Map(written.flatMap((one) => [...one.places]))
  return (pointer) => placeIn(places, pointer) ?? { file, line: 0 }
}

const checker = checkerOf(Config)

const whole = (config: unknown, text: ConfigText | undefined): Config => {
  if (checker.is(config)) return config
  const [fault] = checker.faults(config)
  throw new HubError(
    'CONFIG_INVALID',
    `${text?.file ?? 'the defaults'} must be whole, but ${fault?.path} ${fault?.expected}`,
  )
}

const fileFaults = ({ value, places, faults }: Written): readonly ConfigFault[] => {
  const start = places.get('')
  if (isKeyed(value) || value === undefined || value === null || start === undefined) return faults
  return [...faults, { ...start, sentence: 'the file must be keys with values, as config/default.yaml is' }]
}

const readSections = (standard: Keyed, said: Keyed) => {
  const value = { ...said, connections: [] }
  const faults = shapeFaults(Config, value, () => true)
  const faulty = new Set(faults.map(({ pointer }) => pointer.split('/')[1]))
  const names = Object.keys(fieldsOf(Config)).filter((name) => name !== 'connections')
  return {
    faults,
    value: Object.fromEntries(names.map((name) => [name, faulty.has(name) ? standard[name] : said[name]])),
  }
}

const ruleFaults = ({ lease, outbound }: Config, place: Located): readonly ConfigFault[] => {
  // A push looks, then sends: a lease that ends in between would let a second worker send the same.
  if (lease.seconds * 1000 > outbound.timeoutMs * 2) return []
  const sentence = `lease.seconds must be more than twice outbound.timeoutMs (${outbound.timeoutMs}), got ${lease.seconds}`
  return [{ ...place('/lease/seconds'), sentence }]
}

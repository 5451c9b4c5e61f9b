import { HubError } from '../src/kernel/errors.ts'
import { checkerOf } from '../src/kernel/schema.ts'
import { asWritten, readEntries } from './entries.ts'
import { merged } from './merge.ts'
import { Config } from './schema.ts'
import { fieldsOf, isKeyed, nameOf, shapeFaults } from './shape.ts'
import { type ConfigFault, type ConfigText, inOrder, type Place, type Places, placeIn, readYaml, type Written } from './yaml.ts'

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
  const roots = written.map(rootOf)
  const places: Places = new Map(written.flatMap((one) => [...one.places]))
  const place = (pointer: string): Place => placeIn(places, pointer) ?? { file: texts.at(-1)?.file ?? '', line: 0 }
  const said = roots.reduce<Readonly<Record<string, unknown>>>((sum, { value }) => merged(sum, value), {})
  const sections = readSections(roots[0]?.value ?? {}, said)
  const entries = readEntries(said['connections'], place)
  const config = { ...sections.value, connections: entries.kept.map(({ connection }) => connection) }
  if (!checker.is(config))
    throw new HubError(
      'CONFIG_INVALID',
      `${texts[0]?.file ?? 'default.yaml'} is not whole: ${JSON.stringify(checker.faults(config)[0])}`,
    )
  const shape = sections.faults.map(({ pointer, sentence }) => ({
    ...place(pointer),
    sentence: `${nameOf(pointer)} ${sentence}`,
  }))
  const rules = shape.length === 0 ? ruleFaults(config, place) : []
  const faults = [
    ...written.flatMap((one) => one.faults),
    ...roots.flatMap((root) => root.faults),
    ...shape,
    ...rules,
    ...entries.faults,
  ]
  return { config, faults: inOrder(faults), located: (pointer) => place(asWritten(pointer, entries.kept)) }
}

const checker = checkerOf(Config)

const rootOf = ({
  value,
  places,
}: Written): { readonly value: Readonly<Record<string, unknown>>; readonly faults: readonly ConfigFault[] } => {
  if (isKeyed(value)) return { value, faults: [] }
  const start = places.get('')
  const faults =
    value === undefined || value === null || start === undefined
      ? []
      : [{ ...start, sentence: 'the file must be keys with values, as config/default.yaml is' }]
  return { value: {}, faults }
}

const readSections = (standard: Readonly<Record<string, unknown>>, said: Readonly<Record<string, unknown>>) => {
  const value = { ...said, connections: [] }
  const faults = shapeFaults(Config, value, () => true)
  const faulty = new Set(faults.map(({ pointer }) => pointer.split('/')[1]))
  const names = Object.keys(fieldsOf(Config)).filter((name) => name !== 'connections')
  return {
    faults,
    value: Object.fromEntries(names.map((name) => [name, faulty.has(name) ? standard[name] : said[name]])),
  }
}

const ruleFaults = ({ lease, outbound }: Config, place: (pointer: string) => Place): readonly ConfigFault[] =>
  // A push looks, then sends: a lease that ends in between would let a second worker send the same.
  lease.seconds * 1000 > outbound.timeoutMs * 2
    ? []
    : [
        {
          ...place('/lease/seconds'),
          sentence: `lease.seconds must be more than twice outbound.timeoutMs (${outbound.timeoutMs}), got ${lease.seconds}`,
        },
      ]

import type { Topic } from '../connector/contract.ts'
import { HubError } from '../kernel/errors.ts'
import type { Json } from '../kernel/json.ts'
import { didYouMean } from '../kernel/suggest.ts'
import type { MapInput } from '../mapping/compile.ts'
import type { Mapper } from './map.ts'

/** A message that is tried out. Header names in lower case. */
export interface Sample {
  readonly payload: Json
  readonly headers: Readonly<Record<string, string>>
}

type Mapped = Extract<Topic, { readonly maps: string }>

/** What the mapping of a topic is applied to. */
export const inputOf = (
  { settings, timezone }: Mapper,
  { payload, headers }: Sample,
  { prepare }: Mapped,
): MapInput => ({
  payload: prepare === undefined ? payload : prepare(payload),
  headers,
  settings,
  ...(timezone === undefined ? {} : { timezone }),
})

/** @throws USAGE */
export const headersOf = (texts: readonly string[]): Sample['headers'] =>
  Object.fromEntries(
    texts.map((text): [string, string] => {
      const [, name, value] = /^([^=:\s]+)\s*[=:]\s*(.*)$/s.exec(text) ?? []
      if (name === undefined || value === undefined)
        throw new HubError('USAGE', `expected --header as NAME=VALUE, got "${text}"`)
      return [name.toLowerCase(), value]
    }),
  )

/**
 * The topic of a sample: as asked, as its headers say, the only one there is, or the one whose mapping reads most of it.
 * @throws USAGE it is not known, or cannot be found out: the topics are listed
 */
export const topicOf = (
  mapper: Mapper,
  sample: Sample,
  asked: string | undefined,
): { readonly name: string; readonly guessed: boolean } => {
  const { topics } = mapper.connector
  const names = Object.keys(topics)
  if (asked !== undefined) {
    if (Object.hasOwn(topics, asked)) return { name: asked, guessed: false }
    throw new HubError('USAGE', `there is no topic "${asked}"${didYouMean(asked, names)}${listOf(mapper)}`)
  }
  const mapped = names.filter((name) => topics[name] !== undefined && 'maps' in topics[name])
  const [only, another] = mapped
  if (only !== undefined && another === undefined) return { name: only, guessed: false }
  const said = saidBy(mapper, sample)
  if (said !== undefined && Object.hasOwn(topics, said)) return { name: said, guessed: false }
  const name = bestOf(mapper, sample)
  if (name === undefined)
    throw new HubError('USAGE', `what kind of message it is cannot be found out: name it by --topic${listOf(mapper)}`)
  return { name, guessed: true }
}

const listOf = ({ connector: { topics } }: Mapper): string => {
  const width = Math.max(...Object.keys(topics).map((name) => name.length))
  return Object.entries(topics)
    .map(([name, { description }]) => `\n  ${name.padEnd(width)}  ${description}`)
    .join('')
}

const saidBy = ({ connector }: Mapper, { payload, headers }: Sample): string | undefined => {
  try {
    const body = new TextEncoder().encode(JSON.stringify(payload))
    return connector.identify?.({ method: 'POST', path: '/', query: {}, headers, body }, payload).topic
  } catch {
    // A payload out of a file rarely has the headers that say it.
    return undefined
  }
}

const bestOf = (mapper: Mapper, sample: Sample): string | undefined => {
  const tried = Object.entries(mapper.connector.topics).flatMap(([name, topic]) => {
    const read = 'maps' in topic ? readBy(mapper, sample, topic) : 0
    return read > 0 && 'maps' in topic ? [{ name, maps: topic.maps, read }] : []
  })
  const most = Math.max(0, ...tried.map(({ read }) => read))
  const best = tried.filter(({ read }) => read === most)
  const [first] = best
  return best.every(({ maps }) => maps === first?.maps) ? first?.name : undefined
}

/** A mapping that reads less than one path in so many does not read what the sample is about. */
const leastShare = 20

/** How many paths of the sample the mapping of a topic reads; none where it makes nothing of it. */
const readBy = (mapper: Mapper, sample: Sample, topic: Mapped): number => {
  try {
    const coverage = mapper.mappings.get(topic.maps)?.coverage(inputOf(mapper, sample, topic))
    if (coverage === undefined || coverage.read.length * leastShare < coverage.present.length) return 0
    return coverage.read.length
  } catch {
    return 0
  }
}

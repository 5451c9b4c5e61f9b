import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Mapped } from '../../src/canonical/telling.ts'
import { openDice } from '../../src/cli/dice.ts'
import type { Connector, Identity, Incoming, Topic, Verdict } from '../../src/connector/contract.ts'
import type { Account } from '../../src/connector/http.ts'
import type { Books, Dice, SandboxPost } from '../../src/connector/sandbox.ts'
import { type Json, readJson } from '../../src/kernel/json.ts'
import { type CompiledMappings, compileMappings, type MappingFile } from '../../src/mapping/compile.ts'
import type { ProveOptions } from './prove-connector-options.ts'

/** A message of the sandbox, as it reached us. `at`: when. */
export interface Arrived {
  readonly post: SandboxPost
  readonly incoming: Incoming
  readonly at: Date
}

/** What the sandbox came to be and sent in a number of steps. */
export interface Played {
  readonly state: unknown
  readonly arrived: readonly Arrived[]
  /** Unsigned hellos, which are no messages. */
  readonly pings: readonly Arrived[]
  readonly dice: Dice
  readonly now: Date
}

/** Everything that the rules need of one connector. Read lazily: a rule that cannot be set up fails by itself. */
export interface Bench {
  readonly connector: Connector
  readonly options: ProveOptions
  readonly root: string
  readonly account: Account
  readonly start: () => unknown
  readonly play: (from: Played | undefined, steps: number) => Played
  readonly traffic: () => Played
  readonly books: (state: unknown) => Books
  readonly verify: (arrived: Pick<Arrived, 'incoming' | 'at'>, secrets?: Account['secrets']) => Verdict
  readonly identify: (incoming: Incoming) => Identity
  readonly files: () => readonly MappingFile[]
  readonly mappings: () => CompiledMappings
  readonly map: (
    topic: string,
    payload: Json,
    around: { readonly headers?: Readonly<Record<string, string>>; readonly observed?: number },
  ) => Mapped
}

/** All traffic begins then. */
export const firstMoment = new Date('2026-11-24T10:00:00.000Z')
const minute = 60_000
export const steps = 50

/** The project's folder. */
const project = join(import.meta.dirname, '../..')

export const openBench = (connector: Connector, options: ProveOptions): Bench => {
  const root = options.root ?? project
  const { example } = connector.sandbox
  const account = {
    id: `${connector.id}-under-test`,
    settings: options.settings ?? example.settings,
    secrets: options.secrets ?? example.secrets,
  }
  const seed = options.seed ?? 1
  const hookUrl = `https://hub.example/webhooks/${account.id}`
  const start = () => connector.sandbox.start({ seed, settings: account.settings, secrets: account.secrets, hookUrl })
  const play = (from: Played | undefined, count: number): Played =>
    playOn(connector, from ?? { state: start(), arrived: [], pings: [], dice: openDice(seed), now: firstMoment }, {
      count,
      account: account.id,
    })
  const files = once(() => mappingFiles(root, connector.id))
  const mappings = once(() => compileMappings(files()))
  return {
    connector,
    options,
    root,
    account,
    start,
    play,
    traffic: once(() => play(undefined, steps)),
    books: (state) => connector.sandbox.books(state),
    verify: ({ incoming, at }, secrets = account.secrets) =>
      present(connector.verify, 'verify')(incoming, { secrets, settings: account.settings, now: at }),
    identify: (incoming) => present(connector.identify, 'identify')(incoming, readJson(incoming.body)),
    files,
    mappings,
    map: (topic, payload, around) =>
      mapped({ topic, payload }, connector.topics[topic], {
        mappings,
        input: { settings: account.settings, ...around },
      }),
  }
}

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

const playOn = (
  connector: Connector,
  from: Played,
  { count, account }: { readonly count: number; readonly account: string },
): Played => {
  let { state, now } = from
  const [arrived, pings] = [[...from.arrived], [...from.pings]]
  for (let step = 0; step < count; step += 1) {
    const played = connector.sandbox.play(state, from.dice, now)
    state = played.state
    for (const post of played.posts) (post.ping === true ? pings : arrived).push(arrivedOf(post, account, now))
    now = new Date(now.getTime() + minute)
  }
  return { state, arrived, pings, dice: from.dice, now }
}

/** A message of the sandbox as it would reach the hub. */
export const arrivedOf = (post: SandboxPost, account: string, now: Date): Arrived => ({
  post,
  at: new Date(now.getTime() + (post.afterMs ?? 0)),
  incoming: {
    method: 'POST',
    path: `/webhooks/${account}${post.path}`,
    query: {},
    headers: Object.fromEntries(Object.entries(post.headers).map(([name, value]) => [name.toLowerCase(), value])),
    body: Buffer.from(post.body),
  },
})

/** What is there, or a failing rule that says what is not. */
export const present = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`expected ${what}, but there is none`)
  return value
}

const mappingFiles = (root: string, id: string): readonly MappingFile[] => {
  const folder = join(root, 'mappings', id)
  const names = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /\.ya?ml$/.test(name))
        .toSorted()
    : []
  return names.map((name) => ({ path: `mappings/${id}/${name}`, text: readFileSync(join(folder, name), 'utf8') }))
}

interface Told {
  readonly topic: string
  readonly payload: Json
}

const mapped = (
  { topic, payload }: Told,
  entry: Topic | undefined,
  { mappings, input }: { readonly mappings: () => CompiledMappings; readonly input: object },
): Mapped => {
  if (entry === undefined) throw new Error(`topic ${JSON.stringify(topic)} is not among the connector's topics`)
  if (!('maps' in entry)) throw new Error(`topic ${topic} maps nothing: it does ${entry.does}`)
  const mapping = present(mappings().mappings.get(entry.maps), `a mapping ${entry.maps} for topic ${topic}`)
  return mapping.apply({ payload: entry.prepare?.(payload) ?? payload, ...input })
}

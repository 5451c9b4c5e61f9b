import { logLevels } from '../src/kernel/log.ts'
import { Closed, type Static, Type, Word } from '../src/kernel/schema.ts'
import { isTimezone } from '../src/kernel/time.ts'

/** A whole number with its range; description and default stand in default.yaml word for word. */
const Whole = (from: number, to: number, options: { readonly description: string; readonly default?: number }) =>
  Type.Integer({ minimum: from, maximum: to, ...options })

const Seconds = (description: string, standard: readonly number[]) =>
  Type.Array(Type.Integer({ minimum: 1, maximum: 604_800 }), {
    minItems: 1,
    maxItems: 50,
    description,
    default: [...standard],
  })

const slug = '^[a-z0-9]+(-[a-z0-9]+)*$'
const loopback = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?\/?$/

const SecretRef = Type.Union(
  [Type.String({ minLength: 1 }), Type.Array(Type.String({ minLength: 1 }), { minItems: 1 })],
  {
    description: 'Where the secret lies: env:NAME or file:/path; a list, newest first, while one is rotated.',
    expected: 'must be env:NAME or file:/path, or a list of these',
  },
)
const TableRow = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()], {
  description: 'Our word for theirs; null where their word says nothing.',
  expected: 'must be a single word',
})

/** What one connection adds to its connector's mappings. */
export const ConnectionMappings = Closed(
  {
    replace: Type.Optional(
      Type.Record(Type.String(), Type.String({ minLength: 1 }), {
        description:
          'Mappings to take from a file of yours, by name: the path, from the folder the program is started in.',
      }),
    ),
    tables: Type.Optional(
      Type.Record(Type.String(), Type.Record(Type.String(), TableRow), {
        description: 'Rows to add to a table, or to replace in it, by its name: their word, our word.',
      }),
    ),
  },
  { description: "What is different from the connector's own mappings." },
)
export type ConnectionMappings = Static<typeof ConnectionMappings>

const requestsPerSecond = {
  minimum: 0.01,
  maximum: 1000,
  description:
    'Requests that are sent to one connection in a second, on average, from all processes together. From 0.01 to 1000.',
}
const concurrency = 'Requests to one connection that may be under way at once. From 1 to 64.'

/** One configured account of a connector. */
export const Connection = Closed({
  id: Type.String({
    pattern: slug,
    maxLength: 64,
    description:
      'Your name for it: lower-case letters, digits and hyphens. It stands in every address and log line; never change it.',
  }),
  connector: Type.String({ minLength: 1, description: 'Which connector speaks to it: the name of its folder.' }),
  enabled: Type.Boolean({
    description:
      'Whether it is listened to and spoken to. A disabled one keeps what arrives and does nothing with it. Default: true.',
  }),
  settings: Type.Record(Type.String(), Type.Unknown(), {
    description: 'What the connector must know of the account; its README lists the keys.',
  }),
  secrets: Type.Record(Type.String(), SecretRef, {
    description:
      'Where each secret lies: env:NAME or file:/path, never the secret itself. A list, newest first, while one is rotated.',
  }),
  limits: Type.Optional(
    Closed(
      {
        requestsPerSecond: Type.Optional(Type.Number(requestsPerSecond)),
        concurrency: Type.Optional(Whole(1, 64, { description: concurrency })),
      },
      { description: 'Its own budget, where it differs from `limits` of the whole.' },
    ),
  ),
  mappings: Type.Optional(ConnectionMappings),
  timezone: Type.Optional(
    Type.Refine(
      Type.String({
        description: 'Zone of the times that the channel gives without one: an IANA name such as Europe/Madrid.',
      }),
      isTimezone,
      () => 'must be a zone of the IANA database, such as Europe/Madrid',
    ),
  ),
  sandboxUrl: Type.Optional(
    Type.Refine(
      Type.String({
        description:
          "Address of a sandbox that stands in for the channel's hosts: this machine only, and only under `crossdock start --sandbox`.",
      }),
      (url) => loopback.test(url),
      () => 'must be an address of this machine, such as http://127.0.0.1:4100',
    ),
  ),
})
export type Connection = Static<typeof Connection>

/** Requests per second and at once that a connection may have where it does not say otherwise. */
export const Limits = Closed(
  {
    requestsPerSecond: Type.Number({ ...requestsPerSecond, default: 2 }),
    concurrency: Whole(1, 64, { description: concurrency, default: 1 }),
  },
  { description: 'The budget of a connection that does not say otherwise.' },
)
export type Limits = Static<typeof Limits>

/** The whole configuration. Every key has its unit, its range and its default here; default.yaml is held to it by a test. */
export const Config = Closed({
  server: Closed(
    {
      host: Type.String({
        minLength: 1,
        description:
          'Address that is listened on. The default is reached from this machine only; 0.0.0.0 opens it to the network.',
        default: '127.0.0.1',
      }),
      port: Whole(0, 65_535, {
        description: 'Port that is listened on, from 0 to 65535. 0 takes any free one.',
        default: 8080,
      }),
    },
    { description: 'Where webhooks, the API and the console are reached.' },
  ),
  log: Closed(
    {
      level: {
        ...Word(
          logLevels,
          'From which level on is logged: debug, info, warn, error or silent. One line of JSON a fact, on stderr.',
        ),
        default: 'info',
      },
    },
    { description: 'What is logged.' },
  ),
  data: Closed(
    {
      folder: Type.String({
        minLength: 1,
        description: 'Folder of the database file and what lies beside it, from the folder the program is started in.',
        default: 'data',
      }),
    },
    { description: 'Where data is kept.' },
  ),
  retry: Closed(
    {
      seconds: Seconds(
        'Seconds until each further try of work that failed for a passing reason. After the last one it is given up and listed.',
        [5, 30, 120, 600, 3600, 10_800, 21_600, 43_200, 86_400],
      ),
      jitterPercent: Whole(0, 50, {
        description: 'Percent by which each wait is lengthened or shortened at random, from 0 to 50.',
        default: 20,
      }),
    },
    { description: 'When failed work is tried again.' },
  ),
  awaiting: Closed(
    {
      seconds: Seconds(
        'Seconds until a message whose order is not there yet is looked at again. The last one repeats. The order wakes it at once.',
        [60, 600, 3600, 21_600],
      ),
      days: Whole(1, 365, {
        description: 'Days until such a message is parked for a person, from 1 to 365.',
        default: 14,
      }),
    },
    { description: 'Messages about an order that has not arrived.' },
  ),
  lease: Closed(
    {
      seconds: Whole(5, 3600, {
        description:
          'Seconds that a worker holds a row of work before another may take it, from 5 to 3600. More than twice outbound.timeoutMs.',
        default: 120,
      }),
    },
    { description: 'Claims on work.' },
  ),
  relay: Closed(
    {
      everyMs: Whole(50, 60_000, {
        description: 'Milliseconds between two looks at what is due, from 50 to 60000.',
        default: 1000,
      }),
      batch: Whole(1, 10_000, { description: 'Rows that one look takes at most, from 1 to 10000.', default: 500 }),
    },
    { description: 'The loop that finds due work which nobody was told of.' },
  ),
  ingest: Closed(
    {
      batch: Whole(1, 1000, {
        description: 'Messages that are taken up together, from 1 to 1000. More of one order cost one write.',
        default: 100,
      }),
    },
    { description: 'From message to order.' },
  ),
  push: Closed(
    {
      concurrency: Whole(1, 256, {
        description: 'Commands that one process sends at once, over all connections, from 1 to 256.',
        default: 8,
      }),
    },
    { description: 'From command to channel.' },
  ),
  limits: Limits,
  outbound: Closed(
    {
      timeoutMs: Whole(100, 120_000, {
        description: 'Milliseconds until a call to another system counts as unanswered, from 100 to 120000.',
        default: 15_000,
      }),
    },
    { description: 'Calls to other systems.' },
  ),
  connections: Type.Array(Connection, {
    description: 'The configured accounts. connections.example.yaml shows one of each, with every key.',
    default: [],
  }),
})
export type Config = Static<typeof Config>

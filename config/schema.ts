import { logLevels } from '../src/kernel/log.ts'
import { Closed, type Static, Type, Word } from '../src/kernel/schema.ts'
import { Connection, concurrency, pulling, requestsPerSecond } from './connection.ts'

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

/** Requests per second and at once that a connection may have where it does not say otherwise. */
export const Limits = Closed(
  {
    requestsPerSecond: Type.Number({ ...requestsPerSecond, default: 2 }),
    concurrency: Type.Integer({ ...concurrency, default: 1 }),
  },
  { description: 'The budget of a connection that does not say otherwise.' },
)
export type Limits = Static<typeof Limits>

/** How the orders of a connection are asked for where it does not say otherwise. */
export const Pulling = Closed(
  {
    everySeconds: Type.Integer({ ...pulling.everySeconds, default: 300 }),
    overlapSeconds: Type.Integer({ ...pulling.overlapSeconds, default: 300 }),
    reconcileHours: Type.Integer({ ...pulling.reconcileHours, default: 24 }),
    reconcileDays: Type.Integer({ ...pulling.reconcileDays, default: 3 }),
  },
  {
    description:
      'Asking channels for their orders, besides what they post: news, and the proof that nothing is missing.',
  },
)
export type Pulling = Static<typeof Pulling>

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
  mongo: Closed(
    {
      poolSize: Whole(1, 500, {
        description: 'Connections to the database that one process opens at most, from 1 to 500.',
        default: 20,
      }),
      timeoutMs: Whole(100, 120_000, {
        description: 'Milliseconds until a call to the database counts as unanswered, from 100 to 120000.',
        default: 5000,
      }),
      waitMs: Whole(0, 600_000, {
        description: 'Milliseconds that a start waits for a database that does not answer, from 0 to 600000.',
        default: 15_000,
      }),
    },
    { description: 'The database, where MONGO_URL names one; else data are kept in a file.' },
  ),
  bell: Closed(
    {
      prefix: Type.String({
        pattern: '^[a-z0-9-]{1,40}$',
        description:
          'What the names of the queues begin with: small letters, digits and hyphens. Installations that share a Redis differ in it.',
        default: 'crossdock',
      }),
      ringsPerSecond: Whole(1, 10_000, {
        description: 'Rings of one stage that are taken up in a second, by all processes together, from 1 to 10000.',
        default: 200,
      }),
      timeoutMs: Whole(50, 60_000, {
        description: 'Milliseconds until a ring counts as lost, from 50 to 60000; the relay then finds what is due.',
        default: 1000,
      }),
      waitMs: Whole(0, 600_000, {
        description: 'Milliseconds that a start waits for a Redis that does not answer, from 0 to 600000.',
        default: 15_000,
      }),
    },
    {
      description:
        'The bell between processes, where REDIS_URL names a Redis; else it rings in one process, and the relay finds the rest.',
    },
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
      losses: Whole(3, 1000, {
        description:
          'Times in a row that a row of work may be lost with the process that held it, from 3 to 1000; then it is parked as the likely cause (a command after twice as many).',
        default: 20,
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
  limits: Limits,
  pull: Pulling,
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

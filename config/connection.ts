import { Closed, type Static, Type } from '../src/kernel/schema.ts'
import { isTimezone } from '../src/kernel/time.ts'

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

/** How often one connection may be called: a number, per second. */
export const requestsPerSecond = {
  minimum: 0.01,
  maximum: 1000,
  description:
    'Requests that are sent to one connection in a second, on average, from all processes together. From 0.01 to 1000.',
}
/** How many requests to one connection may be under way: a whole number. */
export const concurrency = {
  minimum: 1,
  maximum: 64,
  description: 'Requests to one connection that may be under way at once in one process. From 1 to 64.',
}

/** How a connection's orders are asked for: whole numbers. Descriptions and defaults stand in schema.ts. */
export const pulling = {
  everySeconds: {
    minimum: 10,
    maximum: 86_400,
    description:
      'Seconds between two times that a channel is asked what has changed, from 10 to 86400; lengthened or shortened at random by retry.jitterPercent.',
  },
  overlapSeconds: {
    minimum: 0,
    maximum: 86_400,
    description:
      'Seconds that are asked for again each time, for what the channel lists late and for clocks that differ, from 0 to 86400.',
  },
  lagSeconds: {
    minimum: 0,
    maximum: 86_400,
    description:
      'Seconds before now at which what is asked for ends, from 0 to 86400, where this channel lists sooner or later than its connector says.',
  },
  reconcileHours: {
    minimum: 0,
    maximum: 720,
    description:
      'Hours between two certificates that nothing is missing, from 0 to 720; what is missing is fetched. 0: none but those asked for.',
  },
  reconcileDays: {
    minimum: 1,
    maximum: 365,
    description: 'Days of orders that such a certificate looks back on, from 1 to 365.',
  },
} as const

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
      'Whether it is listened to and spoken to. A disabled one answers 404; what it kept before waits. Default: true.',
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
        concurrency: Type.Optional(Type.Integer(concurrency)),
        lanes: Type.Optional(
          Type.Record(
            Type.String(),
            Closed({
              requestsPerSecond: Type.Number({ ...requestsPerSecond, minimum: 0.0001 }),
              burst: Type.Integer({ minimum: 2, maximum: 10_000, description: 'Calls that are taken at once.' }),
            }),
            {
              description:
                'What the channel allows this account of one kind of call, by the name that the README of the connector gives it.',
            },
          ),
        ),
      },
      { description: 'Its own budget, where it differs from `limits` of the whole.' },
    ),
  ),
  pull: Type.Optional(
    Closed(
      {
        everySeconds: Type.Optional(Type.Integer(pulling.everySeconds)),
        overlapSeconds: Type.Optional(Type.Integer(pulling.overlapSeconds)),
        lagSeconds: Type.Optional(Type.Integer(pulling.lagSeconds)),
        reconcileHours: Type.Optional(Type.Integer(pulling.reconcileHours)),
        reconcileDays: Type.Optional(Type.Integer(pulling.reconcileDays)),
      },
      { description: 'How its orders are asked for, where it differs from `pull` of the whole.' },
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

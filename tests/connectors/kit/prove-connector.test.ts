import { describe, expect, it } from 'vitest'
import type { Connector } from '../../../src/connector/contract.ts'
import { checkWaivers, mustFail } from '../../kit/prove-connector.ts'
import { acmePost } from './acme-post/index.ts'
import { saidBy } from './said-by.ts'

const { verify, identify, authorise, commands, queries, sandbox } = acmePost
const marking = commands['mark-shipped']
const reading = queries.order
if (
  verify === undefined ||
  identify === undefined ||
  authorise === undefined ||
  marking === undefined ||
  reading === undefined
)
  throw new Error('acme-post lacks a part')

const withCommand = (change: Partial<typeof marking>): Connector => ({
  ...acmePost,
  commands: { 'mark-shipped': { ...marking, ...change } },
})

describe('a connector that breaks a rule is caught by it', () => {
  it.each<[string, Connector, string]>([
    [
      'takes everything for genuine',
      { ...acmePost, verify: () => ({ genuine: true }) },
      'what the sandbox posts is genuine, and what it forges is refused',
    ],
    [
      'verifies nothing without a secret',
      {
        ...acmePost,
        verify: (incoming, at) => ('signingKey' in at.secrets ? verify(incoming, at) : { genuine: true }),
      },
      'without a secret nothing is genuine',
    ],
    [
      'knows the newest secret only',
      {
        ...acmePost,
        verify: (incoming, at) =>
          verify(incoming, { ...at, secrets: { signingKey: (at.secrets['signingKey'] ?? []).slice(0, 1) } }),
      },
      'a message signed by the secret before the newest is accepted',
    ],
    [
      'has no sense of time',
      {
        ...acmePost,
        verify: (incoming, at) =>
          verify(incoming, { ...at, now: new Date(Number(incoming.headers['acme-sent']) * 1000) }),
      },
      'a stale message is refused',
    ],
    [
      'throws at an odd header',
      {
        ...acmePost,
        verify: (incoming, at) =>
          JSON.parse(Buffer.from(incoming.body).toString()) === null
            ? { genuine: false, because: 'stale' }
            : verify(incoming, at),
      },
      'verifying never throws',
    ],
    [
      'keys a message by what changes on its way',
      {
        ...acmePost,
        identify: (incoming, payload) => ({
          ...identify(incoming, payload),
          key: `${incoming.headers['date'] ?? 'none'}`,
        }),
      },
      'the same message sent again has the same key',
    ],
    [
      'keys messages by their topic',
      { ...acmePost, identify: (incoming, payload) => ({ ...identify(incoming, payload), key: 'order.saved' }) },
      'different messages have different keys',
    ],
    [
      'names a mapping that is not there',
      { ...acmePost, topics: { ...acmePost.topics, 'order.sent': { maps: 'parcel', description: 'A parcel left.' } } },
      'every topic has its mapping',
    ],
    [
      'does not know a topic that is sent',
      { ...acmePost, topics: { 'read/order': acmePost.topics['read/order'] ?? { does: 'nothing', description: '' } } },
      'what the sandbox posts is understood',
    ],
    [
      'sends what nobody documented',
      withCommand({ plan: (at, looked) => withHeader(marking.plan(at, looked)) }),
      'mark-shipped sends exactly what the vendor documents',
    ],
    [
      'uses a new idempotency key each time',
      withCommand({ plan: (at, looked) => marking.plan({ ...at, command: `${at.command}${nextCount()}` }, looked) }),
      'mark-shipped twice has one effect',
    ],
    [
      'repeats what was lost',
      withCommand({ plan: (at, looked) => marking.plan({ ...at, command: `${at.command}${nextCount()}` }, looked) }),
      'mark-shipped has one effect when its answer was lost and it is sent again',
    ],
    [
      'puts ids into paths as they are',
      withCommand({
        plan: ({ wish, command }) => ({
          send: [{ method: 'POST', path: `/v1/orders/${wish.order}/parcels`, headers: { 'idempotency-key': command } }],
        }),
      }),
      'mark-shipped calls no other host, whatever the ids say',
    ],
    [
      'calls every failure a refusal',
      {
        ...acmePost,
        classify: ({ status }) => (status < 300 ? undefined : { code: 'CHANNEL_REFUSED', sentence: 'no' }),
      },
      'mark-shipped: 401 leads to its remedy',
    ],
    [
      'does not read Retry-After',
      {
        ...acmePost,
        classify: ({ status }) => (status < 300 ? undefined : { code: 'CHANNEL_SLOW_DOWN', sentence: 'slowly' }),
      },
      'mark-shipped: 429-date leads to its remedy',
    ],
    [
      'takes an error for an answer',
      { ...acmePost, classify: () => undefined },
      'mark-shipped: 422 leads to its remedy',
    ],
    [
      'asks with other words',
      { ...acmePost, authorise: (ask, at) => ({ ...authorise(ask, at), 'acme-extra': '1' }) },
      'reading an order sends exactly what the vendor documents',
    ],
    [
      'ranks what it reads by another measure',
      {
        ...acmePost,
        queries: { order: { ...reading, read: (answer) => ({ ...after(reading.read(answer)), rank: 99 }) } },
      },
      'an order that was read has a rank and is understood',
    ],
    [
      'has a sandbox that lets anybody in',
      {
        ...acmePost,
        sandbox: {
          ...sandbox,
          answer: (state, call, now) =>
            sandbox.answer(
              state,
              { ...call, headers: { ...call.headers, authorization: 'Bearer acme-access-token' } },
              now,
            ),
        },
      },
      'the sandbox refuses calls that do not say who we are',
    ],
    [
      'has a sandbox that throws dice of its own',
      {
        ...acmePost,
        sandbox: {
          ...sandbox,
          play: (state, dice, now) =>
            sandbox.play(state, { ...dice, whole: () => Math.floor(Math.random() * 3) + 1 }, now),
        },
      },
      'the sandbox plays the same for the same seed',
    ],
    [
      'has books that say something else',
      {
        ...acmePost,
        sandbox: {
          ...sandbox,
          books: (state) => ({
            ...sandbox.books(state),
            orders: sandbox.books(state).orders.map((order) => ({ ...order, total: '0.01' })),
          }),
        },
      },
      'the books of the sandbox agree with its messages',
    ],
  ])('%s', async (_, connector, rule) => {
    expect(await saidBy(rule, connector)).toBeDefined()
    expect(await saidBy(rule, acmePost)).toBeUndefined()
  })

  it('a plan that puts a secret into its sentence', async () => {
    const leaking: Connector = {
      ...acmePost,
      authorise: () => {
        throw new Error('no acme-access-token')
      },
    }
    expect(await saidBy('mark-shipped: no error holds a secret', leaking)).toMatch(/holds a secret/)
  })

  it('a command without a proof', async () => {
    expect(await saidBy('mark-shipped twice has one effect', acmePost, { commands: {} })).toMatch(
      /options.commands\['mark-shipped'\] to say what is wished/,
    )
  })

  it('a case that is missing', async () => {
    expect(await saidBy('there is a case gift-card', acmePost, { cases: ['gift-card'] })).toBe(
      'write tests/cases/acme-post/gift-card.json',
    )
  })
})

let count = 0
const nextCount = (): number => {
  count += 1
  return count
}
const after = (read: ReturnType<typeof reading.read>): { readonly rank: number } =>
  read === 'gone' || 'parts' in read ? { rank: 0 } : read
const withHeader = (plan: ReturnType<typeof marking.plan>): ReturnType<typeof marking.plan> =>
  'done' in plan ? plan : { send: plan.send.map((ask) => ({ ...ask, headers: { ...ask.headers, extra: '1' } })) }

describe('a waiver', () => {
  it('holds while its rule is broken', async () => {
    await expect(mustFail('a rule', () => Promise.reject(new Error('broken')))).resolves.toBeUndefined()
  })

  it('is an error once its rule holds', async () => {
    await expect(mustFail('a rule', () => {})).rejects.toThrow('the waiver of "a rule" is stale')
  })

  it('names a rule and gives a reason', () => {
    const rules = [{ name: 'a rule', check: () => {} }]
    expect(() => checkWaivers(rules, { 'a rule': 'The vendor signs no time.' })).not.toThrow()
    expect(() => checkWaivers(rules, { 'no rule': 'The vendor signs no time.', 'a rule': 'no' })).toThrow(
      /no rule is called "no rule"[\s\S]*the waiver of "a rule" gives no reason/,
    )
  })
})

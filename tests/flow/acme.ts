import type { MarkShipped, PostEvent } from '../../src/canonical/commands.ts'
import type { Command, Connector, Incoming } from '../../src/connector/contract.ts'
import type { Account } from '../../src/flow/account.ts'
import { HubError } from '../../src/kernel/errors.ts'
import { Closed, Type } from '../../src/kernel/schema.ts'
import { compileMappings } from '../../src/mapping/compile.ts'

/** An invented channel for flow tests: its bodies are small, its signature is one header. */
const markShipped: Command<Readonly<Record<string, unknown>>, MarkShipped> = {
  description: 'told at once',
  repeat: (wish) => (wish.trackingNumber === undefined ? 'single' : 'key'),
  plan: () => ({ send: [{ method: 'POST', path: '/shipped' }] }),
  receipt: ({ command }) => ({ externalIds: [`f-${command.slice(4, 10)}`] }),
}

const postEvent: Command<Readonly<Record<string, unknown>>, PostEvent> = {
  description: 'an event out',
  wanted: (settings, wish) => settings['events'] === wish.kind,
  repeat: () => 'key',
  plan: () => ({ send: [{ method: 'POST', path: '/events' }] }),
  receipt: () => ({ externalIds: [] }),
}

const text = (incoming: Incoming, name: string): string => incoming.headers[name] ?? ''

export const acme: Connector = {
  id: 'acme',
  title: 'Acme',
  settings: Closed({ events: Type.Optional(Type.String()) }),
  secrets: { webhookSecret: { description: 'the word', required: true } },
  base: () => 'https://api.acme.example',
  verify: (incoming, { secrets }) =>
    secrets['webhookSecret']?.includes(text(incoming, 'x-acme-word')) === true
      ? { genuine: true }
      : { genuine: false, because: 'wrong-signature' },
  identify: (incoming) => {
    const key = text(incoming, 'x-acme-id')
    if (key === '') throw new HubError('PAYLOAD_UNREADABLE', 'expected the header X-Acme-Id')
    return { topic: text(incoming, 'x-acme-topic'), key }
  },
  topics: {
    order: { maps: 'order', description: 'an order, whole' },
    refund: { maps: 'refund', description: 'money given back' },
    changed: { maps: 'changed', description: 'something changed: read it' },
    'read/order': { maps: 'order', description: 'an order, asked for', asked: true },
    gone: { does: 'stop', description: 'Acme withdrew the access' },
    erase: { does: 'person', description: 'erase a buyer within 30 days' },
  },
  queries: {
    order: {
      topic: 'read/order',
      ask: (subject) => ({ method: 'GET', path: `/orders/${subject}` }),
      read: () => 'gone',
    },
  },
  commands: { 'mark-shipped': markShipped, 'post-event': postEvent },
  intents: {},
  sandbox: {
    example: { settings: {}, secrets: { webhookSecret: ['sesame'] } },
    start: () => ({}),
    answer: (state) => ({ state, reply: { status: 404, headers: {}, body: '' }, posts: [] }),
    play: (state) => ({ state, posts: [] }),
    books: () => ({ orders: [], told: [], calls: 0 }),
  },
}

const orderYaml = `
tables:
  states: { paid: captured, pending: pending }
mappings:
  order:
    let: { currency: currency }
    give:
      kind: =snapshot
      order!: id | text
      rank!: version
      sections:
        about: { number!: number | text, origin: { kind: =storefront }, placedAt!: placed | instant, currency!: currency }
        status:
          words: { state: state }
          cancelled: state | is =cancelled
        totals: { items!: total | money, discount!: =0 | money, charges!: =0 | money, taxAdded!: =0 | money, total!: total | money }
      records:
        payments:
          - key: =claimed
            value: { method: =card, claimed: true, state!: payment | table states, amount!: total | money }
        lines:
          each: lines
          give:
            key!: id | text
            value: { externalId!: id | text, kind: =goods, sku: sku, title!: title, quantity!: quantity | units, unit: unit, amount!: amount | money, taxAdded!: =0 | money }
      complete: [=lines]
`
const refundYaml = `
mappings:
  refund:
    let: { currency: currency }
    give:
      kind: =facts
      order!: order | text
      rank!: version
      records:
        refunds:
          - key!: id | text
            value: { state: =paid, amount!: amount | money }
`
const changedYaml = `
mappings:
  changed: { kind: =look, order!: id | text, rank: version }
`

/** The acme mappings, `paid` known or not. */
export const acmeMappings = (states = 'paid: captured, pending: pending') => {
  const { mappings, faults } = compileMappings([
    { path: 'mappings/acme/order.yaml', text: orderYaml.replace('paid: captured, pending: pending', states) },
    { path: 'mappings/acme/refund.yaml', text: refundYaml },
    { path: 'mappings/acme/changed.yaml', text: changedYaml },
  ])
  if (faults.length > 0)
    throw new Error(faults.map((fault) => `${fault.file}:${fault.line}: ${fault.sentence}`).join('\n'))
  return mappings
}

/** As the config has it where it does not say otherwise. */
export const usualPulling = { everySeconds: 300, overlapSeconds: 300, reconcileHours: 24, reconcileDays: 3 }

export const acmeAccount = (id: string, more: Partial<Account> = {}): Account => ({
  id,
  connector: acme,
  enabled: true,
  settings: {},
  secrets: { webhookSecret: ['sesame'] },
  limits: { requestsPerSecond: 1000, concurrency: 4 },
  pull: usualPulling,
  mappings: acmeMappings(),
  ...more,
})

export interface AcmeOrder {
  readonly id: string
  readonly version: number
  readonly number?: string
  readonly state?: string
  readonly payment?: string
  readonly quantity?: number
  readonly unit?: string
  readonly placed?: string
}

/** An order of one line at 10.00 a unit, as Acme writes it. */
export const acmeOrder = ({
  id,
  version,
  number = `#${id}`,
  state = 'open',
  payment = 'paid',
  quantity = 2,
  unit,
  placed = '2026-11-24T09:00:00Z',
}: AcmeOrder): string =>
  JSON.stringify({
    id,
    version,
    number,
    state,
    payment,
    currency: 'EUR',
    placed,
    total: `${quantity * 10}.00`,
    lines: [{ id: 'a', sku: 'T-1', title: 'Tea', quantity, unit, amount: `${quantity * 10}.00` }],
  })

export const acmePost = (topic: string, key: string, body: string, word = 'sesame'): Incoming => ({
  method: 'POST',
  path: '',
  query: {},
  headers: { 'x-acme-topic': topic, 'x-acme-id': key, 'x-acme-word': word },
  body: new TextEncoder().encode(body),
})

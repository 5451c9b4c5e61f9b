import type { Act } from '../../src/canonical/acts.ts'
import type { Identity, OrderDoc, View } from '../../src/canonical/order.ts'
import type { Snapshot, Telling } from '../../src/canonical/telling.ts'
import { orderIdOf } from '../../src/kernel/ids.ts'
import { type Folded, fold } from '../../src/orders/fold.ts'

export const identity: Identity = {
  id: orderIdOf('corner-shop', '1001'),
  connection: 'corner-shop',
  connector: 'acme',
  externalId: '1001',
}
export const at = new Date('2026-11-24T10:00:00.000Z')
export const eur = (minor: number) => ({ minor, currency: 'EUR' })

/** Lines by key: units ordered, at 10.00 EUR each. */
export const snapshot = (
  rank: number,
  lines: Readonly<Record<string, number>>,
  more: Partial<Snapshot> = {},
): Snapshot => {
  const items = Object.values(lines).reduce((sum, quantity) => sum + quantity * 1000, 0)
  return {
    kind: 'snapshot',
    order: '1001',
    rank,
    complete: ['lines', 'charges', 'discounts'],
    ...more,
    sections: {
      about: { number: '#1001', origin: { kind: 'storefront' }, placedAt: '2026-11-24T09:00:00.000Z', currency: 'EUR' },
      status: { words: {} },
      totals: { items: eur(items), discount: eur(0), charges: eur(0), taxAdded: eur(0), total: eur(items) },
      ...more.sections,
    },
    records: {
      lines: Object.entries(lines).map(([key, quantity]) => ({
        key,
        value: {
          externalId: key,
          kind: 'goods',
          title: `Tea ${key}`,
          sku: `T-${key}`,
          quantity,
          amount: eur(quantity * 1000),
          discount: eur(0),
          taxAdded: eur(0),
        },
      })),
      ...more.records,
    },
  }
}

export interface Step {
  readonly telling?: Telling
  readonly message?: string
  readonly act?: Act
}

export const take = (order: OrderDoc | undefined, step: Step): Folded =>
  fold(identity, order, {
    heard:
      step.telling === undefined ? [] : [{ telling: step.telling, message: step.message ?? 'msg_1', posted: true }],
    acts: step.act === undefined ? [] : [step.act],
    at,
    by: 'test',
    listens: () => false,
  })

/** Takes all steps; what must wait for its order is tried again at the end, as the inbox does. */
export const takeAll = (steps: readonly Step[]): OrderDoc => {
  let order: OrderDoc | undefined
  let waiting = [...steps]
  while (waiting.length > 0) {
    const still: Step[] = []
    for (const step of waiting) {
      const folded = order === undefined && step.act !== undefined ? undefined : take(order, step)
      if (folded?.order === undefined) still.push(step)
      else order = folded.order
    }
    if (still.length === waiting.length) throw new Error('nobody told what the order is')
    waiting = still
  }
  if (order === undefined) throw new Error('no steps')
  return order
}

/** The order without what depends on when we learned it. */
export const essence = ({
  events: _e,
  seq: _s,
  revision: _r,
  receivedAt: _a,
  acts,
  ...order
}: OrderDoc): Omit<View, never> & Record<string, unknown> => ({
  ...order,
  acts: [...acts].sort((a, b) => (a.id < b.id ? -1 : 1)),
  told: Object.fromEntries(Object.entries(order.told).sort(([a], [b]) => (a < b ? -1 : 1))),
})

export const shipAct = (id: string, lines: Readonly<Record<string, number>>, trackingNumber?: string): Act => ({
  id,
  kind: 'ship',
  at: '2026-11-24T11:00:00.000Z',
  by: 'tester',
  ...(trackingNumber === undefined ? {} : { trackingNumber, carrier: 'Acme Post' }),
  lines: Object.entries(lines).map(([line, quantity]) => ({ line, quantity })),
})

export const receiptAct = (about: string, externalIds: readonly string[]): Act => ({
  id: `cmd_${about}`,
  kind: 'receipt',
  at: '2026-11-24T11:00:05.000Z',
  by: 'crossdock',
  command: 'mark-shipped',
  about,
  externalIds: [...externalIds],
})

export const shipmentFact = (
  key: string,
  lines: Readonly<Record<string, number>>,
  more: {
    readonly rank: number
    readonly trackingNumber?: string
    readonly status?: 'picked_up' | 'delivered' | 'cancelled'
  },
): Telling => ({
  kind: 'facts',
  order: '1001',
  rank: more.rank,
  records: {
    shipments: [
      {
        key,
        value: {
          direction: 'outbound',
          status: more.status ?? 'picked_up',
          ...(more.trackingNumber === undefined ? {} : { trackingNumber: more.trackingNumber }),
          lines: Object.entries(lines).map(([line, quantity]) => ({ line, quantity })),
        },
      },
    ],
  },
})

export const refundFact = (
  key: string,
  minor: number,
  more: { readonly rank: number; readonly line: string; readonly restock: 'cancel' | 'return' | 'none' },
): Telling => ({
  kind: 'facts',
  order: '1001',
  rank: more.rank,
  records: {
    refunds: [
      {
        key,
        value: { state: 'paid', amount: eur(minor), lines: [{ line: more.line, quantity: 1, restock: more.restock }] },
      },
    ],
  },
})

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { shopify } from '../../connectors/shopify/index.ts'
import type { View } from '../../src/canonical/order.ts'
import type { Snapshot } from '../../src/canonical/telling.ts'
import { type Json, readJson } from '../../src/kernel/json.ts'
import { readMoney } from '../../src/kernel/money.ts'
import { compileMappings } from '../../src/mapping/compile.ts'
import { merge } from '../../src/orders/registers.ts'
import { viewOf } from '../../src/orders/view.ts'

const corpus = join(process.env['CORPUS_DIR'] ?? join(import.meta.dirname, '../../../shared/fixtures'), 'shopify')
const here = existsSync(corpus)
if (!here) process.stdout.write(`shopify corpus: skipped, ${corpus} is not there\n`)

/** What cannot be normalised, and why. A row that is no longer true fails. */
const left: Readonly<Record<string, string>> = {
  'orders-list-partial-fields.json':
    'trimmed: id, created_at, name and total_price are all there is (no currency, line_items, updated_at)',
  'order-legacy-gateway-fields.json':
    'contradicts itself: line_items come to 597.00 and total_tax to 11.94, total_price says 409.94',
}
/** Named as orders, and none. */
const noOrders: Readonly<Record<string, string>> = {
  'draft-order-cad.json': 'a draft: nobody has bought it',
  'abandoned-checkouts.json': 'carts that were left',
}

type Fields = { readonly [key: string]: Json }
const isFields = (value: Json | undefined): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const at = (value: Json | undefined, ...steps: readonly string[]): Json | undefined =>
  steps.reduce<Json | undefined>((held, step) => (isFields(held) ? held[step] : undefined), value)
const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : [])
const textOf = (value: Json | undefined): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''

/** Orders stand bare, in an envelope, or in a list, which is how the API and the webhooks give them. */
const ordersIn = (value: Json): readonly Json[] => {
  if (!isFields(value)) return []
  if ('orders' in value) return listOf(value['orders'])
  return 'order' in value ? [value['order'] ?? null] : [value]
}
const files = (): readonly string[] =>
  ['', 'derived/']
    .flatMap((folder) => readdirSync(join(corpus, folder)).map((name) => `${folder}${name}`))
    .filter((name) => /(^|\/)(order|draft-order|abandoned)/.test(name))
const read = (name: string): readonly Json[] => ordersIn(readJson(readFileSync(join(corpus, name))))
const everything = here
  ? files()
      .filter((name) => !(name in noOrders))
      .map((name) => ({ name, orders: read(name) }))
  : []

const folder = join(import.meta.dirname, '../../mappings/shopify')
const mapping = compileMappings(
  readdirSync(folder).map((name) => ({
    path: `mappings/shopify/${name}`,
    text: readFileSync(join(folder, name), 'utf8'),
  })),
).mappings.get('order')

const normalise = (payload: Json): { readonly told: Snapshot; readonly view: View } => {
  const told = mapping?.apply({ payload })
  if (told?.kind !== 'snapshot') throw new Error('expected a snapshot')
  const view = viewOf(merge({}, told, { message: 'msg_1', posted: true }).told, [])
  if (view === undefined) throw new Error('expected a view')
  return { told, view }
}

/** Sums in the smallest unit, read from the payload by other means than the mapping. */
const minor = (payload: Json, value: Json | undefined): number =>
  readMoney(textOf(value) || '0', textOf(at(payload, 'currency'))).minor
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
const allocated = (payload: Json, items: readonly Json[]): number =>
  sum(items.flatMap((item) => listOf(at(item, 'discount_allocations')).map((one) => minor(payload, at(one, 'amount')))))
const factsOf = (payload: Json) => {
  const [lines, freight] = [listOf(at(payload, 'line_items')), listOf(at(payload, 'shipping_lines'))]
  const included = at(payload, 'taxes_included') === true
  const split = allocated(payload, [...lines, ...freight])
  return {
    number: textOf(at(payload, 'name')),
    lines: lines.length,
    units: sum(lines.map((line) => Number(textOf(at(line, 'quantity'))))),
    currency: textOf(at(payload, 'currency')),
    items: sum(lines.map((line) => minor(payload, at(line, 'price')) * Number(textOf(at(line, 'quantity'))))),
    discount: split === 0 ? minor(payload, at(payload, 'total_discounts')) : split,
    charges:
      sum(freight.map((one) => minor(payload, at(one, 'price')))) + minor(payload, at(payload, 'total_tip_received')),
    taxAdded: included ? 0 : minor(payload, at(payload, 'total_tax')),
    total: minor(payload, at(payload, 'total_price')),
    payment: at(payload, 'financial_status') ?? undefined,
    fulfilment: at(payload, 'fulfillment_status') ?? undefined,
    country: at(payload, 'shipping_address', 'country_code') ?? undefined,
  }
}

const shownOf = ({ told, view }: ReturnType<typeof normalise>): ReturnType<typeof factsOf> => ({
  number: view.number,
  lines: view.lines.length,
  units: sum(view.lines.map((line) => line.counts.ordered)),
  currency: view.currency ?? '',
  items: view.totals?.items.minor ?? Number.NaN,
  discount: view.totals?.discount.minor ?? Number.NaN,
  charges: view.totals?.charges.minor ?? Number.NaN,
  taxAdded: view.totals?.taxAdded.minor ?? Number.NaN,
  total: view.totals?.total.minor ?? Number.NaN,
  payment: told.sections?.status?.words.payment,
  fulfilment: told.sections?.status?.words.fulfilment,
  country: view.shipTo?.country,
})

describe.skipIf(!here)('every order payload of the corpus', () => {
  it.each(everything.filter(({ name }) => !(name in left)))('$name says what it said, and adds up', ({ orders }) => {
    for (const payload of orders) {
      const normal = normalise(payload)
      expect(shownOf(normal)).toEqual(factsOf(payload))
      expect(normal.view.holds).toEqual([])
      for (const line of normal.view.lines) {
        const { ordered, cancelled, shipped } = line.counts
        expect(ordered - cancelled - shipped).toBeGreaterThanOrEqual(0)
      }
    }
  })

  it.each(Object.entries(left))('%s is left out, and rightly: %s', (name) => {
    const whole = everything
      .find((one) => one.name === name)
      ?.orders.every((payload) => {
        try {
          return normalise(payload).view.holds.length === 0
        } catch {
          return false
        }
      })
    expect(whole).toBe(false)
  })

  it('is normalised, but for one in five at most', () => {
    expect(Object.keys(left).length / everything.length).toBeLessThanOrEqual(0.2)
    expect(Object.keys(noOrders).filter((name) => !files().includes(name))).toEqual([])
  })

  it('tells how much of it is read', () => {
    for (const { name, orders } of everything.filter((one) => !(one.name in left))) {
      const shares = orders.map((payload) => mapping?.coverage({ payload }))
      for (const share of shares)
        process.stdout.write(`shopify ${name}: ${share?.read.length} of ${share?.present.length} paths read\n`)
      expect(shares.every((share) => share !== undefined && share.read.length >= 40)).toBe(true)
    }
  })
})

describe.skipIf(!here)("Shopify's published signatures", () => {
  const vectors = here ? listOf(at(readJson(readFileSync(join(corpus, 'webhook-hmac-vectors.json'))), 'webhook')) : []

  it.each(vectors.map((vector) => ({ source: textOf(at(vector, 'source')), vector })))('$source', ({ vector }) => {
    const told = at(vector, 'headers')
    const headers = isFields(told)
      ? Object.fromEntries(Object.entries(told).map(([name, value]) => [name.toLowerCase(), textOf(value)]))
      : {}
    const verdict = shopify.verify?.(
      {
        method: 'POST',
        path: '/',
        query: {},
        headers: { ...headers, 'x-shopify-shop-domain': 'corner.myshopify.com' },
        body: new TextEncoder().encode(textOf(at(vector, 'rawBody'))),
      },
      {
        secrets: { webhookSecret: [textOf(at(vector, 'secret'))] },
        settings: { shop: 'corner', apiVersion: '2026-07' },
        now: new Date(0),
      },
    )
    expect(verdict?.genuine).toBe(at(vector, 'valid'))
  })
})

describe.skipIf(!here)('the fulfilments and the refund of the corpus', () => {
  const folderMappings = compileMappings(
    readdirSync(folder).map((name) => ({
      path: `mappings/shopify/${name}`,
      text: readFileSync(join(folder, name), 'utf8'),
    })),
  ).mappings
  const inner = (name: string, field: string): Json => {
    const payload = readJson(readFileSync(join(corpus, name)))
    return at(payload, field) ?? payload
  }

  it.each([
    ['fulfillment-success-ups.json', 'picked_up'],
    ['fulfillment-cancelled.json', 'cancelled'],
    ['fulfillment-two-urls-one-number.json', 'picked_up'],
  ])('%s is a parcel that is %s', (name, status) => {
    const payload = inner(name, 'fulfillment')
    const told = folderMappings.get('fulfillment')?.apply({ payload })
    const lines = listOf(at(payload, 'line_items')).map((line) => ({
      line: textOf(at(line, 'id')),
      quantity: at(line, 'quantity'),
    }))
    expect(told).toMatchObject({
      order: textOf(at(payload, 'order_id')),
      records: { shipments: [{ key: textOf(at(payload, 'id')), value: { status, lines } }] },
    })
  })

  it('the refund is what its transactions paid', () => {
    const payload = inner('refund-created-no-restock.json', 'refund')
    const paid = listOf(at(payload, 'transactions')).filter(
      (one) => at(one, 'status') === 'success' && at(one, 'kind') === 'refund',
    )
    const amount = { minor: sum(paid.map((one) => readMoney(textOf(at(one, 'amount')), 'USD').minor)), currency: 'USD' }
    const told = folderMappings.get('refund')?.apply({ payload })
    expect(told).toMatchObject({
      order: textOf(at(payload, 'order_id')),
      records: { refunds: [{ key: textOf(at(payload, 'id')), value: { state: 'paid', amount } }] },
    })
  })
})

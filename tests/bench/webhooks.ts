import { createHmac } from 'node:crypto'
import { openDice } from '../../src/cli/dice.ts'
import type { Dice } from '../../src/connector/sandbox.ts'

/**
 * What is posted: orders of 1 to 20 lines with tax, discount and shipping, 20 % updates of orders sent before, 5 % repeats; the
 * fields that the mapping reads, as a subscription with `include_fields` sends them.
 */
export interface Post {
  readonly order: number
  /** Sent before, to the letter. */
  readonly repeat: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export const secret = 'bench-secret'
export const shop = 'bench'

const money = (minor: number): string => `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`
const set = (minor: number) => ({
  shop_money: { amount: money(minor), currency_code: 'EUR' },
  presentment_money: { amount: money(minor), currency_code: 'EUR' },
})

const bodyOf = (order: number, version: number, lines: number): string => {
  const at = new Date(1_790_000_000_000 + order * 1000 + version * 60_000).toISOString()
  const items = Array.from({ length: lines }, (_, at) => ({
    id: order * 100 + at + 1,
    minor: 990 + at * 10,
    quantity: 1 + (at % 3),
  }))
  const sum = items.reduce((total, { minor, quantity }) => total + minor * quantity, 0)
  const discount = 10 * lines
  const tax = items.reduce((total, { minor, quantity }) => total + Math.round((minor * quantity - 10) * 0.19), 0)
  const shipping = 495
  return JSON.stringify({
    id: order,
    name: `#${order}`,
    number: order,
    created_at: at,
    processed_at: at,
    updated_at: at,
    currency: 'EUR',
    presentment_currency: 'EUR',
    source_name: 'web',
    test: false,
    financial_status: version === 1 ? 'pending' : 'paid',
    fulfillment_status: null,
    cancelled_at: null,
    cancel_reason: null,
    email: `buyer${order}@shop.example`,
    phone: null,
    note: null,
    tags: '',
    taxes_included: false,
    total_price: money(sum - discount + tax + shipping),
    total_price_set: set(sum - discount + tax + shipping),
    total_discounts: money(discount),
    total_tax: money(tax),
    total_tip_received: '0.00',
    payment_gateway_names: ['shopify_payments'],
    discount_codes: [{ code: 'WELCOME', amount: money(discount), type: 'fixed_amount' }],
    tax_lines: [{ title: 'VAT', rate: 0.19, price: money(tax) }],
    customer: {
      id: 7_000_000 + order,
      email: `buyer${order}@shop.example`,
      first_name: 'Ada',
      last_name: `Buyer ${order}`,
      phone: null,
    },
    billing_address: {
      name: `Ada Buyer ${order}`,
      address1: 'Lindenweg 1',
      address2: '',
      city: 'Bonn',
      zip: '53111',
      province: null,
      country: 'Germany',
      country_code: 'DE',
      phone: null,
    },
    shipping_address: {
      name: `Ada Buyer ${order}`,
      address1: 'Lindenweg 1',
      address2: '',
      city: 'Bonn',
      zip: '53111',
      province: null,
      country: 'Germany',
      country_code: 'DE',
      phone: null,
    },
    line_items: items.map(({ id, minor, quantity }, place) => ({
      id,
      title: `Tea no. ${place}`,
      sku: `TEA-${place}`,
      variant_id: 1000 + place,
      product_id: 500 + place,
      variant_title: null,
      quantity,
      current_quantity: quantity,
      gift_card: false,
      requires_shipping: true,
      price: money(minor),
      price_set: set(minor),
      properties: [],
      tax_lines: [
        {
          title: 'VAT',
          rate: 0.19,
          price: money(Math.round((minor * quantity - 10) * 0.19)),
          price_set: set(Math.round((minor * quantity - 10) * 0.19)),
        },
      ],
      discount_allocations: [{ amount: '0.10', discount_application_index: 0 }],
    })),
    discount_applications: [
      {
        target_type: 'line_item',
        type: 'discount_code',
        value: money(discount),
        value_type: 'fixed_amount',
        allocation_method: 'across',
        target_selection: 'all',
        code: 'WELCOME',
      },
    ],
    shipping_lines: [
      {
        id: order * 10,
        title: 'Parcel',
        code: 'parcel',
        price: money(shipping),
        price_set: set(shipping),
        discounted_price: money(shipping),
        tax_lines: [],
        discount_allocations: [],
      },
    ],
    fulfillments: [],
    refunds: [],
    note_attributes: [],
  })
}

const signed = (order: number, version: number, body: string, repeat: boolean): Post => {
  const bytes = Buffer.from(body)
  return {
    order,
    repeat,
    body: bytes,
    headers: {
      'content-type': 'application/json',
      'x-shopify-topic': version === 1 ? 'orders/create' : 'orders/updated',
      'x-shopify-shop-domain': `${shop}.myshopify.com`,
      'x-shopify-api-version': '2026-07',
      'x-shopify-webhook-id': `bench-${order}-${version}`,
      'x-shopify-event-id': `event-${order}-${version}`,
      'x-shopify-triggered-at': new Date(1_790_000_000_000 + order * 1000 + version * 60_000).toISOString(),
      'x-shopify-hmac-sha256': createHmac('sha256', secret).update(bytes).digest('base64'),
    },
  }
}

/** From 1 to 20 lines, and as in a shop most orders have few: 2.5 on average. */
const linesOf = (dice: Dice): number => {
  let lines = 1
  while (lines < 20 && dice.next() < 0.6) lines += 1
  return lines
}

/** So many posts, the same for the same seed; orders are numbered from `first`. */
export const postsOf = (count: number, seed: number, first: number): readonly Post[] => {
  const dice = openDice(seed)
  const posts: Post[] = []
  const versions: { order: number; version: number; lines: number }[] = []
  for (let next = first; posts.length < count; ) {
    const chance = dice.next()
    const before = posts[posts.length - 1 - dice.whole(0, Math.min(posts.length - 1, 200))]
    const old = versions[versions.length - 1 - dice.whole(0, Math.min(Math.max(0, versions.length - 1), 200))]
    if (chance < 0.05 && before !== undefined) posts.push({ ...before, repeat: true })
    else if (chance < 0.25 && old !== undefined) {
      old.version += 1
      posts.push(signed(old.order, old.version, bodyOf(old.order, old.version, old.lines), false))
    } else {
      const lines = linesOf(dice)
      versions.push({ order: next, version: 1, lines })
      posts.push(signed(next, 1, bodyOf(next, 1, lines), false))
      next += 1
    }
  }
  return posts
}

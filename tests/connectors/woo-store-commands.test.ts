import { describe, expect, it } from 'vitest'
import { wooStore } from '../../connectors/woo-store/index.ts'
import type { MarkShipped } from '../../src/canonical/commands.ts'
import { carry } from '../../src/connector/carry.ts'
import { classify } from '../../src/connector/classify.ts'
import type { Answer, Ask } from '../../src/connector/contract.ts'
import type { Send } from '../../src/connector/http.ts'
import { HubError } from '../../src/kernel/errors.ts'
import { type Json, readJson } from '../../src/kernel/json.ts'
import { errorOf } from '../kit/prove-connector-outside.ts'

const now = new Date('2026-11-24T10:00:00Z')
const wish: MarkShipped = {
  order: '501',
  shipment: 'act_1',
  carrier: 'UPS',
  trackingNumber: '1Z7',
  shippedAt: '2026-11-24T09:00:00.000Z',
  lines: [{ line: '31', quantity: 2 }],
}
const usual = {
  id: 501,
  status: 'processing',
  line_items: [{ id: 31, quantity: 2 }],
  meta_data: [],
}
const tracking = (number: string, id: string) => ({
  key: '_wc_shipment_tracking_items',
  value: [{ tracking_provider: 'ups', tracking_number: number, tracking_id: id }],
})

const answerOf = (status: number, body: Json): Answer => ({ status, headers: {}, bytes: new Uint8Array(), body })

/** A shop that shows this order; every POST is answered with what it made, or with what `refuses` says. */
const shop = (order: object, refuses?: Answer) => {
  const sent: Ask[] = []
  const send: Send = (_connector, _account, ask) => {
    sent.push(ask)
    const shown = readJson(Buffer.from(JSON.stringify(order)))
    const answer =
      ask.method === 'POST' ? (refuses ?? answerOf(201, { id: 7, tracking_id: 't-new' })) : answerOf(200, shown)
    const trouble = (wooStore.classify ?? classify)(answer, now)
    return trouble === undefined
      ? Promise.resolve(answer)
      : Promise.reject(new HubError(trouble.code, trouble.sentence))
  }
  return { send, sent }
}

const told = async (order: object, { settings = {}, more = {} }: { settings?: object; more?: object } = {}) => {
  const { send, sent } = shop(order)
  const account = { id: 'shop', settings: { site: 'https://shop.example', ...settings }, secrets: {} }
  const wanted = { name: 'mark-shipped', wish: { ...wish, ...more }, command: 'cmd_1', now } as const
  const receipt = await carry({ send }, wooStore, account, wanted)
  return { receipt, sent: sent.slice(1).map(({ method, path, body }) => ({ what: `${method} ${path}`, body })) }
}
const marked = (more: object = {}) => ({ meta_data: [{ key: '_crossdock_act_1', value: '31:2' }], ...more })
const put = 'PUT /wp-json/wc/v3/orders/501'

describe('a parcel is told', () => {
  it('to the plug-in Shipment Tracking, by a carrier that it knows', async () => {
    expect(await told(usual, { settings: { tracking: 'shipment-tracking' } })).toEqual({
      receipt: { externalIds: ['t-new'] },
      sent: [
        {
          what: 'POST /wp-json/wc-shipment-tracking/v3/orders/501/shipment-trackings',
          body: { tracking_provider: 'UPS', tracking_number: '1Z7', date_shipped: '2026-11-24' },
        },
        { what: put, body: marked({ status: 'completed' }) },
      ],
    })
  })

  it('with a link of ours as a custom carrier, the link safe from sprintf', async () => {
    const { sent } = await told(usual, {
      settings: { tracking: 'shipment-tracking' },
      more: { trackingUrl: 'https://ups.example/?n=1Z7%20X' },
    })
    expect(sent[0]?.body).toEqual({
      custom_tracking_provider: 'UPS',
      custom_tracking_link: 'https://ups.example/?n=1Z7%%20X',
      tracking_number: '1Z7',
      date_shipped: '2026-11-24',
    })
  })

  it('to Advanced Shipment Tracking, which leaves the status to us', async () => {
    const { sent, receipt } = await told(usual, { settings: { tracking: 'ast' } })
    expect(sent[0]).toEqual({
      what: 'POST /wp-json/wc-ast/v3/orders/501/shipment-trackings',
      body: {
        tracking_provider: 'UPS',
        tracking_number: '1Z7',
        date_shipped: '2026-11-24',
        status_shipped: 0,
        replace_tracking: 0,
      },
    })
    expect(receipt).toEqual({ externalIds: ['t-new'] })
  })

  it('by a note where no plug-in is named, or carrier or number is not known', async () => {
    expect(await told(usual)).toEqual({
      receipt: { externalIds: [] },
      sent: [
        {
          what: 'POST /wp-json/wc/v3/orders/501/notes',
          body: { note: 'Shipped on 2026-11-24 with UPS, tracking number 1Z7', customer_note: false },
        },
        { what: put, body: marked({ status: 'completed' }) },
      ],
    })
    const { sent } = await told(usual, {
      settings: { tracking: 'ast', noteToCustomer: true },
      more: { carrier: undefined },
    })
    expect(sent[0]?.body).toEqual({ note: 'Shipped on 2026-11-24, tracking number 1Z7', customer_note: true })
  })
})

describe('the status', () => {
  const partly = { more: { lines: [{ line: '31', quantity: 1 }] } }
  const only = (value: string, more: object = {}) => ({ meta_data: [{ key: '_crossdock_act_1', value }], ...more })

  it('stays as long as something is still to be shipped', async () => {
    expect((await told(usual, partly)).sent.at(-1)?.body).toEqual(only('31:1'))
  })

  it('is set by the parcel that is the last, those told before counted in', async () => {
    const before = { ...usual, meta_data: [{ key: '_crossdock_act_0', value: '31:1' }] }
    expect((await told(before, partly)).sent.at(-1)?.body).toEqual(only('31:1', { status: 'completed' }))
  })

  it('counts the parts of a kit, and not the kit', async () => {
    const kit = {
      ...usual,
      line_items: [
        { id: 30, quantity: 1, composite_parent: '' },
        { id: 31, quantity: 2, composite_parent: 30 },
      ],
    }
    expect((await told(kit)).sent.at(-1)?.body).toMatchObject({ status: 'completed' })
  })

  it('is the one of the connection, or none', async () => {
    const own = await told(usual, { settings: { statusWhenShipped: 'shipped' } })
    expect(own.sent.at(-1)?.body).toMatchObject({ status: 'shipped' })
    const kept = await told(usual, { settings: { statusWhenShipped: 'keep' } })
    expect(kept.sent.at(-1)?.body).toEqual(marked())
  })

  it.each(['completed', 'failed'])('of an order that is %s is left', async (status) => {
    expect((await told({ ...usual, status })).sent.at(-1)?.body).toEqual(marked())
  })
})

it.each([
  ['cancelled', 'order 501 is cancelled at the shop'],
  ['refunded', 'order 501 is refunded at the shop'],
  ['trash', 'order 501 is in the trash at the shop'],
])('an order that is %s is told of no parcel, unless it was told before', async (status, words) => {
  expect(await errorOf(() => told({ ...usual, status }))).toMatchObject({
    code: 'CHANNEL_REFUSED',
    message: expect.stringContaining(words),
  })
  const done = { ...usual, status, meta_data: [{ key: '_crossdock_act_1', value: '31:2' }] }
  expect((await told(done)).sent).toEqual([])
})

describe('telling it again', () => {
  const settings = { tracking: 'shipment-tracking' }

  it('sends nothing where the order bears our mark, and names the same parcel', async () => {
    const done = { ...usual, meta_data: [tracking('1Z7', 't-1'), { key: '_crossdock_act_1', value: '31:2' }] }
    expect(await told(done, { settings })).toEqual({ receipt: { externalIds: ['t-1'] }, sent: [] })
  })

  it('only marks the order where the parcel was written down and the answer was lost', async () => {
    const half = { ...usual, meta_data: [tracking('1Z7', 't-1')] }
    expect(await told(half, { settings })).toEqual({
      receipt: { externalIds: ['t-1'] },
      sent: [{ what: put, body: marked({ status: 'completed' }) }],
    })
  })

  it('a parcel of another number is another parcel', async () => {
    const other = { ...usual, meta_data: [tracking('1Z8', 't-0')] }
    expect((await told(other, { settings })).receipt).toEqual({ externalIds: ['t-new'] })
  })
})

it('a plug-in that is not there is named, with what to set', async () => {
  const missing = answerOf(404, { code: 'rest_no_route', message: 'No route was found', data: { status: 404 } })
  const { send } = shop(usual, missing)
  const account = { id: 'shop', settings: { site: 'https://shop.example', tracking: 'ast' }, secrets: {} }
  const wanted = { name: 'mark-shipped', wish, command: 'cmd_1', now } as const
  expect(await errorOf(() => carry({ send }, wooStore, account, wanted))).toMatchObject({
    code: 'CHANNEL_REFUSED',
    message: expect.stringMatching(/plug-in that settings\.tracking names.*set tracking to note/),
  })
})

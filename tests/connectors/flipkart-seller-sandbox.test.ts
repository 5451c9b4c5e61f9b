import { describe, expect, it } from 'vitest'
import { flipkartSeller } from '../../connectors/flipkart-seller/index.ts'
import { wordOf } from '../../connectors/flipkart-seller/sandbox-shop.ts'
import { readJson } from '../../src/kernel/json.ts'
import { moneyText } from '../../src/kernel/money.ts'
import { fold } from '../../src/orders/fold.ts'
import { after, incoming, mappings, open, played, read, secrets, settings, start } from './flipkart-seller-side.ts'

describe('the Flipkart sandbox', () => {
  it('plays the same traffic from the same seed', () => {
    expect(played(80, 7)).toEqual(played(80, 7))
  })

  it('signs as Flipkart does, now and then with an offset; what it forges is refused', () => {
    const { posts } = played(300)
    expect(posts.filter(({ post }) => post.forged === true).length).toBeGreaterThan(5)
    expect(posts.some(({ post }) => post.headers['x_date']?.endsWith('GMT+05:30'))).toBe(true)
    for (const { post, at } of posts)
      expect(flipkartSeller.verify?.(incoming(post), { secrets, settings, now: at }).genuine, post.note).toBe(
        post.forged !== true,
      )
  })

  it('sends some twice under one key, some late, and only topics that the connector knows: every one of them', () => {
    const posts = [1, 2, 3].flatMap((seed) => played(500, seed).posts).filter(({ post }) => post.forged !== true)
    const identities = posts.map(({ post }) =>
      flipkartSeller.identify?.(incoming(post), readJson(Buffer.from(post.body))),
    )
    expect(new Set(identities.map((one) => one?.key)).size).toBeLessThan(identities.length)
    expect(posts.some(({ post }) => (post.afterMs ?? 0) > 0)).toBe(true)
    const unplayed = ['read/order', 'return_expected_date_changed']
    expect([...new Set(identities.map((one) => one?.topic))].toSorted()).toEqual(
      Object.keys(flipkartSeller.topics)
        .filter((topic) => !unplayed.includes(topic))
        .toSorted(),
    )
  })

  it.each([1, 2, 3, 4])('shows, with seed %i, every order as its books have it', (seed) => {
    const from = played(300, seed)
    const side = open(from)
    const words = new Set(Object.values(from.state.parcels).map(wordOf))
    expect(words.size).toBeGreaterThan(6)
    for (const book of side.books().orders) {
      const heard = read(side, book.externalId).flatMap(({ payload, part }) => {
        const telling = mappings.get('order')?.apply({ payload, settings })
        return telling?.kind === 'snapshot' ? [{ telling, message: `msg_${part}`, posted: false }] : []
      })
      const identity = { id: 'ord_1', connection: 'fk', connector: 'flipkart-seller', externalId: book.externalId }
      const { order } = fold(identity, undefined, { heard, acts: [], at: start, by: 'test', listens: () => false })
      expect({
        externalId: order?.externalId,
        number: order?.number,
        currency: order?.currency,
        total: order?.totals === undefined ? '' : moneyText(order.totals.total),
        refunded: '0.00',
        lines: order?.lines.map(({ externalId, sku, quantity, counts }) => ({
          id: externalId,
          sku,
          quantity: String(quantity),
          cancelled: String(counts.cancelled),
        })),
        cancelled: order?.headline.state === 'cancelled',
        differing: order?.holds.filter(({ by }) => by !== 'channel'),
      }).toEqual({ ...book, differing: [] })
    }
  })

  it('says to whom a parcel goes only where the seller sends it', () => {
    const side = open(played(60))
    const addresses = Object.values(side.state().parcels).map((parcel) => {
      const [part] = read(side, `shipment:${parcel.id}`)
      const telling = mappings.get('order')?.apply({ payload: part?.payload ?? null, settings })
      return [parcel.type === 'SELF', telling?.kind === 'snapshot' && telling.sections?.shipTo !== undefined]
    })
    expect(addresses.some(([self]) => self)).toBe(true)
    expect(addresses.filter(([self, told]) => self !== told)).toEqual([])
  })

  it('shows a return beside the shipment that it came with', () => {
    const from = played(400)
    const side = open(from)
    for (const back of Object.values(from.state.backs)) {
      const kinds = read(side, `return:${back.id}:${back.item}`).map(({ payload }) => {
        const telling = mappings.get('order')?.apply({ payload, settings })
        return telling?.kind === 'facts' ? telling.records?.returns?.[0]?.key : telling?.kind
      })
      expect(kinds).toEqual(['snapshot', back.id])
    }
    expect(Object.keys(from.state.backs).length).toBeGreaterThan(5)
  })
})

describe('the pages of the Flipkart sandbox', () => {
  const at = { window: { from: start, to: after(900), by: 'changed' as const }, settings, now: after(1000) }
  const list = flipkartSeller.lists?.['pre-dispatch']

  it('hold 20 each, and shift while they are read: who changes is seen later, and nobody is lost', () => {
    const from = played(300, 5)
    const side = open(from)
    const wanted = new Set(
      Object.values(from.state.parcels)
        .filter(
          (parcel) =>
            !parcel.hold && ['APPROVED', 'PACKED', 'FORM_FAILED', 'READY_TO_DISPATCH'].includes(wordOf(parcel)),
        )
        .map(({ id }) => id),
    )
    const pages: (readonly (string | undefined)[])[] = []
    let page: string | undefined
    do {
      const told = list?.read(side.call(list.ask(at, page)).answer, at, page)
      pages.push((told?.items ?? []).map(({ part }) => part))
      page = told?.next
      const [first = ''] = pages[0] ?? []
      side.pass(1000)
      side.change((state, now) => {
        const parcel = state.parcels[first]
        return parcel === undefined || pages.length > 1
          ? state
          : { ...state, parcels: { ...state.parcels, [first]: { ...parcel, updatedAt: now.getTime() } } }
      })
    } while (page !== undefined)
    expect(pages.length).toBeGreaterThan(2)
    expect(pages.slice(0, -1).every(({ length }) => length === 20)).toBe(true)
    expect(new Set(pages.flat())).toEqual(wanted)
    expect(pages.flat().length).toBe(wanted.size + 1)
  })

  it('are refused where who cancelled is not said, and for a token that is none', () => {
    const side = open(played(5))
    const body = { filter: { type: 'cancelled', states: ['CANCELLED'] } }
    expect(side.call({ method: 'POST', path: '/sellers/v3/shipments/filter', body }).answer.status).toBe(422)
    const next = { method: 'GET', path: '/sellers/v3/shipments/filter', query: { next_token: 'e30=' } } as const
    expect(side.call(next).answer.status).toBe(422)
    expect(side.call({ method: 'GET', path: '/sellers/v2/returns' }).answer.status).toBe(422)
  })
})

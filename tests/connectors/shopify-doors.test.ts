import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { shopify } from '../../connectors/shopify/index.ts'
import type { Mapped, Snapshot } from '../../src/canonical/telling.ts'
import { openDice } from '../../src/cli/dice.ts'
import type { Answer, Ask } from '../../src/connector/contract.ts'
import type { SandboxPost } from '../../src/connector/sandbox.ts'
import { readJson } from '../../src/kernel/json.ts'
import { compileMappings } from '../../src/mapping/compile.ts'

const folder = join(import.meta.dirname, '../../mappings/shopify')
const { mappings } = compileMappings(
  readdirSync(folder).map((name) => ({
    path: `mappings/shopify/${name}`,
    text: readFileSync(join(folder, name), 'utf8'),
  })),
)
const { sandbox } = shopify
const { settings, secrets } = sandbox.example

const mapped = (topic: string, body: string): Mapped => {
  const entry = shopify.topics[topic]
  if (entry === undefined || !('maps' in entry)) throw new Error(`${topic} maps nothing`)
  const mapping = mappings.get(entry.maps)
  if (mapping === undefined) throw new Error(`there is no mapping ${entry.maps}`)
  return mapping.apply({ payload: readJson(new TextEncoder().encode(body)) })
}

/** A shop that lives from step to step, and that we may call. */
const openShop = (seed: number) => {
  const dice = openDice(seed)
  let state = sandbox.start({ seed, settings, secrets, hookUrl: 'https://hub.example/webhooks/corner' })
  let now = Date.parse('2026-11-24T10:00:00Z')
  const call = (ask: Ask): { readonly answer: Answer; readonly posts: readonly SandboxPost[] } => {
    now += 1_000
    const headers = shopify.authorise?.(ask, { secrets, settings, now: new Date(now) }) ?? {}
    const body = new TextEncoder().encode(JSON.stringify(ask.body))
    const replied = sandbox.answer(
      state,
      { method: ask.method, path: ask.path, query: {}, headers, body },
      new Date(now),
    )
    state = replied.state
    const bytes = new TextEncoder().encode(replied.reply.body)
    return { answer: { status: replied.reply.status, headers: {}, bytes, body: readJson(bytes) }, posts: replied.posts }
  }
  const play = (): readonly SandboxPost[] => {
    now += 1_000
    const played = sandbox.play(state, dice, new Date(now))
    state = played.state
    return played.posts.filter((post) => post.forged !== true && !post.note.endsWith('again'))
  }
  return { call, play, books: () => sandbox.books(state) }
}
type Shop = ReturnType<typeof openShop>

/** The order as both doors tell it: by its webhooks, and by our question. */
const bothDoors = (
  shop: Shop,
  posts: readonly SandboxPost[],
): readonly { readonly posted: Mapped; readonly read: Mapped }[] =>
  posts.map((post) => {
    const posted = mapped(post.headers['x-shopify-topic'] ?? '', post.body)
    const subject = 'order' in posted ? posted.order : ''
    const ask = shopify.queries.order?.ask(subject, settings)
    if (ask === undefined) throw new Error('the connector cannot read an order')
    return { posted, read: mapped('read/order', new TextDecoder().decode(shop.call(ask).answer.bytes)) }
  })

/** Ships a unit of the newest order, and gives back what Shopify posts of it. */
const ship = (shop: Shop, number: string): readonly SandboxPost[] => {
  const order = shop.books().orders.findLast((one) => !one.cancelled)
  const line = order?.lines.find((one) => one.cancelled === '0')
  const command = shopify.commands['mark-shipped']
  if (order === undefined || line === undefined || command?.look === undefined) return []
  const wish = {
    order: order.externalId,
    shipment: 's',
    shippedAt: '2026-11-24T10:00:00.000Z',
    trackingNumber: number,
    lines: [{ line: line.id, quantity: 1 }],
  }
  const at = { wish, settings, command: 'c', now: new Date(0) }
  try {
    const plan = command.plan(at, shop.call(command.look(at)).answer)
    return 'send' in plan ? plan.send.flatMap((ask) => shop.call(ask).posts) : []
  } catch {
    return []
  }
}

describe('the two doors of Shopify', () => {
  it('tell the same order the same way, to the letter, whatever happened to it', () => {
    const seen = { orders: 0, refunds: 0, shipments: 0, foreign: 0, cancelled: 0, taxIncluded: 0 }
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const shop = openShop(seed)
      for (let step = 0; step < 60; step += 1) {
        const posts = step % 4 === 3 ? ship(shop, `T${seed}-${step}`) : shop.play()
        for (const { posted, read } of bothDoors(shop, posts)) {
          if (posted.kind === 'snapshot') note(seen, posted)
          if (posted.kind === 'snapshot') expect(JSON.stringify(read)).toBe(JSON.stringify(posted))
          for (const [name, record] of factsOf(posted)) expect(recordsOf(read, name)).toContainEqual(record)
        }
      }
    }
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10)
  })
})

const note = (seen: Record<string, number>, { sections, records }: Snapshot): void => {
  const add = (name: string, by: number): void => {
    seen[name] = (seen[name] ?? 0) + by
  }
  add('orders', 1)
  add('refunds', records?.refunds?.length ?? 0)
  add('shipments', records?.shipments?.length ?? 0)
  add('foreign', sections?.about?.presentment === undefined ? 0 : 1)
  add('cancelled', sections?.status?.cancelled === true ? 1 : 0)
  add('taxIncluded', sections?.totals?.taxIncluded === undefined ? 0 : 1)
}

type Name = 'refunds' | 'shipments'

/** The refund or parcel that a fact tells. */
const factsOf = (posted: Mapped): readonly (readonly [Name, unknown])[] => {
  if (posted.kind !== 'facts') return []
  const names: readonly Name[] = ['refunds', 'shipments']
  return names.flatMap((name) => recordsOf(posted, name).map((record) => [name, record] as const))
}

const recordsOf = (told: Mapped, name: Name): readonly unknown[] =>
  told.kind === 'snapshot' || told.kind === 'facts' ? (told.records?.[name] ?? []) : []

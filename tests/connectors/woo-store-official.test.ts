import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { wooStore } from '../../connectors/woo-store/index.ts'
import { openDice } from '../../src/cli/dice.ts'
import type { SandboxCall } from '../../src/connector/sandbox.ts'
import { type Json, readJson } from '../../src/kernel/json.ts'
import { compileMappings } from '../../src/mapping/compile.ts'

// WooCommerce publishes no machine-readable model of an order: the sandbox is held to what real shops answered.
const corpus = process.env['CORPUS_DIR'] ?? join(import.meta.dirname, '../../../shared/fixtures')
const woo = join(corpus, 'woocommerce')
const here = existsSync(woo)
if (!here) process.stdout.write(`woo-store official: skipped, ${woo} is not there\n`)

/** Fields that real orders show only as null; what they are when they are something, by the documentation. */
const onlyNull: Readonly<Record<string, string>> = {
  date_completed: 'string',
  date_completed_gmt: 'string',
  'line_items[].parent_name': 'string',
  'meta_data[].value[].custom_tracking_link': 'string',
  'meta_data[].value[].custom_tracking_provider': 'string',
}
/** What the mapping asks for that only shops with a plug-in of which there is no sandbox have: not in the sandbox's answers. */
const ofPlugins: readonly string[] = []

type Types = Map<string, Set<string>>
const typeOf = (value: Json): string => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value)

/** The types of every field, by its path; numbers that readJson keeps as text are numbers, so the plain parser reads here. */
const note = (value: Json, path: string, types: Types): Types => {
  if (path !== '') types.set(path, (types.get(path) ?? new Set()).add(typeOf(value)))
  if (Array.isArray(value)) for (const held of value) note(held, `${path}[]`, types)
  else if (value !== null && typeof value === 'object')
    for (const [name, held] of Object.entries(value)) note(held, path === '' ? name : `${path}.${name}`, types)
  return types
}

const { sandbox } = wooStore
const call: SandboxCall = {
  method: 'GET',
  path: '/wp-json/wc/v3/orders',
  query: { per_page: '100', status: 'any' },
  headers: { authorization: `Basic ${Buffer.from('ck_sandbox:cs_sandbox').toString('base64')}` },
  body: new Uint8Array(),
}
const now = new Date('2026-11-24T10:00:00Z')

/** A shop in which everything has happened: orders of all kinds, and one whose parcels were told. */
const played = (): readonly string[] => {
  const dice = openDice(7)
  let state = sandbox.start({ seed: 7, ...sandbox.example, hookUrl: 'https://hub.example/webhooks/shop' })
  for (let step = 0; step < 120; step += 1) ({ state } = sandbox.play(state, dice, now))
  const order = sandbox.books(state).orders.find(({ cancelled }) => !cancelled)?.externalId ?? ''
  const send = (method: string, path: string, body: object): void => {
    ;({ state } = sandbox.answer(
      state,
      { ...call, method, path, query: {}, body: Buffer.from(JSON.stringify(body)) },
      now,
    ))
  }
  const parcel = { tracking_number: '1Z1', date_shipped: '2026-11-24' }
  const trackings = `/wp-json/wc-shipment-tracking/v3/orders/${order}/shipment-trackings`
  send('POST', trackings, { ...parcel, tracking_provider: 'UPS' })
  send('POST', trackings, {
    ...parcel,
    custom_tracking_provider: 'Harbour',
    custom_tracking_link: 'https://harbour.example',
  })
  send('PUT', `/wp-json/wc/v3/orders/${order}`, { status: 'completed' })
  const texts: string[] = []
  for (const page of ['1', '2', '3'])
    texts.push(sandbox.answer(state, { ...call, query: { ...call.query, page } }, now).reply.body)
  return texts
}

describe.skipIf(!here)("the sandbox's orders, held to real ones", () => {
  const parsed = (text: string): readonly Json[] => [JSON.parse(text)].flat()
  const files = here ? readdirSync(woo).filter((name) => name.startsWith('order') && !/notes|refunds/.test(name)) : []
  const real: Types = new Map()
  for (const name of files) for (const order of parsed(readFileSync(join(woo, name), 'utf8'))) note(order, '', real)
  const texts = here ? played() : []
  const shown: Types = new Map()
  for (const text of texts) for (const order of parsed(text)) note(order, '', shown)

  it('have no field that a real order has not, and each of a type that it has there', () => {
    const unknown = [...shown.keys()].filter((path) => !real.has(path))
    const wrong = [...shown].flatMap(([path, types]) => {
      const known = new Set([...(real.get(path) ?? []), ...(onlyNull[path] === undefined ? [] : [onlyNull[path]])])
      const odd = [...types].filter((type) => !known.has(type))
      return odd.length === 0 ? [] : [`${path} is ${odd.join(', ')}, a real one ${[...known].join(', ')}`]
    })
    process.stdout.write(
      `woo-store official: ${shown.size} fields of the sandbox's orders, all of them among the ${real.size} of ${files.length} real files\n`,
    )
    expect(unknown).toEqual([])
    expect(wrong).toEqual([])
    expect(shown.size).toBeGreaterThan(100)
  })

  it('a reason that is true no longer fails', () => {
    expect(Object.keys(onlyNull).filter((path) => [...(real.get(path) ?? [])].join() !== 'null')).toEqual([])
  })

  it('have every field that the mapping reads of real ones', () => {
    const folder = join(import.meta.dirname, '../../mappings/woo-store')
    const { mappings } = compileMappings(
      readdirSync(folder).map((name) => ({ path: name, text: readFileSync(join(folder, name), 'utf8') })),
    )
    const topic = wooStore.topics['read/order']
    const readOf = (text: string): readonly string[] =>
      [readJson(Buffer.from(text))].flat().flatMap((order) => {
        const payload = topic !== undefined && 'maps' in topic ? (topic.prepare?.(order) ?? order) : order
        return mappings.get('order')?.coverage({ payload, settings: sandbox.example.settings }).read ?? []
      })
    const ofReal = new Set(files.flatMap((name) => readOf(readFileSync(join(woo, name), 'utf8'))))
    const ofShown = new Set(texts.flatMap(readOf))
    const missing = [...ofReal.difference(ofShown)].sort()
    process.stdout.write(
      `woo-store official: the mapping reads ${ofReal.size} paths of real orders, ${ofReal.size - missing.length} of them in the sandbox's\n`,
    )
    expect(missing).toEqual(ofPlugins)
  })
})

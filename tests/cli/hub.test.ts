import { createHmac } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bench, type Ended, openBench, type Started } from './kit.ts'

const secret = 'only-for-tests'

/** The sandbox's port answers nobody: the channel is away. */
const config = `
server: { port: 0 }
log: { level: silent }
connections:
  - id: corner-shop
    connector: shopify
    enabled: true
    settings: { shop: corner, apiVersion: "2026-07" }
    secrets: { webhookSecret: env:CORNER_SHOP, accessToken: env:CORNER_SHOP }
    sandboxUrl: http://127.0.0.1:1
  - id: phone-desk
    connector: direct
    enabled: true
    settings: {}
    secrets: {}
`

const payload = (): string => {
  const file = join(import.meta.dirname, '../cases/shopify/several-lines.json')
  const read: unknown = JSON.parse(readFileSync(file, 'utf8'))
  return JSON.stringify(typeof read === 'object' && read !== null && 'given' in read ? read.given : undefined)
}

const postOrder = async (address: string): Promise<number> => {
  const body = payload()
  const answer = await fetch(`${address}/webhooks/corner-shop`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-shopify-topic': 'orders/create',
      'x-shopify-webhook-id': 'hook-1',
      'x-shopify-api-version': '2026-07',
      'x-shopify-shop-domain': 'corner.myshopify.com',
      'x-shopify-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
    },
    body,
  })
  return answer.status
}

const ordersOf = async (address: string, key: string): Promise<readonly unknown[]> => {
  const answer = await fetch(`${address}/v1/orders`, { headers: { authorization: `Bearer ${key}` } })
  const body: unknown = await answer.json()
  return typeof body === 'object' && body !== null && 'items' in body && Array.isArray(body.items) ? body.items : []
}

const json = ({ out }: Ended): readonly unknown[] =>
  out
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

// One story, told in order: the hub is started once, killed, and goes on from what it kept.
describe('a hub and its verbs', () => {
  let bench: Bench
  let hub: Started
  let key = ''
  let kept: string

  beforeAll(async () => {
    bench = openBench({ CORNER_SHOP: secret })
    bench.write('crossdock.yaml', config)
    hub = await bench.start('--sandbox')
    key = /cdk_[\w-]+/.exec(hub.said())?.[0] ?? ''
    expect(await postOrder(hub.address)).toBe(200)
    for (let look = 0; look < 500 && (await ordersOf(hub.address, key)).length === 0; look += 1);
  })
  afterAll(() => bench.close())

  it('shows a first key at the first start, and says which connections speak to a sandbox', () => {
    expect(hub.said()).toMatch(/first API key.*shown this once[\s\S]*cdk_[\w-]{40,}/)
    expect(hub.said()).toContain('SANDBOX: corner-shop speaks to http://127.0.0.1:1')
  })

  it('leaves its address and a key beside the data, for its owner alone', () => {
    expect(statSync(join(bench.folder, 'data/hub.json')).mode & 0o077).toBe(0)
  })

  it('is asked by the verbs while it runs: orders, one order, a second hub is refused', async () => {
    const [table, one, line, second, list] = await Promise.all([
      bench.run('orders', '--state', 'open'),
      bench.run('show', '1001'),
      bench.run('orders', '--json'),
      bench.run('start', '--sandbox'),
      bench.run('keys'),
    ])
    expect(table.out).toMatch(/#1001 +2026-11-20 10:15 +corner-shop +open +paid +open +3 +40\.00 EUR +Ines Falk/)
    expect(one.out).toMatch(/Order #1001 {3}open · paid · open/)
    expect(one.out).toMatch(/Items +40\.00[\s\S]*Total +40\.00 EUR/)
    expect(one.out).toContain('Ines Falk, Hafenstraße 3, 28195 Bremen, DE')
    expect(one.out).toMatch(/order\.placed +40\.00 EUR 3 lines/)
    expect(json(line)).toMatchObject([{ number: '#1001', headline: { state: 'open' } }])
    expect(second).toMatchObject({ code: 1, out: '' })
    expect(second.err).toContain('is in use by another hub')
    expect(list.out).toMatch(/^ID +NAME +ROLE +MADE\nkey_\w+ +first +admin .*\n$/)
  })

  it('ships through the running hub: a part, once under its key, and says that the channel is away', async () => {
    const words = [
      'ship',
      '1001',
      '--carrier',
      'UPS',
      '--tracking',
      '1Z999AA10123456784',
      '--line',
      '72=2',
      '--key',
      'k',
    ]
    const shipped = await bench.run(...words, '--json')
    expect(shipped.code).toBe(0)
    expect(json(shipped)).toMatchObject([
      {
        act: { kind: 'ship', lines: [{ line: '72', quantity: 2 }] },
        order: { headline: { fulfilment: 'part-shipped' } },
        command: { name: 'mark-shipped', state: 'due', error: { code: 'CHANNEL_AWAY' } },
      },
    ])
    const [again, more] = await Promise.all([bench.run(...words), bench.run('ship', '1001', '--line', '72=2')])
    expect(again.code).toBe(0)
    expect(again.out).toMatch(
      /Shipped of order #1001: 2 × Oak stool, by UPS 1Z999AA10123456784\n {2}corner-shop is not told yet: /,
    )
    expect(more.code).toBe(1)
    expect(more.err).toMatch(/of line "72" 1 are open, 2 were asked for; open are:[\s\S]*--line 72=1/)
  })

  it('keeps all of it when it is killed; the verbs then work by themselves', async () => {
    await hub.end('SIGKILL')
    const shown = await bench.run('show', '#1001', '--json')
    expect(shown.code).toBe(0)
    expect(json(shown)).toMatchObject([{ headline: { fulfilment: 'part-shipped' }, shipments: [{ carrier: 'UPS' }] }])
    kept = shown.out
    const refused = await bench.run('ship', '1001')
    expect(refused).toMatchObject({ code: 2, out: '' })
    expect(refused.err).toMatch(/^crossdock\.yaml:10: .*sandboxUrl is taken only under/)
  })

  it('takes a CSV file in without a hub, tells of each row that is refused, and takes nothing twice', async () => {
    const rows = [
      'order,placed_at,currency,sku,quantity,unit_price',
      'A-1,2026-11-21T10:00:00Z,EUR,CUP,2,4.90',
      'A-2,2026-11-21T11:00:00Z,EUR,CUP,some,4.90',
    ]
    bench.write('orders.csv', rows.join('\n'))
    const words = ['import', 'orders.csv', '--connection', 'phone-desk', '--sandbox']
    const first = await bench.run(...words)
    expect(first.code).toBe(1)
    expect(first.out).toMatch(
      /^orders\.csv:3: order A-2: quantity must be .*\n2 orders: 1 new, 1 refused\. 2 rows: 1 new, 1 refused\.\n$/,
    )
    const again = json(await bench.run(...words, '--json'))
    expect(again.at(-1)).toMatchObject({ orders: { kept: 0, seen: 1, refused: 1 } })
  })

  it('goes on from what it kept, shows no key again, and ends in order when asked', async () => {
    hub = await bench.start('--sandbox')
    expect(hub.said()).not.toContain('cdk_')
    expect((await ordersOf(hub.address, key)).length).toBe(2)
    const shown = await bench.run('show', '1001', '--json')
    expect(shown.out).toBe(kept)
    expect(await hub.end('SIGTERM')).toBe(0)
    expect(existsSync(join(bench.folder, 'data/hub.json'))).toBe(false)
  })
})

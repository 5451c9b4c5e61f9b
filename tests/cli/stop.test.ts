import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Bench, openBench } from './kit.ts'

const secret = 'only-for-tests'
const asked: string[] = []
/** A channel that hears and never answers. */
const channel = createServer((request) => void request.on('data', (bytes: Buffer) => asked.push(bytes.toString())))
let bench: Bench

beforeAll(async () => {
  await new Promise<void>((resolve) => void channel.listen(0, '127.0.0.1', resolve))
  const at = channel.address()
  bench = openBench({ CORNER_SHOP: secret })
  bench.write(
    'crossdock.yaml',
    `
server: { port: 0 }
log: { level: silent }
connections:
  - id: corner-shop
    connector: shopify
    settings: { shop: corner, apiVersion: "2026-07" }
    secrets: { webhookSecret: env:CORNER_SHOP, accessToken: env:CORNER_SHOP }
    sandboxUrl: http://127.0.0.1:${typeof at === 'object' ? at?.port : ''}
`,
  )
})
afterAll(async () => {
  await bench.close()
  channel.closeAllConnections()
  channel.close()
})

const order = (): string => {
  const read: unknown = JSON.parse(
    readFileSync(join(import.meta.dirname, '../cases/shopify/several-lines.json'), 'utf8'),
  )
  return JSON.stringify(typeof read === 'object' && read !== null && 'given' in read ? read.given : undefined)
}

const post = async (address: string): Promise<number> => {
  const body = order()
  const headers = {
    'content-type': 'application/json',
    'x-shopify-topic': 'orders/create',
    'x-shopify-webhook-id': 'hook-1',
    'x-shopify-api-version': '2026-07',
    'x-shopify-shop-domain': 'corner.myshopify.com',
    'x-shopify-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
  }
  return (await fetch(`${address}/webhooks/corner-shop`, { method: 'POST', headers, body })).status
}

it('a hub that is told to stop while a channel hangs ends within ten seconds, and leaves nothing claimed', async () => {
  const hub = await bench.start('--sandbox')
  expect(await post(hub.address)).toBe(200)
  while ((await bench.run('show', '1001')).code !== 0);
  const shipping = bench.run('ship', '1001', '--carrier', 'UPS', '--tracking', '1Z999AA10123456784')
  while (!asked.some((body) => body.includes('LookAtFulfilments'))) await new Promise(setImmediate)
  const from = performance.now()
  expect(await hub.end('SIGTERM')).toBe(0)
  expect(performance.now() - from).toBeLessThan(10_000)
  await shipping
  const { out } = await bench.run('commands', '--json')
  expect(JSON.parse(out.trim().split('\n')[0] ?? '')).toMatchObject({ name: 'mark-shipped', state: 'due' })
})

import { headersOf, keysOf } from '../../connectors/direct/standard-webhooks.ts'
import type { Stage } from '../../src/cli/demo-stage.ts'
import { hmacSha256Base64 } from '../../src/connector/signature.ts'

/** An order as a merchant's own shop would write it. */
export const orderOf = (externalId: string): Readonly<Record<string, unknown>> => ({
  externalId,
  placedAt: '2026-11-24T10:15:00Z',
  currency: 'EUR',
  lines: [{ id: '1', sku: 'TEA-100', title: 'Tea', quantity: 1, amount: '8.90' }],
})

/** Posts text to the signed door of the side that is a merchant's own shop. @returns the status */
export const postSigned = async (
  stage: Stage,
  body: string,
  { at = Date.now(), id = 'by-hand' } = {},
): Promise<number> => {
  const side = stage.sides.find(({ connector }) => connector.id === 'direct')
  const keys = keysOf(side?.connector.sandbox.example.secrets['inboundSecret'])
  const bytes = Buffer.from(body)
  const answer = await fetch(`${stage.address}/webhooks/${side?.connection}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...headersOf(keys, { id, timestamp: String(Math.floor(at / 1000)), body: bytes }),
    },
    body: bytes,
  })
  await answer.arrayBuffer()
  return answer.status
}

/** Places an order and waits until it is folded. @returns the status, and ms from the post to the answer */
export const place = async (
  stage: Stage,
  externalId: string,
): Promise<{ readonly status: number; readonly ms: number }> => {
  const from = performance.now()
  const answer = await fetch(`${stage.address}/v1/orders`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.key}`, 'content-type': 'application/json', prefer: 'wait=10' },
    body: JSON.stringify({ connection: 'demo-direct', order: orderOf(externalId) }),
  })
  await answer.arrayBuffer()
  return { status: answer.status, ms: performance.now() - from }
}

/** Posts text to the door of a Shopify shop, signed as Shopify signs. */
export const postFromShop = async (
  stage: Stage,
  body: string,
  id: string,
): Promise<{ readonly status: number; readonly retryAfter: string | null }> => {
  const side = stage.sides.find(({ connector }) => connector.id === 'shopify')
  const { settings, secrets } = side?.connector.sandbox.example ?? { settings: {}, secrets: {} }
  const bytes = Buffer.from(body)
  const answer = await fetch(`${stage.address}/webhooks/${side?.connection}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-shopify-api-version': '2026-07',
      'x-shopify-topic': 'orders/create',
      'x-shopify-webhook-id': id,
      'x-shopify-shop-domain': `${settings['shop']}.myshopify.com`,
      'x-shopify-hmac-sha256': hmacSha256Base64(secrets['webhookSecret']?.[0] ?? '', bytes),
    },
    body: bytes,
  })
  await answer.arrayBuffer()
  return { status: answer.status, retryAfter: answer.headers.get('retry-after') }
}

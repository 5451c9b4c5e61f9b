import { describe, expect, it } from 'vitest'
import { amazonSp } from '../../connectors/amazon-sp/index.ts'
import type { Incoming } from '../../src/connector/contract.ts'
import type { Json } from '../../src/kernel/json.ts'

const now = new Date('2026-11-24T10:00:00Z')
const incoming = (headers: Readonly<Record<string, string>>, method = 'POST'): Incoming => ({
  method,
  path: method === 'SQS' ? '' : '/webhooks/shop',
  query: {},
  headers,
  body: new Uint8Array(),
})
const verdict = (
  headers: Readonly<Record<string, string>>,
  doorToken: readonly string[] | undefined = ['tok-2', 'tok-1'],
) => amazonSp.verify?.(incoming(headers), { secrets: { doorToken }, settings: {}, now })
const known = (payload: Json) => amazonSp.identify?.(incoming({}, 'SQS'), payload)

const change = {
  NotificationType: 'ORDER_CHANGE',
  Payload: { OrderChangeNotification: { AmazonOrderId: '402-1' } },
  NotificationMetadata: { NotificationId: 'n-1', PublishTime: '2026-11-24T09:59:58.500Z' },
}
const identity = { topic: 'ORDER_CHANGE', key: 'n-1', observed: Date.parse('2026-11-24T09:59:58.500Z') }

describe('the door', () => {
  it('takes what comes with a token in force, the one before the newest too', () => {
    expect(verdict({ 'x-auth-token': 'tok-2' })).toEqual({ genuine: true })
    expect(verdict({ 'x-auth-token': 'tok-1' })).toEqual({ genuine: true })
  })

  it.each([
    [{ 'x-auth-token': 'tok-3' }, 'wrong-signature'],
    [{ 'x-auth-token': '' }, 'signature-missing'],
    [{ authorization: 'tok-2' }, 'signature-missing'],
  ])('refuses %s: %s', (headers, because) => {
    expect(verdict(headers)).toEqual({ genuine: false, because })
  })

  it('is shut where no token is configured', () => {
    expect(verdict({ 'x-auth-token': '' }, [''])).toEqual({ genuine: false, because: 'no-secret' })
    expect(verdict({ 'x-auth-token': 'tok-2' }, [])).toEqual({ genuine: false, because: 'no-secret' })
  })
})

describe('a notification', () => {
  it('is the same plain, out of the envelope of EventBridge, of SNS, and of both', () => {
    const bridged = { 'detail-type': 'ORDER_CHANGE', source: 'aws.partner/x', id: 'e-1', detail: change }
    const posted = (message: Json) => ({
      Type: 'Notification',
      MessageId: 'm-1',
      TopicArn: 'arn:aws:sns:eu-west-1:1:x',
      Message: JSON.stringify(message),
    })
    for (const payload of [change, bridged, posted(change), posted(bridged)]) expect(known(payload)).toEqual(identity)
  })

  it('is known in small letters too', () => {
    const payload = { notificationType: 'FEED_PROCESSING_FINISHED', notificationMetadata: { notificationId: 'n-2' } }
    expect(known(payload)).toEqual({ topic: 'FEED_PROCESSING_FINISHED', key: 'n-2' })
    expect(amazonSp.topics['FEED_PROCESSING_FINISHED']).toMatchObject({ does: 'nothing' })
  })

  it('of a kind that is not known is of no topic, so that it waits for a person', () => {
    const { topic } = known({ ...change, NotificationType: 'MOON_CHANGE' }) ?? { topic: '' }
    expect(topic).toBe('MOON_CHANGE')
    expect(amazonSp.topics[topic]).toBeUndefined()
  })

  it.each([[{}], [{ NotificationType: 'ORDER_CHANGE' }], [[]], [{ 'detail-type': 'x', source: 'y', detail: {} }]])(
    'that is none is refused by name: %j',
    (payload) => {
      expect(() => known(payload)).toThrow('expected a notification of Amazon with its type and id')
    },
  )

  it('an order of v0 is known by what it says: unchanged it is the same message, changed another', () => {
    const order = { AmazonOrderId: '402-1', LastUpdateDate: '2026-11-24T09:00:00Z', OrderStatus: 'Pending' }
    const first = known({ order, items: [] })
    expect(first?.topic).toBe('order-v0')
    expect(known({ items: [], order })?.key).toBe(first?.key)
    expect(known({ order: { ...order, OrderStatus: 'Unshipped' }, items: [] })?.key).not.toBe(first?.key)
  })
})

import CryptoJS from 'crypto-js'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { direct } from '../../connectors/direct/index.ts'
import type { PostEvent } from '../../src/canonical/commands.ts'
import type { Incoming, Verdict } from '../../src/connector/contract.ts'

const now = new Date('2026-11-24T10:00:00Z')
const seconds = String(now.getTime() / 1000)
const secret = `whsec_${Buffer.from('a secret of thirty-one letters.').toString('base64')}`
const other = `whsec_${Buffer.from('another secret, newer than that').toString('base64')}`
const body = '{"externalId":"SO-1","note":"Grüße, 茶"}'

const posted = (headers: Readonly<Record<string, string>>, sent = body): Incoming => ({
  method: 'POST',
  path: '/webhooks/own',
  query: {},
  headers,
  body: Buffer.from(sent),
})
const signed = (signature: string, timestamp = seconds) => ({
  'webhook-id': 'msg_1',
  'webhook-timestamp': timestamp,
  'webhook-signature': signature,
})
const verdictOf = (incoming: Incoming, secrets: readonly string[] = [secret]): Verdict | undefined =>
  direct.verify?.(incoming, { secrets: { inboundSecret: secrets }, settings: {}, now })

describe('the signed door of the direct connector', () => {
  it('takes what the reference library of Standard Webhooks signs', () => {
    expect(verdictOf(posted(signed(new Webhook(secret).sign('msg_1', now, body))))).toEqual({ genuine: true })
  })

  it('takes what another library signs by the words of the specification', () => {
    const key = CryptoJS.enc.Base64.parse(secret.replace('whsec_', ''))
    const mac = CryptoJS.enc.Base64.stringify(CryptoJS.HmacSHA256(`msg_1.${seconds}.${body}`, key))
    expect(verdictOf(posted(signed(`v1,${mac}`)))).toEqual({ genuine: true })
  })

  it('takes a secret without its prefix, and any of several signatures and secrets while one is rotated', () => {
    const signature = new Webhook(secret).sign('msg_1', now, body)
    const list = `v1a,${'x'.repeat(86)} ${new Webhook(other).sign('msg_1', now, body)} ${signature}`
    expect(verdictOf(posted(signed(list)), [secret.replace('whsec_', '')])).toEqual({ genuine: true })
    expect(verdictOf(posted(signed(signature)), [other, secret])).toEqual({ genuine: true })
  })

  it.each([
    ['no secret is configured', signed('v1,x'), [], 'no-secret'],
    ['the secret is no base64', signed('v1,x'), ['whsec_not base64!'], 'no-secret'],
    ['a header is missing', { 'webhook-id': 'msg_1', 'webhook-timestamp': seconds }, [secret], 'signature-missing'],
    ['only other versions are there', signed(`v1a,${'x'.repeat(86)}`), [secret], 'signature-malformed'],
    [
      'the time is no number of seconds',
      signed(`v1,${'x'.repeat(43)}=`, '2026-11-24'),
      [secret],
      'signature-malformed',
    ],
    [
      'the signature is of another secret',
      signed(new Webhook(other).sign('msg_1', now, body)),
      [secret],
      'wrong-signature',
    ],
    ['the id is another', signed(new Webhook(secret).sign('msg_2', now, body)), [secret], 'wrong-signature'],
  ] as const)('refuses where %s', (_, headers, secrets, because) => {
    expect(verdictOf(posted(headers), secrets)).toEqual({ genuine: false, because })
  })

  it.each([
    [-300, { genuine: true }],
    [300, { genuine: true }],
    [-301, { genuine: false, because: 'stale' }],
    [301, { genuine: false, because: 'stale' }],
  ])('holds a clock that is %d seconds off to five minutes', (off, verdict) => {
    const at = new Date(now.getTime() + off * 1000)
    const headers = signed(new Webhook(secret).sign('msg_1', at, body), String(at.getTime() / 1000))
    expect(verdictOf(posted(headers))).toEqual(verdict)
  })
})

const wish: PostEvent = {
  id: 'ord_1:2',
  kind: 'order.placed',
  at: '2026-11-24T09:59:00.000Z',
  order: { id: 'ord_1', connection: 'own', externalId: 'SO-1', number: 'Grüße-1', seq: 2 },
  data: { lines: 1 },
}
const sent = (secrets: readonly string[], url = 'https://erp.example/hooks?tenant=7') => {
  const at = { wish, settings: { events: { url } }, command: 'cmd_1', now }
  const command = direct.commands['post-event']
  const plan = command?.plan(at, undefined)
  const ask = plan !== undefined && 'send' in plan ? plan.send[0] : undefined
  const bytes = Buffer.from(JSON.stringify(ask?.body))
  return { ask, text: bytes.toString(), headers: command?.sign?.(at, bytes, { eventSecret: secrets }) ?? {} }
}

describe('events of the direct connector', () => {
  // The reference library reads the clock of the machine.
  beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now }))
  afterEach(() => vi.useRealTimers())

  it('are accepted by the reference library, under every secret that is in force', () => {
    const { text, headers } = sent([other, secret])
    expect(new Webhook(secret).verify(text, { ...headers })).toMatchObject({ type: 'order.placed' })
    expect(new Webhook(other).verify(text, { ...headers })).toMatchObject({ data: { order: { externalId: 'SO-1' } } })
    expect(() => new Webhook(secret).verify(`${text} `, { ...headers })).toThrow('No matching signature')
  })

  it('keep their id over attempts, so that the receiver knows a repeated one', () => {
    expect(sent([secret]).headers['webhook-id']).toBe('cmd_1')
  })

  it('go to the path and query of the address, with kind, time and what changed', () => {
    expect(sent([secret]).ask).toEqual({
      method: 'POST',
      path: '/hooks',
      query: { tenant: '7' },
      body: {
        type: 'order.placed',
        timestamp: '2026-11-24T09:59:00.000Z',
        data: { id: 'ord_1:2', order: wish.order, change: { lines: 1 } },
      },
    })
    expect(direct.commands['post-event']?.base?.({ events: { url: 'https://erp.example:8443/hooks' } })).toBe(
      'https://erp.example:8443',
    )
  })

  it('are not sent unsigned', () => {
    expect(() => sent([])).toThrow('expected a secret eventSecret')
  })

  it('are wanted where an address is named, and of the kinds named', () => {
    const wanted = (settings: Readonly<Record<string, unknown>>) =>
      direct.commands['post-event']?.wanted?.(settings, wish)
    const url = 'https://erp.example/'
    expect(wanted({})).toBe(false)
    expect(wanted({ events: { url } })).toBe(true)
    expect(wanted({ events: { url, kinds: ['order.placed'] } })).toBe(true)
    expect(wanted({ events: { url, kinds: ['shipment.created'] } })).toBe(false)
  })

  it('are never sent again once the receiver says that it is gone', () => {
    const answer = { status: 410, headers: {}, bytes: new Uint8Array(), body: undefined }
    expect(direct.classify?.(answer, now)).toMatchObject({ code: 'CHANNEL_REFUSED' })
    expect(direct.classify?.({ ...answer, status: 302 }, now)).toMatchObject({ code: 'CHANNEL_AWAY' })
    expect(direct.classify?.({ ...answer, status: 204 }, now)).toBeUndefined()
  })
})

import { describe, expect, it } from 'vitest'
import { ask, askHealth, carry } from '../../../src/connector/carry.ts'
import type { Answer, Ask, Connector } from '../../../src/connector/contract.ts'
import type { Send } from '../../../src/connector/http.ts'
import { HubError } from '../../../src/kernel/errors.ts'
import type { Json } from '../../../src/kernel/json.ts'
import { errorOf } from '../../kit/prove-connector-outside.ts'
import { acmePost } from './acme-post/index.ts'

const account = { id: 'corner', ...acmePost.sandbox.example }
const now = new Date('2026-11-24T10:00:00Z')
const wish = {
  order: 'a-1',
  shipment: 's-1',
  shippedAt: '2026-11-24T10:00:00.000Z',
  lines: [{ line: 'i-1', quantity: 1 }],
}
const wanted = { name: 'mark-shipped', wish, command: 'cmd_1', now } as const
const answered = (body: Json, status = 200): Answer => ({ status, headers: {}, bytes: new Uint8Array(), body })

/** An other side that answers in turn; an error in the list is what send throws. */
const saying = (...answers: readonly (Answer | HubError)[]): { readonly send: Send; readonly asked: Ask[] } => {
  const asked: Ask[] = []
  const send: Send = (_, __, what) => {
    const answer = answers[asked.length] ?? new HubError('UNEXPECTED', 'no more answers')
    asked.push(what)
    return answer instanceof HubError ? Promise.reject(answer) : Promise.resolve(answer)
  }
  return { send, asked }
}

/** Looks first, and then sends two requests, unless it is done. */
const careful: Connector = {
  ...acmePost,
  commands: {
    'mark-shipped': {
      description: 'Looks first.',
      repeat: () => 'look-first',
      look: ({ wish: { order } }) => ({ method: 'GET', path: `/${order}` }),
      plan: (_, looked) =>
        looked?.body === 'done'
          ? { done: { externalIds: ['x'] } }
          : {
              send: [
                { method: 'PUT', path: '/1' },
                { method: 'PUT', path: '/2' },
              ],
            },
      receipt: (_, answers, looked) => ({
        externalIds: [...answers.map(({ body }) => String(body)), String(looked?.body)],
      }),
    },
  },
}

describe('carrying a command out', () => {
  it('looks, plans, sends each request in turn, and makes the receipt of all answers', async () => {
    const { send, asked } = saying(answered('open'), answered('one'), answered('two'))
    expect(await carry({ send }, careful, account, wanted)).toEqual({ externalIds: ['one', 'two', 'open'] })
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /a-1', 'PUT /1', 'PUT /2'])
  })

  it('sends nothing where the look shows that it is done', async () => {
    const { send, asked } = saying(answered('done'))
    expect(await carry({ send }, careful, account, wanted)).toEqual({ externalIds: ['x'] })
    expect(asked).toHaveLength(1)
  })

  it('a command that the connector does not have is refused by name', async () => {
    const error = await errorOf(() => carry(saying(), { ...acmePost, commands: {} }, account, wanted))
    expect(error).toMatchObject({ code: 'COMMAND_UNKNOWN', message: 'connector acme-post has no command mark-shipped' })
  })

  it('a wish that is none is refused before anything is sent', async () => {
    const { send, asked } = saying()
    expect(
      await errorOf(() => carry({ send }, acmePost, account, { ...wanted, wish: { ...wish, lines: [] } })),
    ).toMatchObject({ code: 'REQUEST_INVALID' })
    expect(asked).toEqual([])
  })

  const lost = (sent: boolean) => new HubError('CHANNEL_AWAY', 'away', { sent })
  it.each([
    ['a lost look has changed nothing', [lost(true)], false],
    ['a first request that never left has changed nothing', [answered('open'), lost(false)], false],
    ['a first request without an answer may have', [answered('open'), lost(true)], true],
    [
      'a second request that never left comes after one that has',
      [answered('open'), answered('one'), lost(false)],
      true,
    ],
  ] as const)('%s', async (_, answers, sent) => {
    expect(await errorOf(() => carry(saying(...answers), careful, account, wanted))).toMatchObject({
      code: 'CHANNEL_AWAY',
      detail: { sent },
    })
  })

  const refusing: Connector = {
    ...careful,
    commands: {
      'mark-shipped': {
        description: 'Reads refusals out of the bodies.',
        repeat: () => 'single',
        plan: (at) => ({ send: at.wish.lines.map((_, index) => ({ method: 'PUT', path: `/${index}` })) }),
        receipt: () => {
          throw new HubError('CHANNEL_REFUSED', 'cancelled')
        },
      },
    },
  }
  it.each([
    ['a refusal that is read out of the only answer tells of nothing done', 1, undefined],
    ['one that is read out of several may be of a part', 2, true],
  ] as const)('%s', async (_, count, partly) => {
    const lines = Array.from({ length: count }, () => ({ line: 'i-1', quantity: 1 }))
    const { send } = saying(answered('one'), answered('two'))
    const error = await errorOf(() => carry({ send }, refusing, account, { ...wanted, wish: { ...wish, lines } }))
    expect(error).toMatchObject({ code: 'CHANNEL_REFUSED', detail: { sent: true } })
    expect(error.detail['partly']).toBe(partly)
  })
})

describe('asking for an order', () => {
  const order = answered({ order: { version: 7 } })
  const away = new HubError('CHANNEL_AWAY', 'away', { sent: true })

  it('gives the answer and its rank', async () => {
    expect(await ask(saying(order), acmePost, account, 'a-1')).toEqual([{ body: order.bytes, rank: 7 }])
  })

  it('a channel that has it no more says gone', async () => {
    expect(await ask(saying(answered(null, 404)), acmePost, account, 'a-1')).toBe('gone')
  })

  it('is tried three times in all where the channel is away', async () => {
    const { send, asked } = saying(away, away, order)
    expect(await ask({ send }, acmePost, account, 'a-1')).toMatchObject([{ rank: 7 }])
    expect(asked).toHaveLength(3)
  })

  it('is not tried again where the channel denies it', async () => {
    const { send, asked } = saying(new HubError('CHANNEL_DENIED', 'no', { sent: true }), order)
    expect(await errorOf(() => ask({ send }, acmePost, account, 'a-1'))).toMatchObject({ code: 'CHANNEL_DENIED' })
    expect(asked).toHaveLength(1)
  })

  it('asks on by what the answer says, and reads the parts out of all of them, whose order each names', async () => {
    const parted: Connector = {
      ...acmePost,
      queries: {
        order: {
          topic: 'read/order',
          ask: (subject) => ({ method: 'GET', path: `/${subject}` }),
          more: ({ body }, subject) => [{ method: 'GET', path: `/${subject}/${String(body)}` }],
          read: ({ body }, more = []) => ({
            parts: [{ order: 'a-1', part: 'p', rank: 3, payload: [body ?? null, more[0]?.body ?? null] }],
          }),
        },
      },
    }
    const { send, asked } = saying(answered('first'), away, answered('second'))
    expect(await ask({ send }, parted, account, 'parcel')).toEqual([
      { order: 'a-1', part: 'p', rank: 3, body: Buffer.from('["first","second"]') },
    ])
    expect(asked.map(({ path }) => path)).toEqual(['/parcel', '/parcel/first', '/parcel/first'])
  })

  it('a connector that cannot be asked says so', async () => {
    expect(await errorOf(() => ask(saying(), { ...acmePost, queries: {} }, account, 'a-1'))).toMatchObject({
      code: 'COMMAND_UNKNOWN',
    })
  })
})

describe('asking what is wrong between us', () => {
  const watched: Connector = {
    ...acmePost,
    health: {
      ask: () => ({ method: 'GET', path: '/v1/hooks' }),
      read: ({ status, body }, connection) => (status === 200 ? [`${String(body)} of ${connection}`] : []),
    },
  }

  it('gives the sentences of the connector, of this connection', async () => {
    const { send, asked } = saying(answered('a dead hook'))
    expect(await askHealth({ send }, watched, account)).toEqual(['a dead hook of corner'])
    expect(asked).toEqual([{ method: 'GET', path: '/v1/hooks' }])
  })

  it('hands on a refusal, and asks nothing of a connector without the question', async () => {
    const { send, asked } = saying(answered('no', 403))
    expect(await askHealth({ send }, watched, account)).toEqual([])
    expect(await askHealth({ send }, acmePost, account)).toEqual([])
    expect(asked).toHaveLength(1)
  })
})

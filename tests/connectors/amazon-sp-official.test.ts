import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { amazonSp } from '../../connectors/amazon-sp/index.ts'
import { sandbox } from '../../connectors/amazon-sp/sandbox.ts'
import { openDice } from '../../src/cli/dice.ts'
import type { Ask } from '../../src/connector/contract.ts'
import type { SandboxReply } from '../../src/connector/sandbox.ts'
import { type OfficialModel, openModel } from '../kit/official-model.ts'

const corpus = process.env['CORPUS_DIR'] ?? join(import.meta.dirname, '../../../shared/fixtures')
const models = join(corpus, 'amazon/models')
const here = existsSync(models)
if (!here) process.stdout.write(`amazon-sp models: skipped, ${models} is not there\n`)

const { secrets } = sandbox.example
const byV0 = { ...sandbox.example.settings, ordersApi: 'v0', restrictedData: true }
const first = new Date('2026-11-24T10:00:00Z').getTime()
const minute = 60_000

interface Exchange {
  readonly ask: Ask
  readonly reply: SandboxReply
}

/** A shop that plays for hours while the hub reads, lists and confirms as the connector asks: every call, with its answer. */
const traffic = (
  settings: Readonly<Record<string, unknown>>,
): { readonly exchanges: readonly Exchange[]; readonly notifications: readonly unknown[] } => {
  const dice = openDice(7)
  let state = sandbox.start({ seed: 7, settings, secrets, hookUrl: 'https://hub.example.com', unlimited: true })
  const exchanges: Exchange[] = []
  const notifications: unknown[] = []
  const tokens: Record<string, string> = {}
  const send = (ask: Ask, at: number): SandboxReply => {
    const body = Buffer.from(
      ask.form === undefined ? JSON.stringify(ask.body ?? '') : new URLSearchParams(ask.form).toString(),
    )
    const headers = { 'x-amz-access-token': tokens[ask.grant ?? 'access'] ?? '' }
    const answered = sandbox.answer(
      state,
      { method: ask.method, path: ask.path, query: ask.query ?? {}, headers, body },
      new Date(at),
    )
    state = answered.state
    notifications.push(...answered.posts.map((post) => JSON.parse(post.body)))
    if (ask.form === undefined) exchanges.push({ ask, reply: answered.reply })
    return answered.reply
  }
  const given = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('the connector cannot do that')
    return value
  }
  const mark = given(amazonSp.commands['mark-shipped'])
  const list = given(amazonSp.lists?.['orders'])
  const { order: query } = amazonSp.queries
  const answerOf = ({ status, body }: SandboxReply) => ({
    status,
    headers: {},
    bytes: new Uint8Array(),
    body: JSON.parse(body),
  })
  const read = (order: string, at: number): void => {
    const told = answerOf(send(given(query).ask(order, settings), at))
    for (const question of query?.more?.(told, order, settings) ?? [])
      for (let page: Ask | undefined = question; page !== undefined; )
        page = query?.next?.(answerOf(send(page, at)), order, settings)
  }
  const grant = (name: string, at: number): SandboxReply =>
    send(given(amazonSp.grants?.[name]).ask({ settings, secrets, now: new Date(at) }), at)
  const ship = (order: string, at: number): void => {
    const sale = given(state.sales[order])
    const lines = sale.items.map(({ id, quantity }) => ({ line: id, quantity }))
    const wish = {
      order,
      shipment: 'act_1',
      carrier: 'Delhivery',
      trackingNumber: `T${order}`,
      shippedAt: new Date(at).toISOString(),
      lines,
    }
    const commandAt = { wish, settings, command: `cmd_${order}`, now: new Date(at) }
    const plan = mark.plan(commandAt, answerOf(send(given(mark.look?.(commandAt)), at)))
    if ('send' in plan) for (const ask of plan.send) send(ask, at)
  }
  for (let step = 0; step < 400; step += 1) {
    const at = first + step * minute
    if (step % 50 === 0) {
      tokens['access'] = JSON.parse(grant('access', at).body).access_token
      tokens['restricted'] = JSON.parse(grant('restricted', at).body).restrictedDataToken
    }
    const played = sandbox.play(state, dice, new Date(at))
    state = played.state
    notifications.push(...played.posts.map((post) => JSON.parse(post.body)))
    const sales = Object.values(state.sales)
    const found = sales[step % Math.max(1, sales.length)]
    if (found !== undefined) read(found.id, at)
    const unsent = sales.find(({ status, byAmazon }) => status === 'UNSHIPPED' && !byAmazon)
    if (unsent !== undefined && step % 4 === 0) ship(unsent.id, at)
    if (step % 10 === 9) {
      const by = step % 20 === 9 ? ('changed' as const) : ('placed' as const)
      const window = { from: new Date(first), to: new Date(at - 2 * minute), by }
      send(list.ask({ window, settings, now: new Date(at) }, undefined), at)
    }
  }
  // what it refuses has its shape too
  read('404-0000000-0000000', first + 400 * minute)
  send(
    list.ask(
      {
        window: { from: new Date(first), to: new Date(first + 999 * minute), by: 'placed' },
        settings,
        now: new Date(),
      },
      'no page',
    ),
    first + 400 * minute,
  )
  for (const name of Object.keys(tokens)) tokens[name] = 'guess'
  read('404-0000000-0000000', first + 400 * minute)
  grant('restricted', first + 400 * minute)
  return { exchanges, notifications }
}

const none: ReturnType<typeof traffic> = { exchanges: [], notifications: [] }
const played = here ? traffic(sandbox.example.settings) : none
const playedV0 = here ? traffic(byV0) : none

describe.skipIf(!here)("Amazon's official models", () => {
  const open = (name: string): OfficialModel => openModel(join(models, name))
  const modelOf = (path: string): OfficialModel =>
    path.startsWith('/tokens/') ? tokens : path.startsWith('/orders/v0/') ? v0 : current
  const tokens = here ? open('tokens_2021-03-01.json') : { faultsOfRequest: () => [], faultsOfAnswer: () => [] }
  const current = here ? open('orders_2026-01-01.json') : { faultsOfRequest: () => [], faultsOfAnswer: () => [] }
  const v0 = here ? open('ordersV0.json') : { faultsOfRequest: () => [], faultsOfAnswer: () => [] }
  const kindOf = ({ ask: { method, path }, reply: { status } }: Exchange): string =>
    `${method} ${path.replace(/\d{3}-\d{7}-\d{7}/, '{orderId}')} ${status}`

  it.each([
    [
      '2026-01-01',
      played,
      [
        'GET /orders/2026-01-01/orders 200',
        'GET /orders/2026-01-01/orders 400',
        'GET /orders/2026-01-01/orders/{orderId} 200',
        'GET /orders/2026-01-01/orders/{orderId} 403',
        'GET /orders/2026-01-01/orders/{orderId} 404',
      ],
    ],
    [
      'v0',
      playedV0,
      [
        'GET /orders/v0/orders 200',
        'GET /orders/v0/orders 400',
        'GET /orders/v0/orders/{orderId} 200',
        'GET /orders/v0/orders/{orderId} 403',
        'GET /orders/v0/orders/{orderId} 404',
        'GET /orders/v0/orders/{orderId}/orderItems 200',
      ],
    ],
  ])(
    'by %s every request of the hub, and every answer of the sandbox, is as the models have it',
    (_, { exchanges }, kinds) => {
      const faults = exchanges.flatMap(({ ask: { method, path, query = {}, body }, reply }) => {
        const model = modelOf(path)
        const answered = reply.body === '' ? undefined : JSON.parse(reply.body)
        return [
          ...model.faultsOfRequest({ method, path, query, body }),
          ...model.faultsOfAnswer({ method, path, status: reply.status, body: answered }),
        ]
      })
      expect(faults.slice(0, 5)).toEqual([])
      const counts = Object.entries(Object.groupBy(exchanges, kindOf)).map(
        ([kind, list = []]) => `${kind}: ${list.length}`,
      )
      process.stdout.write(
        `amazon-sp models: ${exchanges.length} requests and answers hold:\n  ${counts.sort().join('\n  ')}\n`,
      )
      expect(exchanges.length).toBeGreaterThan(500)
      expect(counts.map((text) => text.replace(/:.*/, '')).sort()).toEqual([
        ...kinds,
        'POST /orders/v0/orders/{orderId}/shipmentConfirmation 204',
        'POST /tokens/2021-03-01/restrictedDataToken 200',
        'POST /tokens/2021-03-01/restrictedDataToken 403',
      ])
    },
  )

  it.each([
    ['OrderChangeNotification.json', 'NotificationType', 'ORDER_CHANGE', 300],
    ['FeedProcessingFinishedNotification.json', 'notificationType', 'FEED_PROCESSING_FINISHED', 10],
  ])('every notification that the sandbox sends is as %s has it', (file, field, type, most) => {
    const schema: unknown = JSON.parse(readFileSync(join(models, file), 'utf8'))
    if (typeof schema !== 'object' || schema === null) throw new Error(`${file} is no schema`)
    const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false, validateFormats: false })
    const { $schema: _, ...rest } = { $schema: '', ...schema }
    const check = ajv.compile(rest)
    const sent = played.notifications.filter(
      (one) => typeof one === 'object' && one !== null && Reflect.get(one, field) === type,
    )
    const faults = sent.flatMap((one) => (check(one) ? [] : (check.errors ?? [])))
    expect(faults.slice(0, 5)).toEqual([])
    process.stdout.write(`amazon-sp models: ${sent.length} of ${sent.length} ${type} hold\n`)
    expect(sent.length).toBeGreaterThan(most)
  })
})

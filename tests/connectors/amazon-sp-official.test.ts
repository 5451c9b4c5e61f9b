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

const { settings, secrets } = sandbox.example
const first = new Date('2026-11-24T10:00:00Z').getTime()
const minute = 60_000

interface Exchange {
  readonly ask: Ask
  readonly reply: SandboxReply
}

/** A shop that plays for hours while the hub reads, lists and confirms as the connector asks: every call, with its answer. */
const traffic = (): { readonly exchanges: readonly Exchange[]; readonly notifications: readonly unknown[] } => {
  const dice = openDice(7)
  let state = sandbox.start({ seed: 7, settings, secrets, hookUrl: 'https://hub.example.com', unlimited: true })
  const exchanges: Exchange[] = []
  const notifications: unknown[] = []
  let token = ''
  const send = (ask: Ask, at: number): SandboxReply => {
    const body = Buffer.from(
      ask.form === undefined ? JSON.stringify(ask.body ?? '') : new URLSearchParams(ask.form).toString(),
    )
    const headers = { 'x-amz-access-token': token }
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
    const looked = send(given(mark.look?.(commandAt)), at)
    const answer = { status: looked.status, headers: {}, bytes: new Uint8Array(), body: JSON.parse(looked.body) }
    const plan = mark.plan(commandAt, answer)
    if ('send' in plan) for (const ask of plan.send) send(ask, at)
  }
  for (let step = 0; step < 400; step += 1) {
    const at = first + step * minute
    if (step % 50 === 0) {
      const reply = send(given(amazonSp.grants?.['access']).ask({ settings, secrets, now: new Date(at) }), at)
      token = JSON.parse(reply.body).access_token
    }
    const played = sandbox.play(state, dice, new Date(at))
    state = played.state
    notifications.push(...played.posts.map((post) => JSON.parse(post.body)))
    const sales = Object.values(state.sales)
    const found = sales[step % Math.max(1, sales.length)]
    if (found !== undefined) send(given(amazonSp.queries.order).ask(found.id, settings), at)
    const unsent = sales.find(({ status, byAmazon }) => status === 'UNSHIPPED' && !byAmazon)
    if (unsent !== undefined && step % 4 === 0) ship(unsent.id, at)
    if (step % 10 === 9) {
      const by = step % 20 === 9 ? ('changed' as const) : ('placed' as const)
      const window = { from: new Date(first), to: new Date(at - 2 * minute), by }
      send(list.ask({ window, settings, now: new Date(at) }, undefined), at)
    }
  }
  // what it refuses has its shape too
  send(given(amazonSp.queries.order).ask('404-0000000-0000000', settings), first + 400 * minute)
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
  token = 'guess'
  send(given(amazonSp.queries.order).ask('404-0000000-0000000', settings), first + 400 * minute)
  return { exchanges, notifications }
}

const played = here ? traffic() : { exchanges: [], notifications: [] }

describe.skipIf(!here)("Amazon's official models", () => {
  const open = (name: string): OfficialModel => openModel(join(models, name))
  const modelOf = (path: string): OfficialModel => (path.startsWith('/orders/v0/') ? v0 : current)
  const current = here ? open('orders_2026-01-01.json') : { faultsOfRequest: () => [], faultsOfAnswer: () => [] }
  const v0 = here ? open('ordersV0.json') : { faultsOfRequest: () => [], faultsOfAnswer: () => [] }
  const kindOf = ({ ask: { method, path }, reply: { status } }: Exchange): string =>
    `${method} ${path.replace(/\d{3}-\d{7}-\d{7}/, '{orderId}')} ${status}`

  it('every request of the hub, and every answer of the sandbox, is as the models have it', () => {
    const faults = played.exchanges.flatMap(({ ask: { method, path, query = {}, body }, reply }) => {
      const model = modelOf(path)
      const answered = reply.body === '' ? undefined : JSON.parse(reply.body)
      return [
        ...model.faultsOfRequest({ method, path, query, body }),
        ...model.faultsOfAnswer({ method, path, status: reply.status, body: answered }),
      ]
    })
    expect(faults.slice(0, 5)).toEqual([])
    const counts = Object.entries(Object.groupBy(played.exchanges, kindOf)).map(
      ([kind, list = []]) => `${kind}: ${list.length}`,
    )
    process.stdout.write(
      `amazon-sp models: ${played.exchanges.length} requests and answers hold:\n  ${counts.sort().join('\n  ')}\n`,
    )
    expect(played.exchanges.length).toBeGreaterThan(500)
    expect(counts.map((text) => text.replace(/:.*/, '')).sort()).toEqual([
      'GET /orders/2026-01-01/orders 200',
      'GET /orders/2026-01-01/orders 400',
      'GET /orders/2026-01-01/orders/{orderId} 200',
      'GET /orders/2026-01-01/orders/{orderId} 403',
      'GET /orders/2026-01-01/orders/{orderId} 404',
      'POST /orders/v0/orders/{orderId}/shipmentConfirmation 204',
    ])
  })

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

import { isDeepStrictEqual } from 'node:util'
import type { Mapped, Snapshot } from '../../src/canonical/telling.ts'
import { ask } from '../../src/connector/carry.ts'
import type { BookOrder } from '../../src/connector/sandbox.ts'
import { readJson } from '../../src/kernel/json.ts'
import { moneyText } from '../../src/kernel/money.ts'
import { type Arrived, type Bench, firstMoment, openBench, steps } from './prove-connector-bench.ts'
import type { Rule } from './prove-connector-options.ts'
import { withOutside } from './prove-connector-outside.ts'

/** What holds for the other side in small, and for how the connector takes what it sends. */
export const sandboxRules = (bench: Bench): readonly Rule[] => {
  const always = [
    { name: 'the sandbox plays the same for the same seed', check: () => sameSeed(bench) },
    { name: 'the sandbox leaves the state it is handed as it was', check: () => leavesState(bench) },
  ]
  const refuses = { name: 'the sandbox refuses calls that do not say who we are', check: () => refusesStrangers(bench) }
  const posted = [
    { name: 'what the sandbox posts is genuine, and what it forges is refused', check: () => genuineOrForged(bench) },
    { name: 'the sandbox forges a message now and then', check: () => forges(bench) },
    {
      name: 'what the sandbox posts is understood',
      check: () => genuine(bench).forEach((one) => void mustUnderstand(bench, one)),
    },
    { name: 'the books of the sandbox agree with its messages', check: () => booksAgree(bench) },
  ]
  const greets = { name: 'a hello of the sandbox is known as one, and no message is', check: () => knowsHellos(bench) }
  return [
    ...always,
    ...(bench.connector.ping === undefined ? [] : [greets]),
    ...(bench.connector.authorise === undefined ? [] : [refuses]),
    ...(bench.connector.verify === undefined ? [] : posted),
  ]
}

const genuine = (bench: Bench): readonly Arrived[] => bench.traffic().arrived.filter(({ post }) => post.forged !== true)

const sameSeed = (bench: Bench): void => {
  const again = openBench(bench.connector, bench.options)
  if (!isDeepStrictEqual(again.traffic().arrived, bench.traffic().arrived))
    throw new Error('the same seed played other messages')
}

const leavesState = (bench: Bench): void => {
  const { state, dice, now } = bench.play(undefined, steps)
  const before = structuredClone(state)
  bench.connector.sandbox.play(state, dice, now)
  bench.connector.sandbox.answer(
    state,
    { method: 'GET', path: '/', query: {}, headers: {}, body: new Uint8Array() },
    now,
  )
  if (!isDeepStrictEqual(state, before)) throw new Error('the sandbox changed the state that it was handed')
}

const refusesStrangers = ({ connector, start }: Bench): void => {
  const call = { method: 'GET', path: '/', query: {}, headers: {}, body: new Uint8Array() }
  const { status } = connector.sandbox.answer(start(), call, firstMoment).reply
  if (status !== 401 && status !== 403)
    throw new Error(`a call without credentials was answered ${status}, expected 401 or 403`)
}

const genuineOrForged = (bench: Bench): void => {
  for (const arrived of bench.traffic().arrived) {
    const verdict = bench.verify(arrived)
    const { note, forged = false } = arrived.post
    if (verdict.genuine === forged)
      throw new Error(
        `"${note}" ${forged ? 'is forged, but was taken for genuine' : `is genuine, but was refused: ${verdict.genuine || verdict.because}`}`,
      )
  }
}

const knowsHellos = ({ traffic, connector, verify }: Bench): void => {
  const { pings, arrived } = traffic()
  if (pings.length === 0) throw new Error(`in ${steps} steps the sandbox said no hello`)
  const deaf = pings.find((one) => connector.ping?.(one.incoming) !== true || verify(one).genuine)
  if (deaf !== undefined) throw new Error(`"${deaf.post.note}" is an unsigned hello, but is not taken for one`)
  const mistaken = arrived.find(({ incoming }) => connector.ping?.(incoming) === true)
  if (mistaken !== undefined) throw new Error(`"${mistaken.post.note}" was taken for a hello`)
}

const forges = (bench: Bench): void => {
  if (!bench.traffic().arrived.some(({ post }) => post.forged === true))
    throw new Error(`in ${steps} steps the sandbox forged nothing: a hub that verifies nothing would pass`)
}

/** What a message of the sandbox tells. @throws where it is not genuine, of no topic, or cannot be mapped */
export const mustUnderstand = (bench: Bench, arrived: Arrived): Mapped | undefined => {
  const { note } = arrived.post
  const verdict = bench.verify(arrived)
  if (!verdict.genuine) throw new Error(`"${note}" was refused: ${verdict.because}`)
  const { topic, observed } = bench.identify(arrived.incoming)
  const entry = bench.connector.topics[topic]
  if (entry === undefined || ('asked' in entry && entry.asked === true))
    throw new Error(`"${note}" has the topic ${JSON.stringify(topic)}, which is not among those that are posted`)
  if (!('maps' in entry)) return undefined
  return bench.map(topic, readJson(arrived.incoming.body), {
    headers: arrived.incoming.headers,
    ...(observed === undefined ? {} : { observed }),
  })
}

const booksAgree = async (bench: Bench): Promise<void> => {
  const told = genuine(bench).flatMap((arrived) => mustUnderstand(bench, arrived) ?? [])
  const latest = new Map<string, Map<string, Snapshot>>()
  const hear = (snapshot: Snapshot): void => {
    const { order, part = '', rank } = snapshot
    const parts = latest.get(order) ?? new Map<string, Snapshot>()
    const before = parts.get(part)
    if (before === undefined || before.rank <= rank) latest.set(order, parts.set(part, snapshot))
  }
  const looks = new Set(told.flatMap((one) => (one.kind === 'look' ? [one.order] : [])))
  for (const one of told) if (one.kind === 'snapshot') hear(one)
  for (const one of await readAll(bench, [...looks])) if (one.kind === 'snapshot') hear(one)
  const { orders } = bench.books(bench.traffic().state)
  const faults = orders.flatMap((order) => disagreements(order, [...(latest.get(order.externalId)?.values() ?? [])]))
  if (orders.length === 0) faults.push(`in ${steps} steps the sandbox had no order`)
  if (faults.length > 0) throw new Error(faults.join('\n'))
}

const readAll = (bench: Bench, subjects: readonly string[]): Promise<readonly Mapped[]> => {
  const query = bench.connector.queries.order
  return withOutside(bench, bench.traffic(), async ({ send }) => {
    const read: Mapped[] = []
    for (const subject of subjects) {
      const asked = await ask({ send }, bench.connector, bench.account, subject)
      if (asked === 'gone' || query === undefined) continue
      for (const { observed, body } of asked)
        read.push(bench.map(query.topic, readJson(body), observed === undefined ? {} : { observed }))
    }
    return read
  })
}

/** @param told the order, or each of its parts: they add up */
const disagreements = (order: BookOrder, told: readonly Snapshot[]): readonly string[] => {
  if (told.length === 0) return [`order ${order.externalId} stands in the books, but no message tells of it`]
  const totals = told.flatMap(({ sections }) => sections?.totals?.total ?? [])
  const minor = totals.reduce((sum, one) => sum + one.minor, 0)
  const total = totals.length < told.length ? undefined : { minor, currency: totals[0]?.currency ?? '' }
  if (total === undefined || (moneyText(total) === order.total && total.currency === order.currency)) return []
  return [
    `order ${order.externalId}: the books say ${order.total} ${order.currency}, the messages ${moneyText(total)} ${total.currency}`,
  ]
}

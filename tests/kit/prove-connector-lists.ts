import type { Mapped } from '../../src/canonical/telling.ts'
import { ask, bytesOf } from '../../src/connector/carry.ts'
import type { Listed, ListWindow } from '../../src/connector/contract.ts'
import { asHubError } from '../../src/kernel/errors.ts'
import { readJson } from '../../src/kernel/json.ts'
import { readMoney } from '../../src/kernel/money.ts'
import { type Bench, type Played, present } from './prove-connector-bench.ts'
import { mustBeCalls } from './prove-connector-calls.ts'
import type { Rule } from './prove-connector-options.ts'
import { errorOf, mustStayHome, type Outside, oddIds, withOutside } from './prove-connector-outside.ts'
import {
  allOf,
  noneOf,
  type Reading,
  readAt,
  readingsBy,
  readWindow,
  waysOf,
  windowsOf,
} from './prove-connector-reading.ts'

/** What holds for a connector that lists its orders. */
export const listRules = (bench: Bench): readonly Rule[] => {
  const { lists } = bench.connector
  if (lists === undefined) return []
  const readings = waysOf(bench).flatMap((by) => readingsBy(bench, by).filter((reading) => reading.by === by))
  return [
    ...readings.map((reading) => ({
      name: `listing ${reading.name} by ${reading.by} sends exactly what the vendor documents`,
      check: () => asksExactly(bench, reading),
    })),
    ...waysOf(bench).flatMap((by) => [
      { name: `by ${by}, every order is listed exactly once`, check: () => listsAll(bench, by) },
      { name: `by ${by}, what is listed has the rank that its mapping gives it`, check: () => ranksAll(bench, by) },
      { name: `by ${by}, what is listed lies in its window, whose end is not in it`, check: () => staysIn(bench, by) },
    ]),
    { name: 'a window that holds nothing lists nothing', check: () => listsNothing(bench, readings) },
    {
      name: 'an order that changes while a list is read is in that window or the next',
      check: () => missesNone(bench),
    },
    { name: 'what the list says an order comes to is what its mapping says', check: () => totalsAgree(bench) },
    {
      name: 'an answer that is no list is unreadable, and not an empty list',
      check: () => takesNoRubbish(bench, readings),
    },
    { name: 'listing calls no other host, whatever a page is called', check: () => staysHome(bench, readings) },
  ]
}

const fail = (faults: readonly string[]): void => {
  if (faults.length > 0) throw new Error(faults.join('\n'))
}

/** A thing out of a list, with the reading that gave it. */
interface Found {
  readonly reading: Reading
  readonly item: Listed
}

/** Reads windows of one list after another, each against the sandbox as it was played. */
const readAll = async (bench: Bench, reading: Reading, windows: readonly ListWindow[]): Promise<readonly Found[]> => {
  const from = bench.traffic()
  const now = readAt(from, reading)
  return withOutside(bench, { state: from.state, now }, async (outside) => {
    const found: Found[] = []
    for (const window of windows)
      for (const item of await readWindow(bench, outside, { reading, window, now })) found.push({ reading, item })
    return found
  })
}

const everything = async (bench: Bench, by: ListWindow['by']): Promise<readonly Found[]> => {
  const found: Found[] = []
  for (const reading of readingsBy(bench, by))
    found.push(...(await readAll(bench, reading, allOf(bench.traffic(), reading))))
  return found
}

const keyOf = ({ order, part }: Listed): string => (part === undefined ? order : `${order} part ${part}`)

const asksExactly = async (bench: Bench, reading: Reading): Promise<void> => {
  const proof = present(
    bench.options.lists?.[reading.name],
    `options.lists.${reading.name} to say which requests read it`,
  )
  const from = bench.traffic()
  const now = readAt(from, reading)
  for (const window of allOf(from, reading)) {
    await withOutside(bench, { state: from.state, now }, async (outside) => {
      await readWindow(bench, outside, { reading, window, now })
      mustBeCalls(outside.calls, proof.calls({ window, now, answers: outside.answers }))
    })
  }
}

const listsAll = async (bench: Bench, by: ListWindow['by']): Promise<void> => {
  const found = (await everything(bench, by)).map(({ item }) => item)
  const { orders } = bench.books(bench.traffic().state)
  const keys = found.map(keyOf)
  const listed = new Set(found.map(({ order }) => order))
  const kept = new Set(orders.map(({ externalId }) => externalId))
  fail([
    ...(orders.length === 0 ? ['the sandbox has no order to list'] : []),
    ...[...kept.difference(listed)].map((order) => `order ${order} stands in the books, but is not listed`),
    ...[...listed.difference(kept)].map((order) => `order ${order} is listed, but stands in no books`),
    ...keys.filter((key, at) => keys.indexOf(key) !== at).map((key) => `order ${key} is listed twice`),
  ])
}

/** What a thing in a list tells: by what it carries, or where it only names the order, by asking for it. */
const toldBy = async (bench: Bench, { send }: Outside, { reading, item }: Found): Promise<Mapped> => {
  const around = item.observed === undefined ? {} : { observed: item.observed }
  if (item.payload !== undefined) return bench.map(reading.list.topic, readJson(bytesOf(item.payload)), around)
  const query = present(
    bench.connector.queries.order,
    `a payload in the list ${reading.name}, or a query to read it by`,
  )
  const asked = await ask({ send }, bench.connector, bench.account, item.order)
  if (asked === 'gone') throw new Error(`order ${item.order} is listed, but is read as gone`)
  const told = asked.find(({ part }) => part === item.part)
  return bench.map(query.topic, readJson(present(told, `${keyOf(item)} in what was read of it`).body), around)
}

/** Everything that is listed, with what it tells. */
const tellAll = async (bench: Bench, by: ListWindow['by']) => {
  const found = await everything(bench, by)
  return withOutside(bench, bench.traffic(), async (outside) => {
    const told = []
    for (const one of found) told.push({ ...one, told: await toldBy(bench, outside, one) })
    return told
  })
}

const ranksAll = async (bench: Bench, by: ListWindow['by']): Promise<void> => {
  const all = await tellAll(bench, by)
  fail(
    all.flatMap(({ item, told }) => {
      const name = keyOf(item)
      if (!Number.isSafeInteger(item.rank)) return [`${name}: expected a whole number as rank, got ${item.rank}`]
      if (told.kind !== 'snapshot' && told.kind !== 'facts')
        return [`${name} is listed, but what it is tells ${told.kind}`]
      return [
        ...(told.order === item.order ? [] : [`${name} is listed, but what it is tells of order ${told.order}`]),
        ...(told.kind === 'facts' || told.part === item.part ? [] : [`${name} tells of part ${told.part ?? 'none'}`]),
        ...(told.rank === item.rank ? [] : [`the list ranks ${name} ${item.rank}, the mapping ${told.rank}`]),
      ]
    }),
  )
}

/** A window is cut in two at the time of one of its orders: that order is in the second part alone. */
const staysIn = async (bench: Bench, by: ListWindow['by']): Promise<void> => {
  for (const reading of readingsBy(bench, by)) {
    const windows = allOf(bench.traffic(), reading)
    const whole = await readAll(bench, reading, windows)
    const times = whole.map(({ item }) => item[reading.by]).toSorted((one, other) => one - other)
    const [first, middle, last] = [windows[0]?.from, times[Math.floor(times.length / 2)], windows.at(-1)?.to]
    if (first === undefined || last === undefined || middle === undefined) continue
    const parts = [windowsOf(reading, first, new Date(middle)), windowsOf(reading, new Date(middle), last)]
    const cut = []
    for (const window of parts.flat()) cut.push({ window, found: await readAll(bench, reading, [window]) })
    fail([
      ...cut.flatMap(({ window, found }) => found.flatMap(({ item }) => outOf(window, item))),
      ...differences(
        whole,
        cut.flatMap(({ found }) => found),
      ),
    ])
  }
}

const outOf = ({ from, to, by }: ListWindow, item: Listed): readonly string[] => {
  const odd = [item.placed, item.changed].filter((time) => !Number.isSafeInteger(time))
  if (odd.length > 0) return [`${keyOf(item)}: expected whole milliseconds as placed and changed, got ${odd[0]}`]
  const time = item[by]
  if (time >= from.getTime() && time < to.getTime()) return []
  const span = `${from.toISOString()} to ${to.toISOString()}`
  return [`${keyOf(item)} was ${by} at ${new Date(time).toISOString()}, and is listed in ${span}`]
}

const differences = (whole: readonly Found[], cut: readonly Found[]): readonly string[] => {
  const [before, after] = [whole, cut].map((found) =>
    found
      .map(({ item }) => keyOf(item))
      .toSorted()
      .join(', '),
  )
  return before === after ? [] : [`one window lists ${before}; the same in two parts lists ${after}`]
}

const listsNothing = async (bench: Bench, readings: readonly Reading[]): Promise<void> => {
  for (const reading of readings) {
    const found = await readAll(bench, reading, noneOf(reading))
    fail(found.map(({ item }) => `${keyOf(item)} is listed in a window of long before it`))
  }
}

/** The shop goes on while the first window is read, and the next window begins where that one ends. */
const missesNone = async (bench: Bench): Promise<void> => {
  const listed = new Set<string>()
  const kept = new Set<string>()
  for (const reading of readingsBy(bench, 'changed')) {
    const from = bench.play(undefined, 50)
    const now = readAt(from, reading)
    const first = allOf(from, reading)
    let after: Played = from
    const state = await withOutside(bench, { state: from.state, now }, async (outside) => {
      const meanwhile = (): void => {
        after = bench.play({ ...from, state: outside.state, now }, 50)
        outside.state = after.state
      }
      for (const [at, window] of first.entries()) {
        const items = await readWindow(bench, outside, { reading, window, now, ...(at === 0 ? { meanwhile } : {}) })
        for (const { order } of items) listed.add(order)
      }
      return outside.state
    })
    const later = readAt(after, reading)
    await withOutside(bench, { state, now: later }, async (outside) => {
      for (const window of windowsOf(reading, present(first.at(-1), 'a window').to, new Date(after.now.getTime() + 1)))
        for (const { order } of await readWindow(bench, outside, { reading, window, now: later })) listed.add(order)
      for (const { externalId } of bench.books(outside.state).orders) kept.add(externalId)
    })
  }
  fail([...kept.difference(listed)].map((order) => `order ${order} was listed in neither window`))
}

const totalsAgree = async (bench: Bench): Promise<void> => {
  const [by] = waysOf(bench)
  const all = await tellAll(bench, present(by, 'something that the lists can be asked by'))
  fail(
    all.flatMap(({ item, told }) => {
      const total = told.kind === 'snapshot' ? told.sections?.totals?.total : undefined
      if (item.total === undefined || total === undefined) return []
      const { minor } = readMoney(item.total.amount, item.total.currency)
      if (minor === total.minor && item.total.currency === total.currency) return []
      return [
        `${keyOf(item)}: the list says ${item.total.amount} ${item.total.currency}, the mapping ${total.minor} of the smallest unit of ${total.currency}`,
      ]
    }),
  )
}

const takesNoRubbish = async (bench: Bench, readings: readonly Reading[]): Promise<void> => {
  for (const reading of readings) {
    const [window] = allOf(bench.traffic(), reading)
    const at = {
      window: present(window, 'a window'),
      settings: bench.account.settings,
      now: readAt(bench.traffic(), reading),
    }
    const answer = { status: 200, headers: {}, bytes: Buffer.from('<html>'), body: undefined }
    const { code } = await errorOf(async () => reading.list.read(answer, at, undefined))
    if (code !== 'CHANNEL_UNREADABLE') throw new Error(`list ${reading.name}: expected CHANNEL_UNREADABLE, got ${code}`)
  }
}

const staysHome = async (bench: Bench, readings: readonly Reading[]): Promise<void> => {
  for (const reading of readings)
    for (const page of [...oddIds, 'https://evil.example/x', '{"cursor":"//evil.example/x"}']) {
      const [window] = allOf(bench.traffic(), reading)
      const at = {
        window: present(window, 'a window'),
        settings: bench.account.settings,
        now: readAt(bench.traffic(), reading),
      }
      await withOutside(bench, bench.traffic(), async (outside) => {
        const { connector, account } = bench
        await Promise.resolve()
          .then(() => outside.send(connector, account, reading.list.ask(at, page)))
          .catch(asHubError)
        mustStayHome(bench, outside)
      })
    }
}

import { describe, expect, it } from 'vitest'
import { onEachEngine, type TestEngine } from '../kit/engines.ts'
import { listing, openShelf } from './acme-lists.ts'
import { openClock, openFlow, openOtherSide } from './kit.ts'
import { type Moment, mortal } from './mortal.ts'

const hour = 3_600_000
const count = 5

/** News, a backfill and a certificate with its cure: the whole way once, from wherever it stands. */
const killedAt = async (open: TestEngine['open'], deadline: number, moment: Moment) => {
  const store = await open()
  const clock = openClock()
  const other = openOtherSide()
  const shelf = openShelf()
  other.lists(shelf.read)
  const began = clock.now().getTime()
  for (let at = 0; at < count; at += 1)
    shelf.put({ id: `o${at}`, version: 1, placed: began - at * hour, changed: began - 1000 - at * hour })
  const stretch = { connection: 'corner-shop', from: new Date(began - 24 * hour), to: new Date(began + 1) }
  const accounts = [listing()]
  const way = async (flow: Awaited<ReturnType<typeof openFlow>>): Promise<void> => {
    await flow.pulls.reconcile({ ...stretch, cure: true }, 'first', clock.now())
    await flow.pulls.backfill(stretch, clock.now())
    await flow.work()
    clock.pass(1)
    await flow.work()
  }
  const doomed = mortal(store, deadline, moment)
  const first = await openFlow({ store: doomed.store, clock, other, accounts })
  doomed.arm()
  // The workers' own harness logs what throws; the store stays dead either way.
  await way(first).catch(() => undefined)
  const flow = await openFlow({ store, clock, other, accounts })
  for (let turn = 0; turn < 3; turn += 1) {
    clock.pass(120)
    await way(flow)
  }
  return { flow, store, died: doomed.calls() >= deadline }
}

const walk = async (open: TestEngine['open'], moment: Moment): Promise<number> => {
  for (let deadline = 1; ; deadline += 1) {
    const { flow, store, died } = await killedAt(open, deadline, moment)
    const at = `killed ${moment} call ${deadline}`
    expect(await flow.orders.count({}), `${at}: orders`).toBe(count)
    expect(await flow.inbox.countWhere({}), `${at}: messages`).toBe(count)
    const ended = await flow.pulls.find({ kind: { $in: ['backfill', 'reconcile'] } }, {})
    expect(
      ended.map(({ state }) => state),
      `${at}: pulls`,
    ).toEqual(['done', 'done'])
    const certificate = ended.find(({ kind }) => kind === 'reconcile')
    expect(certificate?.listed, `${at}: listed`).toBe(count)
    await store.close()
    if (!died) return deadline
  }
}

onEachEngine(({ open }) => {
  describe('crash points of asking: the process is killed at every call of the store, and started anew', () => {
    it.each(['before', 'after'] as const)(
      '%s the call is done: every order is there once, and what was asked for is done',
      async (moment) => {
        expect(await walk(open, moment)).toBeGreaterThan(25)
      },
    )
  })
})

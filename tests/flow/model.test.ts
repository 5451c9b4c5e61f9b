import fc from 'fast-check'
import { expect, it } from 'vitest'
import { enter } from '../../src/flow/enter.ts'
import { ingest } from '../../src/flow/ingest.ts'
import { receive } from '../../src/flow/receive.ts'
import { asHubError } from '../../src/kernel/errors.ts'
import { orderIdOf } from '../../src/kernel/ids.ts'
import { brokenAt, chainStart } from '../../src/orders/ledger.ts'
import type { Store } from '../../src/store/port.ts'
import type { Message } from '../../src/store/rows.ts'
import { onEachEngine } from '../kit/engines.ts'
import { acmeAccount, acmeOrder, acmePost } from './acme.ts'
import { type Flow, openClock, openFlow, openOtherSide } from './kit.ts'
import { contentOf, type Model, nothing, orderOf, refunded, ship, told } from './model.ts'
import { Crash, type Moment, mortal } from './mortal.ts'

const orders = ['1', '2'] as const
const shop = 'corner-shop'
const accounts = [acmeAccount(shop), acmeAccount('listener', { settings: { events: 'shipment.created' } })]

type Step =
  | { readonly does: 'tell'; readonly order: string; readonly version: number }
  | { readonly does: 'refund'; readonly order: string; readonly refund: string }
  | { readonly does: 'look'; readonly order: string }
  | { readonly does: 'forge'; readonly order: string }
  | { readonly does: 'ship'; readonly order: string; readonly key: string; readonly units: number }
  | { readonly does: 'work' | 'restart' | 'lose-the-answer' | 'stand-still' | 'go-on' }
  | { readonly does: 'pass'; readonly seconds: number }
  | { readonly does: 'die'; readonly calls: number; readonly moment: Moment }

const order = fc.constantFrom(...orders)
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ does: fc.constant('tell' as const), order, version: fc.integer({ min: 1, max: 5 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ does: fc.constant('refund' as const), order, refund: fc.constantFrom('r1', 'r2') }),
    },
    { weight: 1, arbitrary: fc.record({ does: fc.constantFrom('look' as const, 'forge' as const), order }) },
    {
      weight: 4,
      arbitrary: fc.record({
        does: fc.constant('ship' as const),
        order,
        key: fc.constantFrom('k1', 'k2'),
        units: fc.integer({ min: 1, max: 3 }),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        does: fc.constantFrom(
          'work' as const,
          'restart' as const,
          'lose-the-answer' as const,
          'stand-still' as const,
          'go-on' as const,
        ),
      }),
    },
    { weight: 2, arbitrary: fc.record({ does: fc.constant('pass' as const), seconds: fc.constantFrom(10, 40, 100) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        does: fc.constant('die' as const),
        calls: fc.integer({ min: 1, max: 25 }),
        moment: fc.constantFrom('before' as const, 'after' as const),
      }),
    },
  ),
  { minLength: 1, maxLength: 25 },
)

/** A hub that is told, worked, killed and started anew, beside the model of what it must come to. */
const openWorld = async (store: Store) => {
  const clock = openClock()
  const other = openOtherSide()
  const acked = new Set<string>()
  let model: Model = nothing
  let flow = await openFlow({ store, clock, other, accounts, retrySeconds: Array.from({ length: 60 }, () => 5) })
  let stalled: readonly Message[] = []
  let death: { readonly calls: number; readonly moment: Moment } | undefined
  const start = async (on: Store): Promise<Flow> =>
    openFlow({ store: on, clock, other, accounts, retrySeconds: Array.from({ length: 60 }, () => 5) })

  /** Does something; where the process dies of it, it is started anew and the same is done again, as a sender or a person would. */
  const surely = async <T>(work: (flow: Flow) => Promise<T>): Promise<T> => {
    if (death === undefined) return work(flow)
    const doomed = mortal(store, death.calls, death.moment)
    death = undefined
    const mortalFlow = await start(doomed.store)
    doomed.arm()
    const outcome = await work(mortalFlow).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    )
    if (doomed.calls() === 0 || 'value' in outcome)
      return 'value' in outcome ? outcome.value : Promise.reject(outcome.error)
    if (!(outcome.error instanceof Crash) && !(asHubError(outcome.error).cause instanceof Crash)) throw outcome.error
    flow = await start(store)
    return work(flow)
  }
  const post = async (topic: string, key: string, body: string): Promise<void> => {
    const answer = await surely((one) => receive(one.receiveDeps, shop, acmePost(topic, key, body)))
    if ('kept' in answer) acked.add(answer.kept.id)
  }
  const does: { readonly [D in Step['does']]: (step: Extract<Step, { does: D }>) => Promise<void> } = {
    tell: async ({ order, version }) => {
      const { quantity, cancelled } = contentOf(version)
      const body = acmeOrder({ id: order, version, quantity, state: cancelled ? 'cancelled' : 'open' })
      await post('order', `${order}@${version}`, body)
      model = told(model, order, version)
    },
    refund: async ({ order, refund }) => {
      await post(
        'refund',
        `${order}-${refund}`,
        JSON.stringify({ id: refund, order, version: 9, amount: '1.00', currency: 'EUR' }),
      )
      model = refunded(model, order, refund)
    },
    look: ({ order }) => post('changed', `look-${order}`, JSON.stringify({ id: order, version: 99 })),
    forge: async ({ order }) => {
      const before = await everything(store)
      const forged = acmePost('order', 'forged', acmeOrder({ id: order, version: 9 }), 'guessed')
      const answer = await receive(flow.receiveDeps, shop, forged)
      expect(answer, 'invariant 11: an unverified request is refused').toHaveProperty('refused')
      expect(await everything(store), 'invariant 11: and changes nothing').toEqual(before)
    },
    ship: async ({ order, key, units }) => {
      // Whoever ships looks at the order first.
      await settle()
      const [next, expected] = ship(model, order, { key, units })
      const request = {
        kind: 'ship' as const,
        trackingNumber: `1Z${order}${key}`,
        lines: [{ line: 'a', quantity: units }],
      }
      let attempts = 0
      const entry = { order: orderIdOf(shop, order), by: 'tester', key, request }
      const answer = await surely(async (one) => {
        attempts += 1
        return enter(one.enterDeps, entry)
      }).then(
        ({ again }) => (again && attempts === 1 ? 'again' : 'entered'),
        () => 'refused',
      )
      const same = expected === 'again' && attempts > 1 ? 'entered' : expected
      expect(answer, `invariant 7: shipping ${units} of ${order} under ${key}`).toBe(same)
      model = next
    },
    work: () => surely((one) => one.work()),
    restart: async () => {
      flow = await start(store)
    },
    'lose-the-answer': async () => {
      let lost = false
      other.onCall((errand) => {
        if (lost) return
        lost = true
        other.effects.set(errand.command, errand)
        throw asHubError(Object.assign(new Crash('the answer was lost')))
      })
    },
    'stand-still': async () => {
      if (stalled.length === 0) stalled = await flow.inbox.claim({ now: clock.now(), leaseMs: 60_000, limit: 10 })
    },
    'go-on': async () => {
      // A worker that was frozen with messages in hand writes now, whatever became of them meanwhile.
      const taken = stalled
      stalled = []
      const mine = new Map(taken.map(({ _id, gen }) => [_id, gen]))
      const others = async (): Promise<readonly Message[]> =>
        (await flow.inbox.list({}, 200)).filter(({ _id, gen }) => mine.has(_id) && mine.get(_id) !== gen)
      const before = await others()
      if (taken.length > 0) await ingest(flow, taken)
      expect(await others(), 'invariant 8: a stale lease changes nothing').toEqual(before)
    },
    pass: async ({ seconds }) => clock.pass(seconds),
    die: async ({ calls, moment }) => {
      death = { calls, moment }
    },
  }
  const settle = async (): Promise<void> => {
    for (let round = 0; round < 4; round += 1) {
      await flow.work()
      clock.pass(70)
    }
  }
  return {
    does: (step: Step) => does[step.does](step as never),
    settle,
    look: () => ({ flow, model, other, acked, store }),
  }
}

const everything = async (store: Store): Promise<unknown> =>
  Promise.all(
    ['inbox', 'orders', 'outbox', 'blobs'].map((name) =>
      store
        .collection(name)
        .find({}, { sort: { _id: 1 } })
        .toArray(),
    ),
  )

type World = Awaited<ReturnType<typeof openWorld>>

const check = async (world: World): Promise<void> => {
  const { flow, model, other, acked } = world.look()
  const stored = await flow.repositories.inbox.list({}, 200)
  const ids = new Set(stored.map(({ _id }) => _id))
  expect(
    [...acked].filter((id) => !ids.has(id)),
    'invariant 1: answered 2xx, so stored',
  ).toEqual([])
  const awaited = stored.filter(({ state, awaits }) => state === 'due' && awaits !== undefined)
  const open = stored.filter((row) => row.state !== 'done' && !awaited.includes(row))
  expect(
    open.map(({ key, state, error }) => [key, state, error?.message]),
    'invariant 3: every message came to its end',
  ).toEqual([])
  // An order that facts wait for is asked for again and again.
  const commands = await flow.repositories.outbox.list({}, 200)
  expect(
    commands.filter(
      ({ state, name, about }) => state !== 'done' && !(name === 'read-order' && !model.versions.has(about)),
    ),
    'invariant 3: every command came to its end',
  ).toEqual([])
  expect(
    commands.filter(({ receipt, withdrawn }) => receipt === undefined && withdrawn === undefined),
    'invariant 4: done, so receipted',
  ).toEqual([])
  const held = await flow.repositories.orders.list({}, { sort: { _id: 1 } })
  const expected = orders.filter((id) => model.versions.has(id))
  expect(held.map(({ externalId }) => externalId).sort(), 'invariant 2: one order for each external id').toEqual([
    ...expected,
  ])
  for (const one of held) {
    const wanted = orderOf(model, one.externalId)
    const [line] = one.lines
    expect(
      {
        quantity: line?.quantity,
        cancelled: one.headline.state === 'cancelled',
        shipped: line?.counts.shipped,
        refunds: one.refunds.length,
        total: one.totals?.total.minor,
      },
      `invariants 5 and 8: order ${one.externalId} is what it was told and what was done`,
    ).toEqual({
      quantity: wanted?.quantity,
      cancelled: wanted?.cancelled === true && wanted.shipped === 0,
      shipped: wanted?.shipped,
      refunds: wanted?.refunds,
      total: (wanted?.quantity ?? 0) * 1000,
    })
    const events = await flow.repositories.orders.events(one)
    expect(brokenAt(events, chainStart), 'invariant 6: the ledger is one chain').toBeUndefined()
    expect(
      events.map(({ seq }) => seq),
      'invariant 6: without a gap',
    ).toEqual(events.map((_, at) => at + 1))
  }
  const effects = [...other.effects.values()].filter(({ name }) => name === 'mark-shipped')
  const entered = [...model.shipped.values()].reduce((sum, keys) => sum + keys.size, 0)
  expect(effects.length, 'invariant 4: one effect outside for each shipment').toBe(entered)
}

onEachEngine(({ name, open }) => {
  const numRuns = name === 'embedded' ? 150 : 12
  it(`${numRuns} random lives of a hub (told, shipped, killed, frozen, started anew) come to what the model says`, async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const store = await open()
        try {
          const world = await openWorld(store)
          for (const step of list) await world.does(step)
          await world.does({ does: 'go-on' })
          await world.settle()
          await check(world)
        } finally {
          await store.close()
        }
      }),
      { numRuns, seed: 7, endOnFailure: false },
    )
  })
})

import { setTimeout as sleep } from 'node:timers/promises'
import { items } from '../../src/cli/demo-api.ts'
import type { Stage } from '../../src/cli/demo-stage.ts'
import { withChannels } from './channels.ts'
import { underTraffic } from './house.ts'
import type { Fault } from './rows.ts'

const leaseSeconds = 5
const config = { lease: { seconds: leaseSeconds }, outbound: { timeoutMs: 2_000 } }

const frozen: Fault = {
  name: 'frozen-worker',
  what: 'a worker is frozen with calls under way, past its lease, then woken',
  holds: 'its late write changes nothing',
  engines: ['mongo'],
  run: (trial) =>
    withChannels({ ...trial, workers: 2, config }, async (stage, channels) => {
      const all = [...channels.values()]
      return underTraffic(stage, async () => {
        await sleep(1_500)
        // One stands still for a moment, so that the other has all that is under way in its hands.
        stage.hubs['worker2']?.signal('SIGSTOP')
        for (const channel of all) channel.behave('hang')
        await sleep(1_500)
        const sleeper = stage.hubs['worker1']
        sleeper?.signal('SIGSTOP')
        for (const channel of all) channel.behave('well')
        stage.hubs['worker2']?.signal('SIGCONT')
        await sleep((leaseSeconds + 2) * 1000)
        const before = await doneIds(stage)
        sleeper?.signal('SIGCONT')
        const back = await movedBack(stage, before)
        return {
          figures: { 'done meanwhile': before.size, 'moved back': back.length },
          differences: back.map((id) => `command ${id} was done, and is not any more: a late write changed it`),
        }
      })
    }),
}

interface Row {
  readonly id: string
  readonly name: string
}

const idsIn = async (stage: Stage, state: string): Promise<ReadonlySet<string>> =>
  new Set(
    (await items<Row>(stage, `/v1/commands?state=${state}&limit=200`))
      // A question may be asked anew at any time.
      .filter(({ name }) => name !== 'read-order')
      .map(({ id }) => id),
  )

const doneIds = (stage: Stage): Promise<ReadonlySet<string>> => idsIn(stage, 'done')

/** What was done and is seen in another state, looked at for as long as a woken process may take to write. */
const movedBack = async (stage: Stage, done: ReadonlySet<string>): Promise<readonly string[]> => {
  const back = new Set<string>()
  for (const until = performance.now() + 3_000; performance.now() < until; await sleep(100)) {
    const seen = await Promise.all(['due', 'leased', 'dead', 'parked'].map((state) => idsIn(stage, state)))
    for (const ids of seen) for (const id of ids) if (done.has(id)) back.add(id)
  }
  return [...back]
}

/** A process that stands still. */
export const freezing: readonly Fault[] = [frozen]

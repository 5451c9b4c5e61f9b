import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { PullRow } from '../../src/cli/answers.ts'
import { ask, get } from '../../src/cli/demo-api.ts'
import { audit, quiet } from '../../src/cli/demo-audit.ts'
import { setStage } from '../../src/cli/demo-stage.ts'
import { openDice } from '../../src/cli/dice.ts'
import { allConnectors } from '../../src/wire.ts'

const program = join(import.meta.dirname, '../../bin/crossdock.js')
const connectors = allConnectors.filter(({ id }) => id === 'square-pos')
const kills = 10

it('a backfill is killed ten times at any moment, and in the end every order is there, once', {
  timeout: 150_000,
}, async () => {
  // Every message is lost, and a page takes its time: there is something to interrupt.
  const stage = await setStage({
    connectors,
    seed: 11,
    program,
    drop: 100,
    pull: { everySeconds: 86_400, lagSeconds: 0, reconcileHours: 0 },
    limits: { requestsPerSecond: 3, concurrency: 1 },
  })
  try {
    const [side] = stage.sides
    const played = await fetch(`${side?.address}/-/play`, { method: 'POST', body: JSON.stringify({ steps: 1_500 }) })
    await played.arrayBuffer()
    const from = new Date(Date.now() - 3_600_000).toISOString()
    const { id } = await ask<PullRow>(stage, `/v1/connections/${side?.connection}/backfill`, { from })
    const dice = openDice(11)
    const pages: number[] = []
    for (let kill = 0; kill < kills; kill += 1) {
      await sleep(dice.whole(50, 500))
      await stage.hubs['hub']?.end('SIGKILL')
      await stage.hubs['hub']?.start()
      pages.push((await get<PullRow>(`${stage.address}/v1/pulls/${id}`, stage.key)).pages)
    }
    const look = () => get<PullRow>(`${stage.address}/v1/pulls/${id}`, stage.key)
    while ((await look()).state !== 'done') await sleep(100)
    await quiet(stage)
    const { accounts, differences } = await audit(stage)
    expect(differences).toEqual([])
    expect(accounts[0]?.orders.length).toBeGreaterThan(300)
    expect((await look()).listed).toBeGreaterThanOrEqual(accounts[0]?.orders.length ?? 0)
    // It went on where it was: what had been read was not read again from the start.
    expect(pages).toEqual(pages.toSorted((a, b) => a - b))
  } finally {
    await stage.close()
  }
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { toleranceSeconds } from '../../connectors/direct/standard-webhooks.ts'
import type { Stage } from '../../src/cli/demo-stage.ts'
import { postSigned } from './by-hand.ts'
import { type Finding, openHouse, secondsToQuiet, startTraffic, underTraffic } from './house.ts'
import type { Fault, Trial } from './rows.ts'

const hourMs = 3_600_000

const jumps: Fault = {
  name: 'clock',
  what: 'the clock jumps back an hour, forth, and ahead an hour; once all is done, two hours back',
  holds: 'no lease held twice: one order each, one effect outside each',
  engines: ['embedded', 'mongo'],
  run: (trial) => {
    // The merchant's own shop looks at the time in what we sign, and rightly refuses what comes an hour ahead.
    const connectors = trial.connectors.filter(({ id }) => id !== 'direct')
    return withClock({ ...trial, connectors, workers: 2 }, async (stage, set) => {
      const found = await underTraffic(stage, async (traffic) => {
        for (const shift of [-hourMs, 0, hourMs]) {
          await sleep(1_500)
          set(shift)
        }
        await sleep(1_500)
        // What is told of an order from here on seems older than what is known of it.
        await secondsToQuiet(stage, traffic)
        set(-hourMs)
        // Every process has to hear of it: what one keeps by the old clock is due in two hours.
        await sleep(500)
        const later = startTraffic(stage)
        await sleep(2_000)
        await later.stop()
        return undefined
      })
      return { ...found, figures: { jumps: 4, ...found.figures } }
    })
  },
}

const window: Fault = {
  name: 'clock-window',
  what: 'the clock jumps, and messages come signed with every time',
  holds: "a signature's window is open as wide as stated, around the hub's clock",
  engines: ['embedded'],
  run: (trial) =>
    withClock({ ...trial, connectors: trial.connectors.filter(({ id }) => id === 'direct') }, async (stage, set) => {
      const differences: string[] = []
      const shifts = [0, -hourMs, hourMs]
      for (const shift of shifts) {
        set(shift)
        await sleep(200)
        differences.push(...(await windowFaults(stage, shift)))
      }
      return { figures: { tried: shifts.length * tries.length }, differences }
    }),
}

/** A house whose clock may be set off by so many ms. */
const withClock = async (
  options: Trial & { readonly workers?: number },
  play: (stage: Stage, set: (shift: number) => void) => Promise<Finding>,
): Promise<Finding> => {
  const file = join(mkdtempSync(join(tmpdir(), 'crossdock-clock-')), 'shift')
  writeFileSync(file, '0')
  const env = {
    CLOCK_SHIFT_FILE: file,
    NODE_OPTIONS: `--import=${join(import.meta.dirname, '../kit/shifted-clock.ts')}`,
  }
  const stage = await openHouse({ ...options, env })
  try {
    return await play(stage, (shift) => {
      writeFileSync(file, String(shift))
      for (const hub of Object.values(stage.hubs)) hub.signal('SIGUSR2')
    })
  } finally {
    await stage.close()
    rmSync(dirname(file), { recursive: true, force: true })
  }
}

/** What is genuine and no order is answered 400, and nothing is kept; what is stale, 401. */
const tries = [
  { seconds: 0, expected: 400 },
  { seconds: toleranceSeconds - 20, expected: 400 },
  { seconds: 20 - toleranceSeconds, expected: 400 },
  { seconds: toleranceSeconds + 20, expected: 401 },
  { seconds: -20 - toleranceSeconds, expected: 401 },
]

const windowFaults = async (stage: Stage, shift: number): Promise<readonly string[]> => {
  const faults: string[] = []
  for (const { seconds, expected } of tries) {
    const status = await postSigned(stage, '{}', { at: Date.now() + shift + seconds * 1000 })
    if (status !== expected)
      faults.push(`signed ${seconds} s off the hub's clock, itself ${shift} ms off: ${status}, expected ${expected}`)
  }
  return faults
}

/** Time itself. */
export const clock: readonly Fault[] = [jumps, window]

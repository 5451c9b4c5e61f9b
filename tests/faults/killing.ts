import { setTimeout as sleep } from 'node:timers/promises'
import type { Stage } from '../../src/cli/demo-stage.ts'
import { openDice } from '../../src/cli/dice.ts'
import { withChannels } from './channels.ts'
import { openHouse, sentBy, shortLeases, underTraffic } from './house.ts'
import type { Fault, Trial } from './rows.ts'

/** Kills each process `times`, at random moments; each comes back before it is killed again. */
const killEach = async (stage: Stage, times: number, { seed, signal }: { seed: number; signal: NodeJS.Signals }) => {
  const dice = openDice(seed)
  const moments = Object.values(stage.hubs).map((hub) => ({
    hub,
    waits: Array.from({ length: times }, () => dice.whole(20, 300)),
  }))
  await Promise.all(
    moments.map(async ({ hub, waits }) => {
      for (const wait of waits) {
        await sleep(wait)
        await hub.end(signal)
        await hub.start()
      }
    }),
  )
}

const killed: Fault = {
  name: 'kill-9',
  what: 'kill -9 of each process, at random moments under load',
  holds: 'answered ⊆ stored; one order each; one effect outside each',
  engines: ['embedded', 'mongo'],
  quick: true,
  run: async (trial) => {
    const stage = await openHouse({ ...trial, config: shortLeases })
    const times = trial.quick ? 2 : 20
    try {
      const found = await underTraffic(stage, async () => {
        await killEach(stage, times, { seed: trial.seed, signal: 'SIGKILL' })
        return undefined
      })
      return { ...found, figures: { kills: times * Object.keys(stage.hubs).length, ...found.figures } }
    } finally {
      await stage.close()
    }
  },
}

/** No budget holds the work up here. */
const wide = { requestsPerSecond: 500, concurrency: 4 }

const ended: Fault = {
  name: 'sigterm',
  what: 'SIGTERM ten times under load, the last time while every channel hangs',
  holds: 'no 5xx but 503; nothing leased left',
  engines: ['embedded', 'mongo'],
  run: (trial) =>
    withChannels({ ...trial, config: { outbound: { timeoutMs: 15_000 } }, limits: wide }, async (stage, channels) => {
      const leased: string[] = []
      const found = await underTraffic(stage, async () => {
        for (let round = 0; round < 10; round += 1) {
          await sleep(150 + 30 * round)
          if (round === 9) {
            for (const channel of channels.values()) channel.behave('hang')
            await sleep(800)
          }
          await Promise.all(Object.values(stage.hubs).map((hub) => hub.end('SIGTERM')))
          leased.push(...(await leasedRows(trial, stage)))
          for (const channel of channels.values()) channel.behave('well')
          await Promise.all(Object.values(stage.hubs).map((hub) => hub.start()))
        }
        return undefined
      })
      const sent = await sentBy(stage)
      const wrong = sent.filter(({ answers }) => answers.some((status) => status >= 500 && status !== 503))
      return {
        figures: { stops: 10, ...found.figures },
        differences: [
          ...found.differences,
          ...leased.map((row) => `left leased: ${row}`),
          ...wrong.map(({ note, answers }) => `${note} was answered ${answers.join(', ')}`),
        ],
      }
    }),
}

const leasedRows = async (trial: Trial, stage: Stage): Promise<readonly string[]> => {
  const store = await trial.look(stage)
  try {
    const rows = await Promise.all(
      ['inbox', 'outbox'].map((name) => store.collection(name).find({ state: 'leased' }).toArray()),
    )
    return rows.flat().map(({ _id }) => _id)
  } finally {
    await store.close()
  }
}

/** A process of the hub that ends, and the hub that comes back. */
export const killing: readonly Fault[] = [killed, ended]

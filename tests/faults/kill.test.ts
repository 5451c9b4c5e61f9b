import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { audit, quiet } from '../../src/cli/demo-audit.ts'
import { shipHalf, stopParcels } from '../../src/cli/demo-ship.ts'
import { setStage } from '../../src/cli/demo-stage.ts'
import { openDice } from '../../src/cli/dice.ts'
import { allConnectors } from '../../src/wire.ts'
import { sidesOf, startTraffic, type Traffic } from './house.ts'

const program = join(import.meta.dirname, '../../bin/crossdock.js')

describe('kill -9 of the hub, ten times, at any moment under load', () => {
  it('everything answered 2xx is there after the restart: one order each, one fulfilment each', {
    timeout: 150_000,
  }, async () => {
    const stage = await setStage({ connectors: sidesOf(allConnectors), seed: 7, program })
    let running: Traffic | undefined
    try {
      const dice = openDice(7)
      running = startTraffic(stage, 5)
      for (let kill = 0; kill < 10; kill += 1) {
        await sleep(dice.whole(100, 600))
        await stage.hubs['hub']?.end('SIGKILL')
        await stage.hubs['hub']?.start()
      }
      await running.stop()
      await quiet(stage)
      await shipHalf(stage)
      await quiet(stage)
      await stopParcels(stage)
      await quiet(stage)
      const { accounts, differences } = await audit(stage)
      expect(differences).toEqual([])
      expect(accounts.every((account) => account.orders.length > 5)).toBe(true)
      expect(accounts.some((account) => account.books.told.length > 0)).toBe(true)
    } finally {
      await running?.stop()
      await stage.close()
    }
  })
})

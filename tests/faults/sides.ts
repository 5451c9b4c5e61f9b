import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { SideSpec } from '../../src/cli/demo-stage.ts'
import type { Hosted } from '../../src/cli/sandbox.ts'
import { isSaid } from './sides-host.ts'

/** The sides of every row in one process beside: their books are outside the hub, and outside of whoever hurts it. */
export interface Sides {
  readonly host: (spec: SideSpec) => Promise<Hosted>
  close(): void
}

export const openSides = (): Sides => {
  let child: ChildProcess | undefined
  let asked = 0
  const ask = (what: object): Promise<string> => {
    child ??= fork(join(import.meta.dirname, 'sides-host.ts'))
    const running = child
    asked += 1
    const id = asked
    return new Promise((resolve, reject) => {
      const hear = (said: unknown): void => {
        if (!isSaid(said) || said.id !== id) return
        running.off('message', hear)
        if (said.error === undefined) resolve(said.address ?? '')
        else reject(new Error(said.error))
      }
      running.on('message', hear)
      running.send({ id, ...what })
    })
  }
  return {
    host: async (spec) => {
      const address = await ask({ open: spec })
      return { address, close: async () => void (await ask({ close: address })) }
    },
    close: () => void child?.kill(),
  }
}

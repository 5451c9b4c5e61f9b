import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, inject } from 'vitest'
import { type Log, silentLog } from '../../src/kernel/log.ts'
import type { Bell } from '../../src/queue/bell.ts'
import { openBullBell } from '../../src/queue/bullmq.ts'
import { openInProcessBell } from '../../src/queue/in-process.ts'
import { withServers } from '../kit/engines.ts'

/** A bell as tests ring it: by one process, heard by another, or by the same where it has one only. */
export interface TestBells {
  /** Names of queues begin with it, where there are some. */
  readonly prefix?: string
  readonly ringer: Bell
  readonly listener: Bell
  close(): Promise<void>
}

const redis = inject('servers').redis

/** As config/default.yaml has it, but for the wait. */
export const usual = { ringsPerSecond: 200, timeoutMs: 1_000, waitMs: 10_000 } as const

/** Two bells on one Redis, as two processes have them. */
export const openTwoBells = async (url: string, log: Log = silentLog): Promise<TestBells> => {
  const prefix = `test-${randomBytes(6).toString('hex')}`
  const open = () => openBullBell({ ...usual, url, prefix, log })
  const [ringer, listener] = await Promise.all([open(), open()])
  return {
    prefix,
    ringer,
    listener,
    close: async () => {
      await Promise.all([ringer.close(), listener.close()])
    },
  }
}

/** Runs the same tests on every bell; on Redis where there is one. */
export const onEachBell = (tests: (open: () => Promise<TestBells>) => void): void => {
  describe('the bell of one process', () =>
    tests(async () => {
      const bell = openInProcessBell()
      return { ringer: bell, listener: bell, close: () => bell.close() }
    }))
  withServers('redis')('the bell over Redis', () => tests(() => openTwoBells(redis ?? '')))
}

/** Resolves once something is so; looked at often, for some seconds at most. */
export const until = async (isSo: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> => {
  for (const end = performance.now() + ms; performance.now() < end; await sleep(5)) if (await isSo()) return
  throw new Error('it never came to be so')
}

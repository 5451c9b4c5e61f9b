import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { HubError } from '../kernel/errors.ts'

/** A process of the program that can be ended and started anew with the same words. */
export interface Runnable {
  /** @throws UNEXPECTED with what it said on stderr, where it ends before it is ready */
  start(): Promise<void>
  /** Sends a signal and does not wait. */
  signal(signal: NodeJS.Signals): void
  /** Ends it and waits until it is gone. */
  end(signal?: NodeJS.Signals): Promise<void>
  isRunning(): boolean
  /** Of the process that runs, or ran last. */
  pid(): number | undefined
  /** What it printed last, for a failure to show. */
  lastWords(): string
}

export interface RunOptions {
  readonly program: string
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** Resolves when it may be spoken to; looked at again while it does not. */
  readonly isReady: (heard: string) => Promise<boolean>
}

const readyWithinMs = 60_000
const goneWithinMs = 12_000

/** Runs the program as a process of its own. */
export const runnable = ({ program, args, env = {}, isReady }: RunOptions): Runnable => {
  let child: ChildProcess | undefined
  let heard = ''
  let complaint = ''
  const isRunning = (): boolean => child !== undefined && child.exitCode === null && child.signalCode === null
  const start = async (): Promise<void> => {
    heard = ''
    complaint = ''
    child = spawn(process.execPath, [program, ...args], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout?.on('data', (chunk) => {
      heard = (heard + String(chunk)).slice(-4000)
    })
    child.stderr?.on('data', (chunk) => {
      complaint = (complaint + String(chunk)).slice(-4000)
    })
    for (const until = Date.now() + readyWithinMs; Date.now() < until; await sleep(50)) {
      if (!isRunning()) throw new HubError('UNEXPECTED', `${args[0]} ended with ${child.exitCode}: ${complaint.trim()}`)
      if (await isReady(heard)) return
    }
    throw new HubError('UNEXPECTED', `${args[0]} did not become ready: ${complaint.trim()}`)
  }
  return {
    start,
    isRunning,
    pid: () => child?.pid,
    signal: (signal) => void child?.kill(signal),
    end: async (signal = 'SIGTERM') => {
      if (child === undefined || !isRunning()) return
      const ending = child
      const gone = new Promise<void>((resolve) => ending.once('exit', () => resolve()))
      ending.kill(signal)
      const late = new AbortController()
      await Promise.race([gone, sleep(goneWithinMs, undefined, { signal: late.signal }).catch(() => undefined)])
      late.abort()
      if (isRunning()) ending.kill('SIGKILL')
      await gone
    },
    lastWords: () => complaint.trim(),
  }
}

/** A port of this machine that nobody listens on. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

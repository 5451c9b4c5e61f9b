import { type ChildProcess, fork } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type Checker, Closed, checkerOf, Type } from '../../src/kernel/schema.ts'
import { atEnd } from './tidy.ts'

/** A process of the bench, spoken to by messages. Its file calls `answerParent`. */
export interface Part {
  /** Asks for something by name, and checks the answer. @throws Error what went wrong there, or that it ended */
  ask<T>(what: string, answer: Checker<T>, about?: unknown): Promise<T>
  /** Seconds of processor time it has used. */
  cpuSeconds(): Promise<number>
  /** MiB that it holds now, and held at most. */
  memory(): Promise<{ readonly now: number; readonly peak: number }>
  end(): Promise<void>
}

/** Where a server of the bench listens; `key` opens the hub's API. */
export const hello = checkerOf(Closed({ port: Type.Integer(), key: Type.Optional(Type.String()) }))

/** An answer that is a whole number. */
export const wholeNumber = checkerOf(Type.Integer())

const usage = checkerOf(Closed({ cpuSeconds: Type.Number(), now: Type.Number(), peak: Type.Number() }))

/** Starts a file of this folder as a process of its own. It ends with this one, whatever happens. */
export const startPart = async (
  file: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Part> => {
  const child = fork(join(import.meta.dirname, file), args, {
    env: { ...process.env, ...env },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const kill = atEnd(() => child.kill('SIGKILL'))
  await answerOf(child)
  const ask: Part['ask'] = async (what, answer, about) => {
    const answered = answerOf(child)
    child.send({ what, about })
    const value = await answered
    if (!answer.is(value)) throw new Error(`${file} answered ${what} in another shape than was expected`)
    return value
  }
  return {
    ask,
    cpuSeconds: async () => (await ask('usage', usage)).cpuSeconds,
    memory: () => ask('usage', usage),
    end: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = new Promise((resolve) => child.once('exit', resolve))
        child.disconnect()
        await gone
      }
      kill()
    },
  }
}

const answerOf = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const ended = (code: number | null, signal: string | null): void =>
      reject(new Error(`a process of the bench ended by ${signal ?? code}`))
    child.once('exit', ended)
    child.once('message', (message: unknown) => {
      child.off('exit', ended)
      if (typeof message === 'object' && message !== null && 'failed' in message)
        reject(new Error(String(message.failed)))
      else if (typeof message === 'object' && message !== null && 'answer' in message) resolve(message.answer)
      else reject(new Error('a process of the bench said something else than an answer'))
    })
  })

const used = () => {
  const { user, system } = process.cpuUsage()
  const [now, peak] = [process.memoryUsage.rss() / 1024 ** 2, process.resourceUsage().maxRSS / 1024]
  return { cpuSeconds: (user + system) / 1e6, now, peak }
}

/** The other end of `startPart`: answers what the parent asks for, and exits when it is gone. */
export const answerParent = (answers: Readonly<Record<string, (about: unknown) => unknown>>): void => {
  const all: typeof answers = { usage: used, ...answers }
  const answer = async (message: unknown): Promise<unknown> => {
    const what = typeof message === 'object' && message !== null && 'what' in message ? String(message.what) : ''
    const about = typeof message === 'object' && message !== null && 'about' in message ? message.about : undefined
    const found = all[what]
    if (found === undefined) throw new Error(`nobody here knows "${what}"`)
    return found(about)
  }
  process.on('message', (message: unknown) => {
    answer(message).then(
      (value) => process.send?.({ answer: value }),
      (error: unknown) => process.send?.({ failed: error instanceof Error ? error.message : String(error) }),
    )
  })
  process.on('disconnect', () => process.exit(0))
  process.send?.({ answer: 'ready' })
}

/** The port that a listening server took. */
export const portOf = (address: unknown): number =>
  typeof address === 'object' && address !== null && 'port' in address ? Number(address.port) : 0

/** A port that nobody listens on. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const port = portOf(server.address())
      server.close(() => resolve(port))
    })
  })

import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { Load, LoadResult } from './load.ts'

/** A process of the bench, spoken to by messages. */
export interface Worker {
  readonly child: ChildProcess
  ask<T>(message: unknown): Promise<T>
  end(): Promise<void>
}

export const startProcess = async (
  file: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<Worker & { readonly hello: unknown }> => {
  const child = fork(join(import.meta.dirname, file), args, {
    env: { ...process.env, ...env },
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const worker: Worker = {
    child,
    ask: (message) => {
      const answered = nextMessage(child)
      child.send(message as never)
      return answered as never
    },
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.disconnect()
      await gone
    },
  }
  const hello = file === 'load.ts' ? undefined : await nextMessage(child)
  return { ...worker, hello }
}

const nextMessage = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`a process of the bench ended with ${code}`))
    child.once('exit', ended)
    child.once('message', (message: unknown) => {
      child.off('exit', ended)
      if (typeof message === 'object' && message !== null && 'error' in message)
        reject(new Error(String(message.error)))
      else resolve(message)
    })
  })

export const load = (generator: Worker, what: Load): Promise<LoadResult> => generator.ask<LoadResult>(what)

export const portOf = (hello: unknown): number =>
  typeof hello === 'object' && hello !== null && 'port' in hello && typeof hello.port === 'number' ? hello.port : 0

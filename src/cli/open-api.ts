import { existsSync, readFileSync } from 'node:fs'
import { HubError } from '../kernel/errors.ts'
import type { Api, ApiAnswer, ApiRequest, Running } from './api.ts'
import { runningFile } from './start.ts'

/** A hub in this process, spoken to without a network. */
export interface InProcess {
  inject(request: ApiRequest, key: string): Promise<ApiAnswer>
  makeKey(): Promise<{ readonly text: string; readonly drop: () => Promise<void> }>
  /** @param pulls whether channels are asked for their orders too */
  startWorkers(pulls: boolean): void
  /** Resolves when nothing is due, or gets no less for some seconds: with how much that is. */
  settle(): Promise<number>
  close(): Promise<void>
}

export interface OpenApiDeps {
  readonly folder: string
  readonly openInProcess: () => Promise<InProcess>
}

/** The API of the hub that runs on this data; where none runs, one is opened in this process for as long as the verb needs it. */
export const openApi = async ({ folder, openInProcess }: OpenApiDeps): Promise<Api> => {
  const running = await runningApi(folder)
  if (running !== undefined) return running
  const hub = await openInProcess()
  const key = await hub.makeKey()
  return {
    works: 'here',
    call: (request) => hub.inject(request, key.text),
    work: () => hub.startWorkers(true),
    settle: async () => {
      hub.startWorkers(false)
      return hub.settle()
    },
    close: async () => {
      await key.drop()
      await hub.close()
    },
  }
}

/** The API of the hub that runs on this data; undefined where none does. */
export const runningApi = async (folder: string): Promise<Api | undefined> => {
  const running = readRunning(folder)
  return running !== undefined && (await answers(running)) ? overNetwork(running) : undefined
}

const readRunning = (folder: string): Running | undefined => {
  const file = runningFile(folder)
  if (!existsSync(file)) return undefined
  const note = jsonIn(readFileSync(file, 'utf8'))
  return isRunning(note) && isAlive(note.pid) ? note : undefined
}

/** undefined where it is none: a note cut off by a full disk, an answer without a body. */
const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** After a crash the note stays, and another process may have the number by now: whether a hub is there, the hub says. */
const answers = ({ address }: Running): Promise<boolean> =>
  fetch(`${address}/health/live`, { signal: AbortSignal.timeout(5_000) }).then(
    (answer) => answer.ok,
    () => false,
  )

const isRunning = (note: unknown): note is Running =>
  typeof note === 'object' &&
  note !== null &&
  'address' in note &&
  'key' in note &&
  'pid' in note &&
  typeof note.pid === 'number'

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const overNetwork = ({ address, key }: Running): Api => ({
  works: 'elsewhere',
  call: async ({ method, path, body, headers }) => {
    const answer = await fetch(`${address}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    }).catch((cause: unknown) => {
      throw new HubError('STORE_AWAY', `the hub at ${address} does not answer`, {}, cause)
    })
    const text = await answer.text()
    return { status: answer.status, body: jsonIn(text) }
  },
  work: () => {},
  settle: async () => 0,
  close: async () => {},
})

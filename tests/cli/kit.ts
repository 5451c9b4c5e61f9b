import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const program = join(import.meta.dirname, '../../bin/crossdock.js')

/** Many short processes load the same modules. */
const compiled = join(tmpdir(), 'crossdock-cli-compiled')

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A folder of its own in which the program is started, and what the environment says there. */
export interface Bench {
  readonly folder: string
  write(name: string, text: string): void
  run(...args: readonly string[]): Promise<Ended>
  /** Runs it with this on its standard input. */
  runWith(input: string, ...args: readonly string[]): Promise<Ended>
  /** Starts a hub, and waits until it listens. */
  start(...args: readonly string[]): Promise<Started>
  /** Starts one that may wait for something. */
  begin(): Begun
  close(): Promise<void>
}

export interface Begun extends Omit<Started, 'address'> {
  /** Resolves when it has said this. */
  hears(words: string): Promise<void>
}

export interface Started {
  readonly address: string
  /** All that it has said on stderr so far. */
  readonly said: () => string
  end(signal: NodeJS.Signals): Promise<number | null>
}

/** @param env what the environment says besides: secrets */
export const openBench = (env: Readonly<Record<string, string>> = {}): Bench => {
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-cli-'))
  const children = new Set<ChildProcess>()
  const launch = (args: readonly string[]): ChildProcess => {
    const {
      CROSSDOCK_CONFIG: _config,
      CROSSDOCK_DATA: _data,
      CROSSDOCK_PORT: _port,
      CROSSDOCK_ADMIN_KEY: _key,
      MONGO_URL: _mongo,
      REDIS_URL: _redis,
      ...outside
    } = process.env
    const child = spawn(process.execPath, [program, ...args], {
      cwd: folder,
      env: { ...outside, TZ: 'UTC', NO_COLOR: '1', NODE_COMPILE_CACHE: compiled, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    children.add(child)
    child.once('exit', () => children.delete(child))
    return child
  }
  const runWith = (input: string, ...args: readonly string[]): Promise<Ended> => {
    const child = launch(args)
    child.stdin?.end(input)
    return ended(child)
  }
  return {
    folder,
    write: (name, text) => writeFileSync(join(folder, name), text),
    run: (...args) => runWith('', ...args),
    runWith,
    start: (...args) => listening(launch(['start', ...args])),
    begin: () => begun(launch(['start'])),
    close: async () => {
      await Promise.all([...children].map((child) => end(child, 'SIGKILL')))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const ended = (child: ChildProcess): Promise<Ended> =>
  new Promise((resolve) => {
    let out = ''
    let err = ''
    child.stdout?.on('data', (piece) => {
      out += String(piece)
    })
    child.stderr?.on('data', (piece) => {
      err += String(piece)
    })
    child.once('close', (code) => resolve({ code, out, err }))
  })

const end = (child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode)
    child.once('exit', resolve)
    child.kill(signal)
  })

const begun = (child: ChildProcess): Begun => {
  let err = ''
  child.stderr?.on('data', (piece) => {
    err += String(piece)
  })
  return {
    said: () => err,
    end: (signal) => end(child, signal),
    hears: async (words) => {
      while (!err.includes(words)) await new Promise((resolve) => child.stderr?.once('data', resolve))
    },
  }
}

const listening = (child: ChildProcess): Promise<Started> =>
  new Promise((resolve, reject) => {
    let err = ''
    child.stderr?.on('data', (piece) => {
      err += String(piece)
      const address = /(?:Listening on|told at) (http:\/\/127\.0\.0\.1:\d+)/.exec(err)?.[1]
      if (address !== undefined) resolve({ address, said: () => err, end: (signal) => end(child, signal) })
    })
    child.once('exit', (code) => reject(new Error(`the hub ended with ${code}: ${err}`)))
  })

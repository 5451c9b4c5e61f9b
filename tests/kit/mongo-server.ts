import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePort } from '../../src/cli/demo-processes.ts'

/** A server of the tests' own, that can be hurt and started again. */
export interface TestServer {
  readonly url: string
  readonly port: number
  signal(signal: NodeJS.Signals): void
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>
  /** Starts it again on its port, and on its file where it has one. */
  start(): Promise<void>
  close(): Promise<void>
}

const folder = join(import.meta.dirname, 'mongo-server')
const packages = join(folder, 'lib')
const run = promisify(execFile)

/**
 * Starts the stand-in for MongoDB on a free port; its packages are fetched by Maven the first time.
 * @param file what it keeps is there after a kill; in memory where absent
 * @throws Error where Java or Maven are missing
 */
export const openMongoServer = async (file?: string): Promise<TestServer> => {
  await fetchPackages()
  const port = await freePort()
  // It lives for minutes: the second compiler and its threads would cost more than they bring.
  const words = [
    '-Xmx512m',
    '-XX:TieredStopAtLevel=1',
    '-XX:+UseSerialGC',
    '-cp',
    join(packages, '*'),
    join(folder, 'Server.java'),
    String(port),
  ]
  return openServer({
    command: 'java',
    words: file === undefined ? words : [...words, file],
    port,
    url: `mongodb://127.0.0.1:${port}`,
  })
}

/** Fetched beside, then moved: two processes that fetch at once do not meet. */
const fetchPackages = async (): Promise<void> => {
  if (existsSync(packages)) return
  mkdirSync(folder, { recursive: true })
  const fetched = mkdtempSync(join(folder, '.fetched-'))
  try {
    await run(
      'mvn',
      ['-q', '-B', '-f', join(folder, 'pom.xml'), 'dependency:copy-dependencies', `-DoutputDirectory=${fetched}`],
      {
        timeout: 240_000,
      },
    )
    if (!existsSync(packages)) renameSync(fetched, packages)
  } finally {
    rmSync(fetched, { recursive: true, force: true })
  }
}

interface ServerSpec {
  readonly command: string
  readonly words: readonly string[]
  readonly port: number
  readonly url: string
}

/** A server process that says so when it listens. */
export const openServer = async ({ command, words, port, url }: ServerSpec): Promise<TestServer> => {
  let child: ChildProcess | undefined
  const start = async (): Promise<void> => {
    let heard = ''
    const started = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] })
    child = started
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (chunk) => {
        heard = (heard + String(chunk)).slice(-4000)
      })
    const failed = new Promise<never>((_, reject) => started.once('error', reject))
    failed.catch(() => undefined)
    for (const until = Date.now() + 30_000; Date.now() < until; ) {
      if (/listening|Ready to accept|Running on/i.test(heard)) return
      if (started.exitCode !== null) throw new Error(`${command} ended: ${heard}`)
      await Promise.race([sleep(25), failed])
    }
    throw new Error(`${command} did not start: ${heard}`)
  }
  const kill = async (): Promise<void> => {
    const ending = child
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return
    const gone = new Promise((resolve) => ending.once('exit', resolve))
    ending.kill('SIGKILL')
    await gone
  }
  await start()
  return { url, port, signal: (signal) => void child?.kill(signal), kill, start, close: kill }
}

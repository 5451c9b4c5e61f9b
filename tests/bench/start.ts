import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { benchConfig } from './config.ts'
import { hello, startPart } from './processes.ts'
import { figure, median, type Row } from './rows.ts'
import { sendAll } from './send.ts'
import { atEnd } from './tidy.ts'
import { type Post, postsOf } from './webhooks.ts'

const program = join(import.meta.dirname, '../../bin/crossdock.js')
const sizes = { quick: 3, full: 9 } as const
/** Without an answer in so many ms something is wrong. */
const longest = 60_000

/** From the command on an empty folder to the first webhook answered 200. */
export const startCold = async (quick: boolean): Promise<readonly Row[]> => {
  const posts = postsOf({ count: 1, seed: 41, first: 1 })
  const times: { readonly ours: number; readonly bare: number }[] = []
  for (let round = 0; round < sizes[quick ? 'quick' : 'full']; round += 1)
    times.push({ ours: await coldly(posts), bare: await barely(posts) })
  const [ours, bare] = [median(times.map((time) => time.ours)), median(times.map((time) => time.bare))]
  return [
    {
      name: 'start.cold',
      value: ours,
      unit: 's',
      baseline: bare,
      ratio: ours / bare,
      floor: 1.5,
      better: 'less',
      detail: `from the command to the first webhook kept, ${times.length} times; bare Fastify ${figure(bare)} s`,
    },
  ]
}

const coldly = async (posts: readonly Post[]): Promise<number> => {
  const config = benchConfig()
  const start = performance.now()
  const child = spawn(process.execPath, [program, 'start'], {
    env: { ...process.env, ...config.env },
    cwd: config.folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const kill = atEnd(() => child.kill('SIGKILL'))
  try {
    await sendAll(await portSaid(child), posts)
    return (performance.now() - start) / 1000
  } finally {
    await stop(child)
    kill()
    config.remove()
  }
}

const barely = async (posts: readonly Post[]): Promise<number> => {
  const start = performance.now()
  const bare = await startPart('bare.ts')
  try {
    await sendAll((await bare.ask('hello', hello)).port, posts)
    return (performance.now() - start) / 1000
  } finally {
    await bare.end()
  }
}

/** The port that it says it listens on. @throws Error it ended, or said nothing for too long */
const portSaid = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    let said = ''
    const timer = setTimeout(() => reject(new Error(`the hub did not start: ${said}`)), longest)
    child.stderr?.on('data', (chunk) => {
      said += String(chunk)
      const port = /Listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(said)?.[1]
      if (port === undefined) return
      clearTimeout(timer)
      resolve(Number(port))
    })
    child.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`the hub ended with ${code}: ${said}`))
    })
  })

/** At once: its data are thrown away. */
const stop = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })

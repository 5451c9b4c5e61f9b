import { connect, type Socket } from 'node:net'
import { type Post, postsOf } from './webhooks.ts'

/**
 * The load generator, a process of its own: requests are made and signed before the clock starts, and go over plain sockets, so
 * that it is not itself the limit. It is told what to do by messages of its parent, and answers each with what it measured.
 */
export interface Load {
  readonly port: number
  readonly path: string
  readonly count: number
  readonly seed: number
  readonly first: number
  readonly connections: number
  /** Open loop: so many a second, whatever the answers do. Closed where absent. */
  readonly perSecond?: number
}

export interface LoadResult {
  readonly answered: number
  readonly refused: number
  readonly orders: number
  readonly seconds: number
  /** ms from when it should have been sent to the answer. */
  readonly p50: number
  readonly p99: number
}

const requestOf = ({ port, path }: Load, { headers, body }: Post): Buffer => {
  const head = [
    `POST ${path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${body.length}`,
    '',
    '',
  ]
  return Buffer.concat([Buffer.from(head.join('\r\n')), body])
}

/** One keep-alive connection; answers come in the order of the requests. */
const openLine = (port: number): Promise<{ send(request: Buffer): Promise<boolean>; close(): void }> =>
  new Promise((resolve, reject) => {
    const socket: Socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const waiting: ((good: boolean) => void)[] = []
    let held = ''
    socket.on('data', (chunk) => {
      held += chunk.toString('latin1')
      for (;;) {
        const end = held.indexOf('\r\n\r\n')
        if (end === -1) return
        const length = Number(/content-length: (\d+)/i.exec(held.slice(0, end))?.[1] ?? 0)
        if (held.length < end + 4 + length) return
        waiting.shift()?.(held.startsWith('HTTP/1.1 200'))
        held = held.slice(end + 4 + length)
      }
    })
    socket.once('error', reject)
    socket.on('close', () => {
      for (const answer of waiting) answer(false)
    })
    socket.once('connect', () =>
      resolve({
        send: (request) =>
          new Promise((answered) => {
            waiting.push(answered)
            socket.write(request)
          }),
        close: () => socket.end(),
      }),
    )
  })

const run = async (load: Load): Promise<LoadResult> => {
  const posts = postsOf(load.count, load.seed, load.first)
  const requests = posts.map((post) => requestOf(load, post))
  const lines = await Promise.all(Array.from({ length: load.connections }, () => openLine(load.port)))
  const times = new Float64Array(requests.length)
  let [next, good] = [0, 0]
  const start = performance.now()
  const work = async (line: Awaited<ReturnType<typeof openLine>>): Promise<void> => {
    while (next < requests.length) {
      const at = next
      next += 1
      const planned = load.perSecond === undefined ? performance.now() : start + (at * 1000) / load.perSecond
      const early = planned - performance.now()
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
      const request = requests[at]
      if (request !== undefined && (await line.send(request))) good += 1
      times[at] = performance.now() - planned
    }
  }
  await Promise.all(lines.map(work))
  const seconds = (performance.now() - start) / 1000
  for (const line of lines) line.close()
  times.sort()
  const at = (share: number): number => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return {
    answered: good,
    refused: requests.length - good,
    orders: new Set(posts.map((post) => post.order)).size,
    seconds,
    p50: at(0.5),
    p99: at(0.99),
  }
}

process.on('message', (load: Load) => {
  run(load).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ error: String(error) }),
  )
})

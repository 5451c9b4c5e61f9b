import { checkerOf } from '../../src/kernel/schema.ts'
import { openLine } from './line.ts'
import { Load, type LoadResult } from './load-shapes.ts'
import { answerParent } from './processes.ts'
import { type Post, postsOf } from './webhooks.ts'

// The load generator, a process of its own: requests are made and signed before the clock starts, and go over plain sockets, so
// that it is not itself the limit.

type Line = Awaited<ReturnType<typeof openLine>>

const loads = checkerOf(Load)
let made: { readonly load: Load; readonly requests: readonly Buffer[] } | undefined

const make = (load: unknown): number => {
  if (!loads.is(load)) throw new Error('the load generator was asked for something that is no load')
  made = { load, requests: postsOf(load).map((post) => requestOf(load, post)) }
  return made.requests.length
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

const run = async (): Promise<LoadResult> => {
  if (made === undefined) throw new Error('nothing was made to be sent')
  const { load, requests } = made
  made = undefined
  const lines = await Promise.all(Array.from({ length: load.connections }, () => openLine(load.port)))
  const [start, cpu] = [performance.now(), process.cpuUsage()]
  const { times, good } = await sendAll(load, requests, lines)
  const [seconds, used] = [(performance.now() - start) / 1000, process.cpuUsage(cpu)]
  for (const line of lines) line.close()
  times.sort()
  return {
    answered: good,
    refused: requests.length - good,
    seconds,
    p50: times[Math.floor(times.length * 0.5)] ?? 0,
    p99: times[Math.floor(times.length * 0.99)] ?? 0,
    cpuShare: (used.user + used.system) / 1e6 / seconds,
  }
}

/** Each line takes the next request when it has its answer; in an open loop not before its time, and the clock runs from then. */
const sendAll = async ({ perSecond }: Load, requests: readonly Buffer[], lines: readonly Line[]) => {
  const times = new Float64Array(requests.length)
  const start = performance.now()
  let [next, good] = [0, 0]
  const work = async (line: Line): Promise<void> => {
    for (let at = next++; at < requests.length; at = next++) {
      const planned = perSecond === undefined ? performance.now() : start + (at * 1000) / perSecond
      const early = planned - performance.now()
      if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
      const request = requests[at]
      if (request !== undefined && (await line.send(request))) good += 1
      times[at] = performance.now() - planned
    }
  }
  await Promise.all(lines.map(work))
  return { times, good }
}

answerParent({ make, run })

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/** How a channel misbehaves towards the hub. `lose`: it does what it is asked and every second answer is lost (a look is heard, what follows it is not). `late`: the answer comes after the hub gave up. */
export type Manner = 'well' | 'hang' | 'lose' | 'late' | 'slow-down' | 'broken'

/** Stands between the hub and a sandbox, and lets calls go wrong. */
export interface FaultyChannel {
  readonly address: string
  behave(manner: Manner): void
  /** When each call arrived, ms by its own clock. */
  readonly calls: readonly number[]
  close(): Promise<void>
}

const lateMs = 2_500

export const openFaultyChannel = async (to: string): Promise<FaultyChannel> => {
  let manner: Manner = 'well'
  const calls: number[] = []
  const server = createServer((request, reply) => {
    calls.push(Date.now())
    handle(to, { request, reply, manner: manner === 'lose' && calls.length % 2 === 1 ? 'well' : manner }).catch(() =>
      reply.destroy(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const at = server.address()
  return {
    address: `http://127.0.0.1:${typeof at === 'object' && at !== null ? at.port : 0}`,
    behave: (next) => {
      manner = next
    },
    calls,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Call {
  readonly request: IncomingMessage
  readonly reply: ServerResponse
  readonly manner: Manner
}

const handle = async (to: string, { request, reply, manner }: Call): Promise<void> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  if (manner === 'hang') return
  if (manner === 'slow-down') return void reply.writeHead(429, { 'retry-after': '1' }).end('{"errors":"slow down"}')
  if (manner === 'broken') return void reply.writeHead(500).end('{"errors":"oops"}')
  const { connection: _, host: __, 'content-length': ___, ...headers } = request.headers
  const method = request.method ?? 'GET'
  const answer = await fetch(`${to}${request.url}`, {
    method,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    ...(method === 'GET' ? {} : { body: Buffer.concat(chunks) }),
  })
  const body = Buffer.from(await answer.arrayBuffer())
  if (manner === 'lose') return void reply.destroy()
  if (manner === 'late') await sleep(lateMs)
  const { 'transfer-encoding': ____, 'content-encoding': _____, ...told } = Object.fromEntries(answer.headers)
  reply.writeHead(answer.status, { ...told, 'content-length': String(body.byteLength) }).end(body)
}

/** The most calls above an allowance that any window saw: 0 where burst + seconds × perSecond was never passed. */
export const aboveBudget = (
  calls: readonly number[],
  { perSecond, burst }: { perSecond: number; burst: number },
): number =>
  // A bucket that leaks as the allowance says: what it holds above the burst was too much. One ms is what a clock may round away.
  calls.reduce(
    ({ level, at, most }, call) => {
      const held = Math.max(0, level - ((call - at + 1) / 1000) * perSecond) + 1
      return { level: held, at: call, most: Math.max(most, held - burst) }
    },
    { level: 0, at: 0, most: 0 },
  ).most

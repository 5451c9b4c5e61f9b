import { createServer, type IncomingMessage, type Server } from 'node:http'
import { connectors } from '../../connectors/index.ts'
import type { Connector } from '../connector/contract.ts'
import type { SandboxPost } from '../connector/sandbox.ts'
import { HubError } from '../kernel/errors.ts'
import { openDice } from './dice.ts'
import { openSandboxQueue, type SandboxQueue } from './sandbox-queue.ts'
import { deliver, enqueue, lost, type Sent } from './sandbox-send.ts'

/** So many of a hundred messages come out of the queue twice. */
const againPercent = 10

export interface SandboxOptions {
  readonly connector: string
  readonly port: number
  /** Where its messages go: the connection's webhook address. */
  readonly hook: string
  readonly seed: number
  /** So many of a hundred messages are lost on their way: never sent, and never again. */
  readonly drop?: number
  /** It refuses no call for being one too many, or too early; it counts them. */
  readonly unlimited?: true
}

/**
 * Hosts a connector's other side over HTTP on loopback: its API under its own paths, the queue that it fills at `POST /` with the
 * header X-Amz-Target, and beside them, for whoever drives it, `POST /-/play {"steps":N}`, `GET /-/books`, `GET /-/sent`.
 */
export const hostSandbox = (options: SandboxOptions): Promise<Hosted> =>
  hostOtherSide(connectorOf(options.connector), options)

export interface Hosted {
  readonly address: string
  close(): Promise<void>
}

/** Hosts the other side of a connector, whether it is in the list or not. */
export const hostOtherSide = async (
  connector: Connector,
  options: Omit<SandboxOptions, 'connector'>,
): Promise<Hosted> => {
  const side = openSide(connector, options)
  const server = createServer((request, reply) => {
    const gone = new AbortController()
    reply.once('close', () => gone.abort())
    readAll(request)
      .then((body) => serve(side, request, { body, gone: gone.signal }))
      .catch((error: unknown) => ({ status: 500, headers: {}, body: JSON.stringify({ error: String(error) }) }))
      .then(({ status, headers, body }) =>
        reply
          .writeHead(status, { 'content-type': 'application/json', date: new Date().toUTCString(), ...headers })
          .end(body),
      )
      .catch(() => reply.destroy())
  })
  const port = await listening(server, options.port)
  return {
    address: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections()
      server.close()
      side.close()
      await side.idle()
    },
  }
}

const connectorOf = (id: string): Connector => {
  const found = connectors.find((connector) => connector.id === id)
  if (found === undefined)
    throw new HubError(
      'USAGE',
      `there is no connector "${id}"; there are ${connectors.map((one) => one.id).join(', ')}`,
    )
  return found
}

type Reply = { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: string }

interface Side {
  readonly queue: SandboxQueue
  call(request: IncomingMessage, body: Uint8Array): Reply
  play(steps: number): Promise<void>
  books(): unknown
  sent(): readonly Sent[]
  idle(): Promise<void>
  /** What is on its way is given up. */
  close(): void
}

const openSide = (
  { sandbox, mailbox }: Connector,
  { hook, seed, drop = 0, unlimited }: Omit<SandboxOptions, 'connector' | 'port'>,
): Side => {
  const dice = openDice(seed)
  const credentials = mailbox?.credentials(sandbox.example.secrets)
  const queue = openSandboxQueue({ ...credentials, unruly: { dice: openDice(seed + 1), againPercent } })
  const luck = openDice(seed + 2)
  let state = sandbox.start({ seed, hookUrl: hook, ...sandbox.example, ...(unlimited === true ? { unlimited } : {}) })
  const sent: Sent[] = []
  const onTheWay = new Set<Promise<void>>()
  const closed = new AbortController()
  const post = (posts: readonly SandboxPost[]): Promise<unknown> => {
    const ways = posts.map((message) => {
      if (drop > 0 && luck.whole(1, 100) <= drop) return sent.push(lost(message))
      const way = (message.queued === true ? enqueue(queue, message) : deliver(hook, message, closed.signal))
        .then((outcome) => void sent.push(outcome))
        .finally(() => onTheWay.delete(way))
      onTheWay.add(way)
      return way
    })
    return Promise.all(ways)
  }
  return {
    queue,
    call: (request, body) => {
      const url = new URL(request.url ?? '/', 'http://sandbox')
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
      const answered = sandbox.answer(
        state,
        {
          method: request.method ?? 'GET',
          path: url.pathname,
          query: Object.fromEntries(url.searchParams),
          headers,
          body,
        },
        new Date(),
      )
      state = answered.state
      void post(answered.posts)
      return answered.reply
    },
    play: async (steps) => {
      const ways: Promise<unknown>[] = []
      for (let step = 0; step < steps; step += 1) {
        const played = sandbox.play(state, dice, new Date())
        state = played.state
        // What is sent late, or waits until it is fetched, is on its way while the play goes on.
        const late = played.posts.filter(({ afterMs = 0, queued }) => afterMs > 0 || queued === true)
        void post(late)
        ways.push(post(played.posts.filter((message) => !late.includes(message))))
      }
      await Promise.all(ways)
    },
    books: () => sandbox.books(state),
    sent: () => sent,
    idle: async () => {
      while (onTheWay.size > 0) await Promise.all(onTheWay)
    },
    close: () => {
      queue.close()
      closed.abort()
    },
  }
}

interface Call {
  readonly body: Uint8Array
  readonly gone: AbortSignal
}

const serve = async (side: Side, request: IncomingMessage, { body, gone }: Call): Promise<Reply> => {
  const { 'x-amz-target': target, authorization = '' } = request.headers
  if (typeof target === 'string' && target.startsWith('AmazonSQS.'))
    return side.queue.answer({ target, authorization, body, gone })
  const answer = (value: unknown): Reply => ({ status: 200, headers: {}, body: JSON.stringify(value) })
  if (request.url === '/-/books') return answer(side.books())
  if (request.url === '/-/sent') return answer(side.sent())
  if (request.url === '/-/idle') {
    await side.idle()
    return answer({ idle: true })
  }
  if (request.url === '/-/play') {
    const asked: unknown = JSON.parse(new TextDecoder().decode(body))
    const steps = typeof asked === 'object' && asked !== null && 'steps' in asked ? Number(asked.steps) : 1
    await side.play(steps)
    return answer({ steps })
  }
  return side.call(request, body)
}

const readAll = async (request: IncomingMessage): Promise<Uint8Array> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

const listening = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })

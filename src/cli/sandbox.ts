import { createServer, type IncomingMessage, type Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectors } from '../../connectors/index.ts'
import type { Connector } from '../connector/contract.ts'
import type { SandboxPost } from '../connector/sandbox.ts'
import { digest } from '../kernel/digest.ts'
import { HubError } from '../kernel/errors.ts'
import { openDice } from './dice.ts'
import { openSandboxQueue, type SandboxQueue } from './sandbox-queue.ts'

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

/** One message as it was sent, and how it was answered in the end; status 0: not at all. */
export interface Sent {
  readonly note: string
  readonly forged: boolean
  readonly ping: boolean
  readonly once: boolean
  readonly status: number
  /** The statuses of every try, the last one too. */
  readonly answers: readonly number[]
  /** When it was sent first, ms since 1970, and ms until it was answered in the end. */
  readonly at: number
  readonly ms: number
  /** The message that the hub says it kept. */
  readonly message?: string
  /** It was lost on its way. */
  readonly dropped?: true
  /** It lay in the queue that the hub empties; answered 200 is then: removed from it. */
  readonly queued?: true
  /** Of its headers and body: one that was sent twice is the same message. */
  readonly digest: string
}

/** A message that lies in the queue longer is taken for lost, as one that was never answered. */
const queuedMs = 60_000
/** So many of a hundred messages come out of the queue twice. */
const againPercent = 10

/** Vendors send again for hours; the sandbox does so for as long as a hub may be away: 50 ms and more between tries, six minutes in all. */
const tries = 240
const waitMs = (attempt: number): number => Math.min(1600, 50 * 2 ** attempt)

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
      side.queue.close()
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
  const post = (posts: readonly SandboxPost[]): Promise<unknown> => {
    const ways = posts.map((message) => {
      if (drop > 0 && luck.whole(1, 100) <= drop) return sent.push(lost(message))
      const way = (message.queued === true ? enqueue(queue, message) : deliver(hook, message))
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

const deliver = async (
  hook: string,
  { path, headers, body, note, forged, ping, once, afterMs = 0 }: SandboxPost,
): Promise<Sent> => {
  await sleep(afterMs)
  const request = { method: 'POST', headers, body }
  const at = Date.now()
  const answers: number[] = []
  for (;;) {
    const answer = await fetch(`${hook}${path}`, { ...request, signal: AbortSignal.timeout(10_000) })
      .then(async (reply) => ({ status: reply.status, text: await reply.text() }))
      .catch(() => ({ status: 0, text: '' }))
    const { status, text } = answer
    answers.push(status)
    if (once === true || (status !== 0 && status !== 503 && status !== 429) || answers.length === tries)
      return {
        note,
        forged: forged === true,
        ping: ping === true,
        once: once === true,
        status,
        answers,
        at,
        ms: Date.now() - at,
        digest: digest(path, JSON.stringify(headers), body),
        ...keptAs(text),
      }
    await sleep(waitMs(answers.length))
  }
}

const lost = ({ path, headers, body, note, forged }: SandboxPost): Sent => ({
  note,
  forged: forged === true,
  ping: false,
  once: false,
  dropped: true,
  status: 0,
  answers: [],
  at: Date.now(),
  ms: 0,
  digest: digest(path, JSON.stringify(headers), body),
})

const enqueue = async (
  queue: SandboxQueue,
  { path, headers, body, note, forged, afterMs = 0 }: SandboxPost,
): Promise<Sent> => {
  await sleep(afterMs)
  const at = Date.now()
  const isRemoved = await Promise.race([queue.put(body), sleep(queuedMs, false, { ref: false })])
  const status = isRemoved ? 200 : 0
  return {
    note,
    forged: forged === true,
    ping: false,
    once: false,
    queued: true,
    status,
    answers: [status],
    at,
    ms: Date.now() - at,
    digest: digest(path, JSON.stringify(headers), body),
  }
}

const keptAs = (text: string): Pick<Sent, 'message'> => {
  const message = /"message":"(msg_[0-9a-f]+)"/.exec(text)?.[1]
  return message === undefined ? {} : { message }
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

import { setTimeout as sleep } from 'node:timers/promises'
import type { SandboxPost } from '../connector/sandbox.ts'
import { digest } from '../kernel/digest.ts'
import type { SandboxQueue } from './sandbox-queue.ts'

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

/** Vendors send again for hours; the sandbox does so for as long as a hub may be away: 50 ms and more between tries, six minutes in all. */
const tries = 240
const waitMs = (attempt: number): number => Math.min(1600, 50 * 2 ** attempt)

/** Posts it until it is taken, or the sandbox is closed. */
export const deliver = async (
  hook: string,
  { path, headers, body, note, forged, ping, once, afterMs = 0 }: SandboxPost,
  closed: AbortSignal,
): Promise<Sent> => {
  const rest = (ms: number): Promise<unknown> => sleep(ms, undefined, { signal: closed }).catch(() => undefined)
  await rest(afterMs)
  const request = { method: 'POST', headers, body }
  const at = Date.now()
  const answers: number[] = []
  for (;;) {
    const answer = await fetch(`${hook}${path}`, {
      ...request,
      signal: AbortSignal.any([closed, AbortSignal.timeout(10_000)]),
    })
      .then(async (reply) => ({ status: reply.status, text: await reply.text() }))
      .catch(() => ({ status: 0, text: '' }))
    const { status, text } = answer
    answers.push(status)
    if (
      once === true ||
      (status !== 0 && status !== 503 && status !== 429) ||
      answers.length === tries ||
      closed.aborted
    )
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
    await rest(waitMs(answers.length))
  }
}

/** As if it never arrived. */
export const lost = ({ path, headers, body, note, forged }: SandboxPost): Sent => ({
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

/** Lays it into the queue, and waits until it was taken out for good. */
export const enqueue = async (
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

import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Dice, SandboxReply } from '../connector/sandbox.ts'
import { asHubError } from '../kernel/errors.ts'
import { type Asked, askedOf, type Fault, invalid, replyOf } from './sandbox-queue-wire.ts'

export interface SandboxQueueOptions {
  /** The access key that may use it; any where absent. */
  readonly accessKeyId?: string
  /** The queue's name, the last step of its address; any where absent. */
  readonly name?: string
  /** ms since 1970. */
  readonly now?: () => number
  /** Messages come in any order, and so many of a hundred once more after they were removed, as the queue documents that they may. */
  readonly unruly?: { readonly dice: Dice; readonly againPercent: number }
}

/** A call as it came, and whether the caller is still there to be answered. */
export interface QueueCall {
  readonly target: string
  readonly authorization: string
  readonly body: Uint8Array
  readonly gone?: AbortSignal
}

/** A queue as the cloud's: at least once, in any order, each message hidden for a time from when it is handed out until it is removed. */
export interface SandboxQueue {
  /** Resolves when the message is removed for good: true; or when the queue is closed before that: false. */
  put(body: string): Promise<boolean>
  /** Answers a call of the wire protocol, a waiting one when there is something, or its time is over. */
  answer(call: QueueCall): Promise<SandboxReply>
  /** How many lie in it, hidden ones too. */
  size(): number
  /** Ends every waiting. */
  close(): void
}

interface Held {
  readonly id: string
  readonly body: string
  readonly md5: string
  readonly ended: (isRemoved: boolean) => void
  /** ms from which it may be handed out. */
  visibleAt: number
  wasRemoved: boolean
}

interface State {
  readonly held: Map<string, Held>
  readonly now: () => number
  readonly unruly: SandboxQueueOptions['unruly']
  /** Replaced, and aborted, whenever something changes that a waiting call must see. */
  changed: AbortController
  open: boolean
}

export const openSandboxQueue = (options: SandboxQueueOptions = {}): SandboxQueue => {
  const { now = Date.now, unruly } = options
  const state: State = { held: new Map(), now, unruly, changed: new AbortController(), open: true }
  return {
    put: (body) => new Promise((ended) => void add(state, body, ended)),
    answer: async (call) =>
      replyOf(await answerTo(state, call, options).catch((error) => invalid(asHubError(error).message))),
    size: () => state.held.size,
    close: () => {
      state.open = false
      stir(state)
      for (const one of state.held.values()) one.ended(false)
    },
  }
}

const answerTo = async (state: State, call: QueueCall, options: SandboxQueueOptions): Promise<unknown> => {
  const asked = askedOf(call, options)
  if ('fault' in asked) return asked
  const action = actions.get(asked.action)
  return action === undefined ? faults.unsupported : action(state, asked, call.gone)
}

type Action = (state: State, asked: Asked, gone?: AbortSignal) => Promise<unknown> | unknown

const faults = {
  unsupported: { fault: 'UnsupportedOperation', older: 'AWS.SimpleQueueService.UnsupportedOperation' },
  receipt: { fault: 'ReceiptHandleIsInvalid', older: 'ReceiptHandleIsInvalid' },
  empty: { fault: 'EmptyBatchRequest', older: 'AWS.SimpleQueueService.EmptyBatchRequest' },
  many: { fault: 'TooManyEntriesInBatchRequest', older: 'AWS.SimpleQueueService.TooManyEntriesInBatchRequest' },
} as const satisfies Record<string, Fault>

const actions: ReadonlyMap<string, Action> = new Map<string, Action>([
  [
    'SendMessage',
    (state, { text }) => {
      const { id, md5 } = add(state, text('MessageBody'), () => {})
      return { MessageId: id, MD5OfMessageBody: md5 }
    },
  ],
  [
    'ReceiveMessage',
    async (state, { number }, gone) => {
      const most = number('MaxNumberOfMessages', { least: 1, most: 10, usual: 1 })
      const waitMs = number('WaitTimeSeconds', { least: 0, most: 20, usual: 0 }) * 1000
      const hiddenMs = number('VisibilityTimeout', { least: 0, most: 43_200, usual: 30 }) * 1000
      const found = await waitFor(state, { most, until: state.now() + waitMs, gone })
      const Messages = found.map((one) => {
        one.visibleAt = state.now() + hiddenMs
        const ReceiptHandle = Buffer.from(`${one.id}/${randomUUID()}`).toString('base64')
        return { MessageId: one.id, ReceiptHandle, MD5OfBody: one.md5, Body: one.body }
      })
      return Messages.length === 0 ? {} : { Messages }
    },
  ],
  ['DeleteMessage', (state, { text }) => (remove(state, text('ReceiptHandle')) ? {} : faults.receipt)],
  [
    'DeleteMessageBatch',
    (state, { entries }) => {
      const all = entries()
      if (all.length === 0) return faults.empty
      if (all.length > 10) return faults.many
      const done = all.map(({ text }) => ({ Id: text('Id'), isRemoved: remove(state, text('ReceiptHandle')) }))
      const Failed = done.flatMap(({ Id, isRemoved }) =>
        isRemoved ? [] : [{ Id, SenderFault: true, Code: faults.receipt.older }],
      )
      return { Successful: done.flatMap(({ Id, isRemoved }) => (isRemoved ? [{ Id }] : [])), Failed }
    },
  ],
  [
    'ChangeMessageVisibility',
    (state, { text, number }) => {
      const id = idOf(text('ReceiptHandle'))
      if (id === undefined) return faults.receipt
      const hiddenMs = number('VisibilityTimeout', { least: 0, most: 43_200 }) * 1000
      const one = state.held.get(id)
      if (one !== undefined) one.visibleAt = state.now() + hiddenMs
      stir(state)
      return {}
    },
  ],
  [
    'GetQueueUrl',
    (_, { text }) => ({ QueueUrl: `https://sqs.eu-west-1.amazonaws.com/000000000000/${text('QueueName')}` }),
  ],
])

const stir = (state: State): void => {
  const before = state.changed
  state.changed = new AbortController()
  before.abort()
}

const add = (state: State, body: string, ended: Held['ended']): Held => {
  const md5 = createHash('md5').update(body).digest('hex')
  const made = { id: randomUUID(), body, md5, ended, visibleAt: state.now(), wasRemoved: false }
  state.held.set(made.id, made)
  stir(state)
  return made
}

const idOf = (receipt: string): string | undefined =>
  /^([0-9a-f-]{36})\/[0-9a-f-]{36}$/.exec(Buffer.from(receipt, 'base64').toString())?.[1]

/** Removing what is removed already is no failure. @returns false where the receipt is none */
const remove = (state: State, receipt: string): boolean => {
  const id = idOf(receipt)
  const one = state.held.get(id ?? '')
  if (one === undefined) return id !== undefined
  const comesAgain = state.unruly !== undefined && state.unruly.dice.next() * 100 < state.unruly.againPercent
  if (comesAgain && !one.wasRemoved) {
    one.wasRemoved = true
    one.visibleAt = state.now()
    stir(state)
    return true
  }
  state.held.delete(one.id)
  one.ended(true)
  return true
}

interface Wait {
  readonly most: number
  readonly until: number
  readonly gone: AbortSignal | undefined
}

/** Who has left is handed nothing: it would be hidden from everybody for nothing. */
const waitFor = async (state: State, { most, until, gone }: Wait): Promise<readonly Held[]> => {
  for (;;) {
    if (gone?.aborted === true) return []
    const all = [...state.held.values()]
    const visible = all.filter(({ visibleAt }) => visibleAt <= state.now())
    if (visible.length > 0) return shuffled(visible, state.unruly?.dice).slice(0, most)
    if (!state.open || state.now() >= until) return []
    const next = Math.min(until, ...all.map(({ visibleAt }) => visibleAt))
    const woken = AbortSignal.any([state.changed.signal, ...(gone === undefined ? [] : [gone])])
    await sleep(Math.max(1, next - state.now()), undefined, { signal: woken }).catch(() => undefined)
  }
}

const shuffled = (list: readonly Held[], dice: Dice | undefined): readonly Held[] => {
  if (dice === undefined) return list
  const drawn = list.map((one) => ({ one, at: dice.next() }))
  return drawn.sort((a, b) => a.at - b.at).map(({ one }) => one)
}

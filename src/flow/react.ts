import type { CommandName } from '../canonical/commands.ts'
import { type EventKind, eventKinds } from '../canonical/events.ts'
import type { OrderDoc } from '../canonical/order.ts'
import { asHubError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import type { Bell } from '../queue/bell.ts'
import type { Orders } from '../store/orders.ts'
import type { Outbox, Wish } from '../store/outbox.ts'
import type { Account, Accounts } from './account.ts'
import { holdFailedReaction } from './hold-failed-reaction.ts'
import { refuseEndless } from './remedy.ts'
import { eventsToPost, mayStillMarkShipped, shipmentsToMark } from './wishes.ts'

/**
 * The whole business on one screen: when one of these events happened to an order, look at the order as it is now, and name
 * the commands that ought to exist. A rule may run twice, late, or over several events at once: ids of commands are derived.
 */
export interface Rule {
  readonly when: readonly EventKind[]
  readonly command: CommandName
  /** 'origin': the connection the order came from; 'everyone': each connection that can and wants to. */
  readonly tells: 'origin' | 'everyone'
  readonly wishes: (order: OrderDoc, account: Account) => readonly Wish[]
  /** Looked at once more before sending: false withdraws the command. */
  readonly stands: (order: OrderDoc, about: string) => boolean
  /** Whether what came of it is an act on the order. An event told to a subscriber is not: it would tell of itself for ever. */
  readonly leavesAct: boolean
}

export const rules: readonly Rule[] = [
  {
    when: ['shipment.created', 'act.undone', 'hold.released'],
    command: 'mark-shipped',
    tells: 'origin',
    wishes: shipmentsToMark,
    stands: mayStillMarkShipped,
    leavesAct: true,
  },
  {
    when: eventKinds,
    command: 'post-event',
    tells: 'everyone',
    wishes: eventsToPost,
    stands: () => true,
    leavesAct: false,
  },
]

/** The rule that names a command. */
export const ruleOf = (command: string): Rule | undefined => rules.find((rule) => rule.command === command)

/** Whether an event of this kind must be reacted to, with the connections there are. */
export const listensOf = (accounts: Accounts): ((kind: EventKind) => boolean) => {
  const heard = new Set<EventKind>(['hold.released'])
  for (const rule of rules)
    if (accounts.all().some((account) => account.enabled && rule.command in account.connector.commands))
      for (const kind of rule.when) heard.add(kind)
  return (kind) => heard.has(kind)
}

export interface ReactDeps {
  readonly orders: Pick<Orders, 'finishReact' | 'putOffReact' | 'read' | 'write'>
  readonly outbox: Pick<Outbox, 'once'>
  readonly accounts: Accounts
  readonly bell: Pick<Bell, 'ring'>
  readonly log: Log
  readonly now: () => Date
  /** Seconds to the next try, by how many were made. */
  readonly retrySeconds: readonly number[]
  /** How often a reaction may be lost with its process; see the config. */
  readonly losses: number
}

/** Reacts to claimed orders: commands first, then the note that it was done; a crash in between repeats only the same inserts. */
export const react = async (deps: ReactDeps, claimed: readonly OrderDoc[]): Promise<void> => {
  const began = deps.now().getTime()
  const done: OrderDoc[] = []
  const wishes: Wish[] = []
  for (const order of claimed) {
    try {
      // Which attempts were lost is not noted: more than the schedule has and the losses together were.
      refuseEndless({ attempt: order.react?.attempt ?? 1, settled: deps.retrySeconds.length }, deps.losses)
      wishes.push(...wishesOf(deps.accounts, order))
      done.push(order)
    } catch (error) {
      await reactionFailed(deps, order, error)
    }
  }
  await deps.outbox.once(wishes, deps.now())
  await deps.orders.finishReact(done)
  if (wishes.length > 0) deps.bell.ring('push')
  const ms = deps.now().getTime() - began
  for (const { _id: order, connection, react: { attempt } = { attempt: 1 } } of done)
    deps.log.debug({ stage: 'react', connection, order, attempt, ms }, 'order looked at')
}

/** What the rules name for an order, over the events that were not reacted to yet. */
export const wishesOf = (accounts: Accounts, order: OrderDoc): readonly Wish[] => {
  const fresh = new Set(order.events.filter((event) => event.seq > order.reactedSeq).map((event) => event.kind))
  return rules
    .filter((rule) => rule.when.some((kind) => fresh.has(kind)))
    .flatMap((rule) => accountsOf(accounts, rule, order).flatMap((account) => rule.wishes(order, account)))
}

const accountsOf = (accounts: Accounts, rule: Rule, order: OrderDoc): readonly Account[] =>
  accounts
    .all()
    .filter(
      (account) =>
        account.enabled &&
        rule.command in account.connector.commands &&
        (rule.tells === 'everyone' || account.id === order.connection),
    )

const reactionFailed = async (deps: ReactDeps, order: OrderDoc, cause: unknown): Promise<void> => {
  const error = asHubError(cause)
  const attempt = order.react?.attempt ?? 1
  const wait = deps.retrySeconds[attempt - 1]
  const { _id: id, connection } = order
  const { code, remedy } = error
  deps.log.error({ stage: 'react', connection, order: id, attempt, code, remedy }, 'reaction failed')
  if (wait === undefined) await holdFailedReaction(deps, order._id, error)
  else await deps.orders.putOffReact(order, new Date(deps.now().getTime() + wait * 1000))
}

/** The reactions of a batch that failed as a whole are due again by the schedule. Those that came to their end before are left alone. */
export const putOffReactions = async (deps: ReactDeps, claimed: readonly OrderDoc[]): Promise<void> => {
  const now = deps.now().getTime()
  const waitOf = (attempt: number): number => deps.retrySeconds[attempt - 1] ?? deps.retrySeconds.at(-1) ?? 5
  await Promise.all(
    claimed.map((order) => deps.orders.putOffReact(order, new Date(now + waitOf(order.react?.attempt ?? 1) * 1000))),
  )
}

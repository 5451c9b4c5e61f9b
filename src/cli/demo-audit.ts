import { setTimeout as sleep } from 'node:timers/promises'
import type { Books } from '../connector/sandbox.ts'
import { get, items, orders } from './demo-api.ts'
import { type Account, differencesOf } from './demo-compare.ts'
import type { Side, Stage } from './demo-stage.ts'
import type { Sent } from './sandbox-send.ts'

/** Book against book: what each side has, and every difference, a sentence each. */
export const audit = async (
  stage: Stage,
): Promise<{ readonly accounts: readonly Account[]; readonly differences: readonly string[] }> => {
  const accounts = await Promise.all(stage.sides.map((side) => accountOf(stage, side)))
  return { accounts, differences: [...accounts.flatMap(differencesOf), ...(await leftOver(stage))] }
}

/** Work that ended badly is a difference too. */
const leftOver = async (stage: Stage): Promise<readonly string[]> => {
  const kinds = ['messages', 'commands'].flatMap((kind) => ['dead', 'parked', 'due'].map((state) => ({ kind, state })))
  const lists = await Promise.all(
    kinds.map(async ({ kind, state }) => {
      const rows = await items<{
        readonly id: string
        readonly connection: string
        readonly error?: { readonly message: string }
      }>(stage, `/v1/${kind}?state=${state}&limit=20`)
      return rows.map(
        (row) => `${row.connection}: ${kind.slice(0, -1)} ${row.id} is ${state}: ${row.error?.message ?? ''}`,
      )
    }),
  )
  return lists.flat()
}

const longestMs = 120_000

/** Until everything sent has arrived and nothing is left to do. @returns false where it did not come to that within two minutes */
export const quiet = async (stage: Stage): Promise<boolean> => {
  for (const until = performance.now() + longestMs; performance.now() < until; await sleep(200)) {
    await Promise.all(stage.sides.map((side) => get(`${side.address}/-/idle`)))
    // A hub that cannot say is not quiet.
    if (await isQuiet(stage).catch(() => false)) return true
  }
  return false
}

/** Messages first, then reactions, then commands: the way that work goes. */
const isQuiet = async (stage: Stage): Promise<boolean> => {
  const isNone = async (kind: string): Promise<boolean> => {
    const lists = await Promise.all(
      ['due', 'leased'].map((state) => items(stage, `/v1/${kind}?state=${state}&limit=1`)),
    )
    return lists.every((list) => list.length === 0)
  }
  return (await isNone('messages')) && (await reactionsDue(stage)) === 0 && (await isNone('commands'))
}

const reactionsDue = async ({ address }: Stage): Promise<number> => {
  const figures = await fetch(`${address}/metrics`)
  return Number(/^crossdock_rows\{stage="react",state="due"\} (\d+)/m.exec(await figures.text())?.[1])
}

const accountOf = async (stage: Stage, { connection, connector, address }: Side): Promise<Account> => {
  const [told, sent, held, messages] = await Promise.all([
    get<Books>(`${address}/-/books`),
    get<readonly Sent[]>(`${address}/-/sent`),
    orders(stage, `connection=${connection}&limit=200`),
    items<{ readonly id: string }>(stage, `/v1/messages?connection=${connection}&limit=200`),
  ])
  // where the stage widened the lanes, the vendor's own limits bind nobody
  const { aboveLimits: _, ...unbound } = told
  const books = connector.lanes === undefined ? told : unbound
  return { connection, books, sent, orders: held, messages: new Set(messages.map(({ id }) => id)) }
}

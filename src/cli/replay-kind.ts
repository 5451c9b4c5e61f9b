import { setTimeout as sleep } from 'node:timers/promises'
import { answers, type CommandRow, type MessageRow } from './answers.ts'
import { type Api, addressOf, askFor, pagesOf } from './api.ts'
import { counted, plain } from './text.ts'

/** Which dead and parked work is meant. */
export interface Kind {
  readonly connection: string | undefined
  readonly code: string | undefined
  readonly state: string | undefined
}

interface Tally {
  done: number
  dead: number
  parked: number
  /** It failed for a passing reason, or waits for its order, and is tried again by the schedule. */
  putOff: number
  underWay: number
}

type Row = MessageRow | CommandRow

interface Sort {
  readonly what: 'messages' | 'commands'
  readonly checker: Parameters<typeof pagesOf<Row>>[1]['checker']
}

const looks = 25
const lookEveryMs = 200

/**
 * Puts all work of a kind back and tells what became of it: at the end where this process works it off, after some seconds
 * where a hub that runs elsewhere does.
 */
export const replayKind = async (api: Api, kind: Kind) => {
  // Commands first: they may refuse, and then nothing was done.
  const commands = await putBack(api, { what: 'commands', checker: answers.commands }, kind)
  const messages = await putBack(api, { what: 'messages', checker: answers.messages }, kind)
  await api.settle()
  let seen = [await commands.look(), await messages.look()]
  for (let look = 1; look < looks && api.works === 'elsewhere' && sum(seen, 'underWay') > 0; look += 1) {
    await sleep(lookEveryMs)
    seen = [await commands.look(), await messages.look()]
  }
  const tally = { done: 0, dead: 0, parked: 0, putOff: 0, underWay: 0 }
  for (const name of names) tally[name] = sum(seen, name)
  const failed = seen.flatMap((one) => one.failed)
  const put = `${counted(messages.count, 'message')} and ${counted(commands.count, 'command')} were put back`
  return {
    said: `${put}${outcomeOf(tally)}.${causesOf(failed)}`,
    answer: { messages: messages.count, commands: commands.count, ...tally },
    failed: failed.length > 0,
  }
}

const names = ['done', 'dead', 'parked', 'putOff', 'underWay'] as const satisfies readonly (keyof Tally)[]
const words: Readonly<Record<keyof Tally, string>> = {
  done: 'done',
  dead: 'given up again',
  parked: 'parked again',
  putOff: 'tried again later',
  underWay: 'still under way',
}

type Seen = Tally & { readonly failed: readonly Row[] }

const sum = (seen: readonly Seen[], name: keyof Tally): number => seen.reduce((total, one) => total + one[name], 0)

const outcomeOf = (tally: Tally): string => {
  const parts = names.flatMap((name) => (tally[name] === 0 ? [] : [`${tally[name]} ${words[name]}`]))
  return parts.length === 0 ? '' : `: ${parts.join(', ')}`
}

/** Rows that failed alike are told of once. */
const causesOf = (failed: readonly Row[]): string =>
  [...Map.groupBy(failed, ({ error }) => `${error?.code} ${error?.message}`).values()]
    .map(([first, ...alike]) => {
      const others = alike.length === 0 ? '' : ` and ${alike.length} more`
      return `\n${first?.id}${others}: ${plain(first?.error?.message ?? '')}\n  ${first?.error?.cure ?? ''}`
    })
    .join('')

/** @returns how many were put back, and a look at what became of those that stood there before */
const putBack = async (api: Api, sort: Sort, kind: Kind) => {
  const states = kind.state === undefined ? ['dead', 'parked'] : [kind.state]
  const listed = await Promise.all(states.map((state) => rowsOf(api, sort, { ...kind, state })))
  // What became of a lost answer is to be said of each.
  const before = listed.flat().filter(({ error }) => error?.code !== 'OUTCOME_UNKNOWN')
  const ids = new Set(before.map(({ id }) => id))
  const path = `/v1/${sort.what}/replay`
  const { replayed } = await askFor(api, answers.replayed, { method: 'POST', path, body: kind })
  const { connection } = kind
  const look = async (): Promise<Seen> => {
    const now = await Promise.all(
      ['due', 'leased', 'dead', 'parked'].map((state) => rowsOf(api, sort, { connection, state })),
    )
    const left = now.flat().filter(({ id }) => ids.has(id))
    const failed = left.filter(({ state }) => state === 'dead' || state === 'parked')
    const dead = failed.filter(({ state }) => state === 'dead').length
    const putOff = left.filter(({ state, error }) => state === 'due' && error !== undefined).length
    const underWay = left.length - failed.length - putOff
    return { done: Math.max(0, replayed - left.length), dead, parked: failed.length - dead, putOff, underWay, failed }
  }
  return { count: replayed, look: () => (replayed === 0 ? none : look()) }
}

const none: Seen = { done: 0, dead: 0, parked: 0, putOff: 0, underWay: 0, failed: [] }

const rowsOf = async (api: Api, { what, checker }: Sort, filters: Partial<Kind>): Promise<readonly Row[]> => {
  const rows: Row[] = []
  const path = addressOf(`/v1/${what}`, { ...filters })
  for await (const { items } of pagesOf<Row>(api, { checker, path, limit: undefined })) rows.push(...items)
  return rows
}

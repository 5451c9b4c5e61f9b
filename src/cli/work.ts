import { answers, type CommandRow, type MessageRow } from './answers.ts'
import { addressOf, type Listing, pagesOf } from './api.ts'
import type { CliDeps } from './deps.ts'
import { listed } from './orders.ts'
import { withApi } from './reach.ts'
import { type Column, openTable } from './table.ts'
import { dayAlone, localTime, plain } from './text.ts'
import { exits, type Style } from './verb.ts'

export interface WorkOptions {
  readonly state?: string
  readonly connection?: string
  readonly code?: string
  readonly limit?: number
  readonly all?: true
  readonly json?: true
}

/** Lists messages, newest first, with cause and cure of what failed. */
export const messages = (deps: CliDeps, options: WorkOptions): Promise<number> =>
  list(deps, options, {
    path: '/v1/messages',
    what: 'message',
    checker: answers.messages,
    columns: columnsFor(
      'TOPIC',
      ({ topic }: MessageRow) => topic,
      ({ keptAt }) => keptAt,
    ),
  })

/** Lists commands, newest first, with cause and cure of what failed. */
export const commands = (deps: CliDeps, options: WorkOptions): Promise<number> =>
  list(deps, options, {
    path: '/v1/commands',
    what: 'command',
    checker: answers.commands,
    columns: columnsFor(
      'COMMAND',
      ({ name }: CommandRow) => name,
      ({ madeAt }) => madeAt,
    ),
  })

type Row = MessageRow | CommandRow

interface Kind<T> extends Pick<Listing<T>, 'checker' | 'path'> {
  readonly what: string
  readonly columns: readonly Column<T>[]
}

const list = <T extends Row>(
  deps: CliDeps,
  { limit = listed, all, json, ...filters }: WorkOptions,
  { path, what, checker, columns }: Kind<T>,
): Promise<number> =>
  withApi(deps, {}, async (api) => {
    const { terminal } = deps
    const table = openTable(terminal, columns)
    let shown = 0
    let more = false
    const listing = { checker, path: addressOf(path, filters), limit: all === true ? undefined : limit }
    for await (const page of pagesOf(api, listing)) {
      for (const row of page.items) {
        if (json === true) terminal.say(JSON.stringify(row))
      }
      if (json !== true) tell(deps, table, page.items)
      shown += page.items.length
      more = page.more
      if (!terminal.isOpen()) break
    }
    if (json === true) return exits.done
    if (shown === 0) terminal.note(`There is no ${what}${Object.keys(filters).length === 0 ? ' yet' : ' like that'}.`)
    if (more) terminal.note(`These are the newest ${shown}; --limit N shows more, --all all of them.`)
    return exits.done
  })

/** Runs of rows as a table; under one that failed, why and what to do. */
const tell = <T extends Row>(
  { terminal }: Pick<CliDeps, 'terminal'>,
  table: { show(rows: readonly T[]): void },
  rows: readonly T[],
): void => {
  table.show(rows)
  const failed = rows.filter(({ error }) => error !== undefined)
  for (const [first, ...alike] of Map.groupBy(failed, causeOf).values()) {
    if (first?.error === undefined) continue
    const { id, error, state } = first
    const others = alike.length === 0 ? '' : ` and ${alike.length} more above`
    terminal.say(`\n${id}${others}  ${terminal.paint('red', error.code)}\n  ${plain(error.message)}\n  ${error.cure}`)
    const one = error.code === 'OUTCOME_UNKNOWN' ? `${id} --happened, or --again` : id
    const which = alike.length === 0 ? one : `--code ${error.code}`
    if (state === 'dead' || state === 'parked') terminal.say(`  Then: crossdock replay ${which}`)
  }
}

/** Rows that failed alike are told of once; what became of a lost answer is to be said of each. */
const causeOf = ({ id, state, error }: Row): string =>
  error?.code === 'OUTCOME_UNKNOWN' ? id : `${state} ${error?.code} ${error?.message}`

const styles: Readonly<Record<string, Style>> = { dead: 'red', parked: 'yellow' }

const columnsFor = <T extends Row>(
  title: string,
  what: (row: T) => string,
  when: (row: T) => string,
): readonly Column<T>[] => [
  { title: 'ID', of: ({ id }) => id },
  { title: 'WHEN', of: (row) => localTime(when(row)), least: 10, cut: dayAlone },
  { title: 'CONNECTION', of: ({ connection }) => connection, least: 8 },
  { title, of: what, least: 8 },
  { title: 'STATE', of: (row) => stateOf(row), style: ({ state }) => styles[state] },
  { title: 'TRIES', of: ({ attempt }) => String(attempt), right: true, drop: 1 },
  // The beginning of the id is enough for `show`.
  { title: 'ORDER', of: ({ order }) => order?.slice(0, 12) ?? '', drop: 2 },
]

const stateOf = (row: Row): string => {
  if ('awaits' in row && row.awaits !== undefined && row.state === 'due') return 'awaits its order'
  return 'withdrawn' in row && row.withdrawn !== undefined ? 'withdrawn' : row.state
}

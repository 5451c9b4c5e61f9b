import { setTimeout as sleep } from 'node:timers/promises'
import type { Connector } from '../connector/contract.ts'
import type { Books } from '../connector/sandbox.ts'
import { get, post } from './demo-api.ts'
import { audit, quiet } from './demo-audit.ts'
import { figuresOf } from './demo-compare.ts'
import { askAll, certify } from './demo-lost.ts'
import { shipHalf, stopParcels } from './demo-ship.ts'
import { nameWide, type Stage, setStage } from './demo-stage.ts'
import type { Sent } from './sandbox-send.ts'
import { exits, type Terminal } from './verb.ts'

export interface DemoDeps {
  readonly terminal: Terminal
  readonly connectors: readonly Connector[]
  readonly program: string
  /** Resolves when the user ends it. */
  readonly stopped: Promise<unknown>
}

export interface DemoOptions {
  readonly seed: number
  /** Ends after this many orders and compares; without it the demo plays on. */
  readonly orders?: number
  /** Happenings a second over all sandboxes. */
  readonly rate: number
  /** So many of a hundred messages are lost; what they told must be found by asking. */
  readonly drop?: number
}

/** The hub and a sandbox of each connector, seeded traffic, half of the orders shipped; then book against book. */
export const demo = async (deps: DemoDeps, options: DemoOptions): Promise<number> => {
  const { terminal } = deps
  terminal.note(
    `Starting a hub and ${deps.connectors.length} sandboxes, each a process of its own (seed ${options.seed}) …`,
  )
  const { seed, drop } = options
  const stage = await setStage({ ...deps, seed, ...(drop === undefined ? {} : { drop }) })
  try {
    if (options.orders !== undefined) return await playAndCompare(deps, stage, { ...options, orders: options.orders })
    terminal.say(welcome(stage))
    await playOn(deps, stage, options.rate)
    return exits.done
  } finally {
    await stage.close()
  }
}

const welcome = ({ address, key }: Stage): string =>
  [
    `The hub is up and orders are coming in. What you can ask it:  ${address}/docs`,
    `A key for it (role admin, gone with this demo):               ${key}`,
    '',
    'The five newest orders:',
    `  curl -s -H 'Authorization: Bearer ${key}' '${address}/v1/orders?limit=5'`,
    '',
    'Ctrl-C ends it.',
    '',
  ].join('\n')

const playOn = async ({ terminal, stopped }: DemoDeps, stage: Stage, rate: number): Promise<void> => {
  let open = true
  void stopped.then(() => {
    open = false
  })
  const table = openTable(terminal)
  while (open) {
    await playRound(stage, Math.max(1, Math.round(rate / 2 / stage.sides.length)))
    await shipHalf(stage)
    table.show(await tally(stage))
    await Promise.race([sleep(500), stopped])
  }
}

const playAndCompare = async (
  { terminal }: DemoDeps,
  stage: Stage,
  { orders, rate, drop }: DemoOptions & { readonly orders: number },
): Promise<number> => {
  const table = openTable(terminal)
  const perRound = Math.max(1, Math.round(rate / 5 / stage.sides.length))
  for (;;) {
    await playRound(stage, perRound)
    await shipHalf(stage)
    const rows = await tally(stage)
    table.show(rows)
    if (rows.reduce((sum, row) => sum + row.booked, 0) >= orders) break
    await sleep(200)
  }
  await quiet(stage)
  await shipHalf(stage)
  await quiet(stage)
  if (drop !== undefined) await askAll(stage)
  const stopped = await stopParcels(stage)
  if (stopped > 0)
    terminal.note(
      `  ${stopped} parcels were stopped again: the channel had cancelled or changed the order while they were entered`,
    )
  await quiet(stage)
  table.show(await tally(stage))
  const missing = drop === undefined ? [] : await certify(terminal, stage)
  return report(terminal, stage, missing)
}

const report = async (terminal: Terminal, stage: Stage, missing: readonly string[]): Promise<number> => {
  const { accounts, differences: found } = await audit(stage)
  const differences = [...missing, ...found]
  terminal.say("\nThe sandboxes' own books against what the hub holds:")
  for (const account of accounts) {
    const { messages, dropped, forged, orders, lines, told } = figuresOf(account)
    terminal.say(
      `  ${account.connection.padEnd(nameWide)} ${messages} messages kept, ${dropped === 0 ? '' : `${dropped} lost, `}${forged} forged refused, ${orders} orders, ${lines} lines, ${told} shipments told`,
    )
  }
  for (const sentence of differences.slice(0, 50)) terminal.say(`  DIFFERS  ${sentence}`)
  if (differences.length > 50) terminal.say(`  … and ${differences.length - 50} more`)
  terminal.say(
    differences.length === 0
      ? '  No difference: every order, line, amount and shipment agrees.'
      : `  ${differences.length} differences.`,
  )
  return differences.length === 0 ? exits.done : exits.failed
}

const playRound = async ({ sides }: Stage, steps: number): Promise<void> => {
  await Promise.all(sides.map((side) => post(`${side.address}/-/play`, { steps })))
}

interface Tally {
  readonly connection: string
  readonly booked: number
  readonly sent: number
  readonly told: number
}

const tally = ({ sides }: Stage): Promise<readonly Tally[]> =>
  Promise.all(
    sides.map(async ({ connection, address }) => {
      const [books, sent] = await Promise.all([
        get<Books>(`${address}/-/books`),
        get<readonly Sent[]>(`${address}/-/sent`),
      ])
      return { connection, booked: books.orders.length, sent: sent.length, told: books.told.length }
    }),
  )

/** Redrawn in place on a terminal; elsewhere a line now and then. */
const openTable = ({ note, isTerminal }: Terminal): { show(rows: readonly Tally[]): void } => {
  let drawn = 0
  let shown = 0
  return {
    show: (rows) => {
      shown += 1
      if (!isTerminal && shown % 10 !== 1) return
      const lines = rows.map(
        (row) =>
          `  ${row.connection.padEnd(nameWide)} ${String(row.sent).padStart(6)} messages ${String(row.booked).padStart(6)} orders ${String(row.told).padStart(6)} shipments told`,
      )
      note(`${isTerminal && drawn > 0 ? `\u001b[${drawn}A` : ''}${lines.join('\n')}`)
      drawn = rows.length
    },
  }
}

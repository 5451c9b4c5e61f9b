import type { Engine } from './house.ts'

/** One line of the program disabled, and the row that must fail for it. */
export interface Sabotage {
  readonly name: string
  readonly fault: string
  readonly engine: Engine
  readonly file: string
  /** Stands in the file exactly once. */
  readonly from: string
  readonly to: string
}

/** Every row has one at least; a test holds each to the program, so that none goes stale. */
export const sabotages: readonly Sabotage[] = [
  {
    name: 'answer-before-write',
    fault: 'kill-9',
    engine: 'embedded',
    file: 'src/store/inbox.ts',
    from: 'const first = await insert(messages, row)',
    to: 'const first = true; void insert(messages, row).catch(() => undefined)',
  },
  {
    name: 'key-of-a-message',
    fault: 'kill-9',
    engine: 'embedded',
    file: 'src/kernel/ids.ts',
    from: 'digest(connection, key)}',
    to: 'digest(connection, key, String(Math.random()))}',
  },
  {
    name: 'key-of-an-order',
    fault: 'kill-9',
    engine: 'embedded',
    file: 'src/kernel/ids.ts',
    from: 'digest(connection, externalId)}',
    to: 'digest(connection, externalId, String(Math.random()))}',
  },
  {
    name: 'parking',
    fault: 'poison',
    engine: 'embedded',
    file: 'src/flow/remedy.ts',
    from: "return { to: 'parked', error: noted }",
    to: "return { to: 'due', at: at.now, error: noted, freeAttempt: true }",
  },
  {
    name: 'look-first',
    fault: 'lose',
    engine: 'embedded',
    file: 'connectors/shopify/commands.ts',
    from: "ours: number === '' ? [] :",
    to: 'ours: true ? [] :',
  },
  {
    name: 'budget',
    fault: 'lose',
    engine: 'embedded',
    file: 'src/connector/http.ts',
    from: 'await deps.spend(account.id)',
    to: '',
  },
  {
    name: 'same-key-again',
    fault: 'late',
    engine: 'embedded',
    file: 'connectors/direct/commands.ts',
    from: 'return headersOf(keys, { id: command,',
    to: 'return headersOf(keys, { id: command + now.getTime(),',
  },
  {
    name: 'slow-down-is-no-failure',
    fault: 'slow-down',
    engine: 'embedded',
    file: 'src/flow/remedy.ts',
    from: "return { to: 'due', at: inSeconds(waitOf(error) ?? pauseSeconds), error: noted, freeAttempt: true }",
    to: "return { to: 'dead', error: noted }",
  },
  {
    name: 'schedule',
    fault: 'broken',
    engine: 'embedded',
    file: 'src/flow/remedy.ts',
    from: 'const wait = at.schedule.seconds[settled]',
    to: 'const wait: number | undefined = undefined as number | undefined',
  },
  {
    name: 'lanes',
    fault: 'one-hangs',
    engine: 'embedded',
    file: 'workers/push.ts',
    from: 'else openLane(connection)',
    to: 'else if (lanes.size === 0) openLane(connection)',
  },
  {
    name: 'stamp',
    fault: 'clock',
    engine: 'embedded',
    file: 'src/orders/registers.ts',
    from: 'const usual: Stamp = [telling.rank,',
    to: 'const usual: Stamp = [Date.now(),',
  },
  {
    name: 'window',
    fault: 'clock-window',
    engine: 'embedded',
    file: 'connectors/direct/verify.ts',
    from: 'return Math.abs(age) > toleranceSeconds ?',
    to: 'return Math.abs(age) > 2 * toleranceSeconds ?',
  },
  {
    name: 'whole-group',
    fault: 'full-disk',
    engine: 'embedded',
    file: 'src/store/embedded/writes.ts',
    from: "db.run('COMMIT')",
    to: "for (const { settle } of group) settle(); db.run('COMMIT')",
  },
  {
    name: 'whole-file',
    fault: 'torn-page',
    engine: 'embedded',
    file: 'src/store/embedded/file.ts',
    from: 'if (size < whole && !hasJournal(file)) {',
    to: 'if (false) {',
  },
]

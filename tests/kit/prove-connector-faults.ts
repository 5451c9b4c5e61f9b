import { inspect } from 'node:util'
import { ask, carry } from '../../src/connector/carry.ts'
import type { HubError, Remedy } from '../../src/kernel/errors.ts'
import { type Bench, type Played, present } from './prove-connector-bench.ts'
import { countCalls } from './prove-connector-commands.ts'
import { type Failure, failures, type Rule } from './prove-connector-options.ts'
import { errorOf, type Mishap, type Outside, withOutside } from './prove-connector-outside.ts'
import { type Trial, trialsOf } from './prove-connector-trial.ts'

/** What each failure leads to, where the channel documents nothing else. */
const usualRemedies: Readonly<Record<Failure, Remedy>> = {
  '401': 'reauthorise',
  '403': 'reauthorise',
  '404': 'reject',
  '409': 'retry',
  '422': 'reject',
  '429-seconds': 'slow-down',
  '429-date': 'slow-down',
  '500': 'retry',
  'timeout-before-sending': 'retry',
  'timeout-after-sending': 'retry',
}

/** What holds when the other side fails. */
export const faultRules = (bench: Bench): readonly Rule[] => [
  ...trialsOf(bench).flatMap(({ name, trial }) => [
    ...failures.map((failure) => ({
      name: `${name}: ${failure} leads to its remedy`,
      check: () => commandFails(bench, trial(), failure),
    })),
    { name: `${name}: no error holds a secret`, check: () => commandsKeepSecrets(bench, trial()) },
  ]),
  ...(bench.connector.queries.order === undefined
    ? []
    : [
        ...failures
          .filter((failure) => failure !== '404')
          .map((failure) => ({
            name: `reading an order: ${failure} leads to its remedy`,
            check: () => queryFails(bench, failure),
          })),
      ]),
]

const waits: Partial<Readonly<Record<Failure, number>>> = { '429-seconds': 7, '429-date': 90 }

/** An answer that quotes everything it was sent, as careless servers do. */
const mishapOf = (bench: Bench, failure: Failure, now: Date): Mishap => {
  if (failure === 'timeout-before-sending') return 'before'
  if (failure === 'timeout-after-sending') return 'after'
  const said = `no: ${Object.values(bench.account.secrets).flat().join(' ')}`
  const body = JSON.stringify({
    message: said,
    error: said,
    errors: [{ category: 'REFUSED', code: 'REFUSED', message: said, detail: said }],
  })
  const retryAfter = failure === '429-date' ? new Date(now.getTime() + 90_000).toUTCString() : '7'
  return {
    status: Number(failure.slice(0, 3)),
    body,
    ...(failure.startsWith('429') ? { headers: { 'retry-after': retryAfter } } : {}),
  }
}

const commandFails = async (bench: Bench, trial: Trial, failure: Failure): Promise<void> => {
  const calls = await countCalls(bench, trial)
  const expected = trial.remedies[failure] ?? usualRemedies[failure]
  for (let at = 0; at < calls; at += 1) {
    await failing(bench, { from: trial.from, at, failure }, async (outside) => {
      const error = await errorOf(() => carry({ send: outside.send }, bench.connector, bench.account, trial.wanted))
      mustLeadTo(error, { expected, failure, where: `request ${at + 1} of ${calls}` })
      if (failure === 'timeout-before-sending' && at === 0) mustSay(error, false)
      if (failure === 'timeout-after-sending' && at === calls - 1) mustSay(error, true)
    })
  }
}

interface Failing {
  readonly from: Played
  /** Which call fails; absent: every one. */
  readonly at?: number
  readonly failure: Failure
}

const failing = (
  bench: Bench,
  { from, at, failure }: Failing,
  work: (outside: Outside) => Promise<void>,
): Promise<void> =>
  withOutside(bench, from, (outside) => {
    // after a 401 a fresh token is got, once: that one is refused too
    const falls = (call: number): boolean => at === undefined || call === at || (failure === '401' && call > at)
    outside.mishap = (call) => (falls(call) ? mishapOf(bench, failure, from.now) : undefined)
    return work(outside)
  })

const mustLeadTo = (
  error: HubError,
  { expected, failure, where }: { readonly expected: Remedy; readonly failure: Failure; readonly where: string },
): void => {
  if (error.remedy !== expected)
    throw new Error(`${where}: expected ${expected}, got ${error.remedy} (${error.code}: ${error.message})`)
  const wait = waits[failure]
  if (expected === 'slow-down' && wait !== undefined && error.detail['waitSeconds'] !== wait) {
    throw new Error(`${where}: expected a wait of ${wait} seconds, got ${String(error.detail['waitSeconds'])}`)
  }
}

const mustSay = (error: HubError, sent: boolean): void => {
  if (error.detail['sent'] !== sent)
    throw new Error(`expected detail.sent to be ${sent}, got ${String(error.detail['sent'])}`)
}

const queryFails = async (bench: Bench, failure: Failure): Promise<void> => {
  const from = bench.traffic()
  const subject = present(bench.books(from.state).orders[0], "an order in the sandbox's books").externalId
  await failing(bench, { from, failure }, async ({ send, calls }) => {
    const error = await errorOf(() => ask({ send }, bench.connector, bench.account, subject))
    mustLeadTo(error, { expected: usualRemedies[failure], failure, where: 'reading' })
    mustKeepSecrets(bench, error, calls)
  })
}

const commandsKeepSecrets = async (bench: Bench, trial: Trial): Promise<void> => {
  for (const failure of failures) {
    await failing(bench, { from: trial.from, failure }, async ({ send, calls }) => {
      mustKeepSecrets(bench, await errorOf(() => carry({ send }, bench.connector, bench.account, trial.wanted)), calls)
    })
  }
}

const mustKeepSecrets = ({ account }: Bench, error: HubError, calls: Outside['calls']): void => {
  const all = inspect(error, { depth: 12, showHidden: true })
  const sent = calls.flatMap(({ headers }) => headers['authorization'] ?? [])
  for (const secret of [...Object.values(account.secrets).flat(), ...sent]) {
    if (secret.length > 3 && all.includes(secret))
      throw new Error(`an error (${error.code}) holds a secret or a credential`)
  }
}

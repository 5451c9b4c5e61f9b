import { setTimeout as sleep } from 'node:timers/promises'
import { HubError } from '../kernel/errors.ts'
import { answers, type PullRow } from './answers.ts'
import { type Api, askFor } from './api.ts'
import type { CliDeps } from './deps.ts'
import { withApi } from './reach.ts'
import { openTable } from './table.ts'
import { bar, counted, localTime, plain } from './text.ts'
import { exits } from './verb.ts'

interface Common {
  readonly connection: string
  readonly sandbox?: true
  readonly json?: true
}
export interface PullOptions extends Common {
  readonly since?: string
}
export interface StretchOptions extends Common {
  readonly from: string
  readonly to?: string
}
export interface ReconcileOptions extends StretchOptions {
  readonly cure?: true
}

/** ms between two looks at how far it has come. */
const lookMs = 200

/** Asks a channel what has changed, and waits for it. Exit 1 where a list could not be read. @throws NOT_FOUND · REQUEST_INVALID */
export const pull = (deps: CliDeps, { connection, since, sandbox, json }: PullOptions): Promise<number> =>
  withApi(deps, { sends: { sandbox: sandbox === true }, makes: true }, async (api) => {
    const path = `/v1/connections/${encodeURIComponent(connection)}/pull`
    const body = since === undefined ? {} : { since }
    const { items } = await askFor(api, answers.pulls, { method: 'POST', path, body })
    api.work()
    let failed = false
    for (const before of items) {
      const row = await followed(deps, api, { row: before, isOver: (now) => hasRested(now, before) })
      failed ||= row.error !== undefined
      if (json === true) deps.terminal.say(JSON.stringify(row))
      else tellNews(deps, before, row)
    }
    await api.settle()
    return failed ? exits.failed : exits.done
  })

/** It was read since, and waits for its next time; or it failed since. */
const hasRested = (now: PullRow, before: PullRow): boolean =>
  now.state === 'due' &&
  Date.parse(now.dueAt ?? '') > Date.parse(before.dueAt ?? '') &&
  (now.error !== undefined || Date.parse(now.dueAt ?? '') > Date.now())

const tellNews = (
  { terminal }: CliDeps,
  before: PullRow,
  { list, listed, kept, upTo, error, skewSeconds = 0 }: PullRow,
) => {
  const news = `${counted(listed - before.listed, 'order')} listed, ${kept - before.kept} new to us`
  const until = upTo === undefined ? '' : `; up to ${localTime(upTo)}`
  terminal.say(`${list}: ${news}${until}`)
  if (Math.abs(skewSeconds) > 30)
    terminal.note(
      `The channel's clock is ${Math.abs(skewSeconds)} s ${skewSeconds > 0 ? 'ahead of' : 'behind'} this one; pull.overlapSeconds covers what that hides.`,
    )
  if (error !== undefined) terminal.note(failureOf(error))
}

const failureOf = ({ message, cure }: NonNullable<PullRow['error']>): string => `${plain(message)}\n  ${cure}`

interface Following {
  readonly row: PullRow
  readonly isOver: (now: PullRow) => boolean
}

/** Looks until it is over, and shows how far it has come. @throws CONNECTION_STOPPED nothing more comes until a person has authorised it again */
const followed = async ({ terminal }: CliDeps, api: Api, { row: { id }, isOver }: Following): Promise<PullRow> => {
  for (;;) {
    const row = await askFor(api, answers.pull, { method: 'GET', path: `/v1/pulls/${encodeURIComponent(id)}` })
    if (row.state !== 'done') await refuseStopped(api, row)
    if (isOver(row)) {
      terminal.progress('')
      return row
    }
    terminal.progress(progressOf(row))
    await sleep(lookMs)
  }
}

/** One list that is denied stops the connection, and the others are not read then. */
const refuseStopped = async (api: Api, { connection }: PullRow): Promise<void> => {
  const { items } = await askFor(api, answers.connections, { method: 'GET', path: '/v1/connections' })
  const stopped = items.find(({ id }) => id === connection)?.stopped
  if (stopped !== undefined)
    throw new HubError('CONNECTION_STOPPED', `connection "${connection}" is stopped: ${plain(stopped.because)}`)
}

const progressOf = ({ from, to, upTo, listed, kept, error }: PullRow): string => {
  const why = error === undefined ? '' : `  (${error.code}, goes on by itself)`
  if (from === undefined || to === undefined) return `${counted(listed, 'order')} listed${why}`
  const whole = Date.parse(to) - Date.parse(from)
  const done = Math.max(0, Date.parse(upTo ?? from) - Date.parse(from))
  return `${bar({ done: Math.round((100 * done) / whole), of: 100, what: `100 %, ${counted(listed, 'order')} listed, ${kept} kept` })}${why}`
}

/** Fetches the orders of a stretch of time, and waits for it. */
export const backfill = (deps: CliDeps, options: StretchOptions): Promise<number> =>
  withApi(deps, { sends: { sandbox: options.sandbox === true }, makes: true }, async (api) => {
    const row = await asked(deps, api, { options, verb: 'backfill', body: stretchOf(options) })
    await api.settle()
    const { terminal } = deps
    if (options.json === true) terminal.say(JSON.stringify(row))
    else terminal.say(`${counted(row.listed, 'order')} listed on ${counted(row.pages, 'page')}, ${row.kept} new to us.`)
    if (row.error !== undefined) terminal.note(failureOf(row.error))
    return row.state === 'done' ? exits.done : exits.failed
  })

/** Makes out a certificate. Exit 1 where something is missing, stale, differing or surplus and was not cured. */
export const reconcile = (deps: CliDeps, options: ReconcileOptions): Promise<number> =>
  withApi(deps, { sends: { sandbox: options.sandbox === true }, makes: true }, async (api) => {
    const body = { ...stretchOf(options), ...(options.cure === true ? { cure: true } : {}) }
    const row = await asked(deps, api, { options, verb: 'reconcile', body })
    await api.settle()
    if (options.json === true) deps.terminal.say(JSON.stringify(row))
    else tellCertificate(deps, row, options)
    return row.findings?.complete === true && row.state === 'done' ? exits.done : exits.failed
  })

interface Asked {
  readonly options: StretchOptions
  readonly verb: 'backfill' | 'reconcile'
  readonly body: unknown
}

const asked = async (deps: CliDeps, api: Api, { options, verb, body }: Asked): Promise<PullRow> => {
  const path = `/v1/connections/${encodeURIComponent(options.connection)}/${verb}`
  const row = await askFor(api, answers.pull, { method: 'POST', path, body })
  api.work()
  return followed(deps, api, { row, isOver: ({ state }) => state === 'done' || state === 'dead' || state === 'parked' })
}

const stretchOf = ({ from, to }: StretchOptions) => ({ from, ...(to === undefined ? {} : { to }) })

const tellCertificate = ({ terminal }: CliDeps, row: PullRow, { connection, cure }: ReconcileOptions): void => {
  const { from = '', to = '', listed, findings, error } = row
  if (error !== undefined) terminal.note(failureOf(error))
  if (findings === undefined) return
  const {
    held,
    missing,
    stale,
    differing,
    surplus,
    underWay,
    unasked,
    cured,
    longestMissingSeconds,
    differences,
    digests,
  } = findings
  terminal.say(`Certificate ${row.id} of ${connection}: orders placed from ${localTime(from)} to ${localTime(to)}`)
  terminal.say(
    `  listed ${listed}, held of them ${held}; missing ${missing}, stale ${stale}, differing ${differing}, surplus ${surplus}`,
  )
  if (underWay > 0) terminal.say(`  ${underWay} changed so lately that their message may be on the way`)
  if (unasked > 0)
    terminal.say(`  ${unasked} more are held that it does not list in that time; it was not asked for each of them`)
  if (missing > 0) terminal.say(`  the oldest missing one changed ${longestMissingSeconds} s before it was found`)
  if (cure === true && cured > 0) terminal.say(`  fetched and held by now: ${cured}`)
  terminal.say(`  digest of what is listed ${digests.listed}, of what is held ${digests.held}`)
  if (differences.length > 0) {
    openTable(terminal, [
      { title: 'IS', of: ({ kind }: (typeof differences)[number]) => kind },
      { title: 'ORDER', of: ({ order, part }) => plain(part === undefined ? order : `${order}/${part}`) },
      { title: 'LISTED', of: (one) => one.listed ?? '' },
      { title: 'HELD', of: (one) => one.held ?? '' },
      { title: 'SINCE', of: ({ sinceSeconds }) => `${sinceSeconds} s`, right: true },
    ]).show(differences)
  }
  const verdict = findings.complete
    ? terminal.paint('green', 'Nothing is missing.')
    : terminal.paint('red', 'Not complete.')
  terminal.say(verdict)
  if (!findings.complete && cure !== true) terminal.say('  Then: the same with --cure')
}

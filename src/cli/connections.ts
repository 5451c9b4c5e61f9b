import { answers, type ConnectionRow } from './answers.ts'
import { askFor } from './api.ts'
import type { CliDeps } from './deps.ts'
import { withApi } from './reach.ts'
import { openTable } from './table.ts'
import { age, localTime } from './text.ts'
import { exits } from './verb.ts'

interface Json {
  readonly json?: true
}

/** Lists the connections and how they fare. */
export const connections = (deps: CliDeps, { json }: Json): Promise<number> =>
  withApi(deps, {}, async (api) => {
    const { items } = await askFor(api, answers.connections, { method: 'GET', path: '/v1/connections' })
    if (json === true) for (const row of items) deps.terminal.say(JSON.stringify(row))
    else if (items.length === 0)
      deps.terminal.note('There is no connection. config/connections.example.yaml shows one of each connector.')
    else tell(deps, items)
    return exits.done
  })

const tell = ({ terminal, now }: CliDeps, rows: readonly ConnectionRow[]): void => {
  const sum =
    (of: 'due' | 'dead' | 'parked') =>
    ({ messages, commands }: ConnectionRow) => {
      const isCut = [...messages.atLeast, ...commands.atLeast].includes(of)
      return `${(messages[of] + commands[of]).toLocaleString('en')}${isCut ? '+' : ''}`
    }
  const alarm = (of: 'dead' | 'parked') => (row: ConnectionRow) => (sum(of)(row) === '0' ? undefined : ('red' as const))
  openTable(terminal, [
    { title: 'CONNECTION', of: ({ id }: ConnectionRow) => id },
    { title: 'CONNECTOR', of: ({ connector }) => connector },
    { title: 'IS', of: (row) => stateOf(row, now()), style: (row) => (row.stopped === undefined ? undefined : 'red') },
    { title: 'LAST MESSAGE', of: ({ lastKeptAt }) => (lastKeptAt === undefined ? 'none' : age(lastKeptAt, now())) },
    {
      title: 'CERTIFICATE',
      of: (row) => certificateOf(row, now()),
      style: (row) => (row.certificate?.complete === false ? 'red' : undefined),
    },
    { title: 'DUE', of: sum('due'), right: true },
    { title: 'DEAD', of: sum('dead'), right: true, style: alarm('dead') },
    { title: 'PARKED', of: sum('parked'), right: true, style: alarm('parked') },
    { title: 'WEBHOOK', of: ({ webhook }) => webhook ?? '', drop: 1 },
  ]).show(rows)
  for (const { id, stopped } of rows) if (stopped !== undefined) terminal.say(`\n${stoppedText({ id, stopped })}`)
}

/** Why a connection is stopped, and what a person does then. */
export const stoppedText = ({
  id,
  stopped: { at, because },
}: Required<Pick<ConnectionRow, 'id' | 'stopped'>>): string =>
  `${id} is stopped since ${localTime(at)}: ${because}\n  Then: crossdock resume ${id}`

/** 'complete, 3 h': what the last certificate said, and its age. */
const certificateOf = ({ certificate }: ConnectionRow, now: Date): string => {
  if (certificate === undefined) return 'none'
  return `${certificate.complete ? 'complete' : `${certificate.differences} open`}, ${age(certificate.at, now)}`
}

const stateOf = ({ configured, enabled, stopped, notBefore }: ConnectionRow, now: Date): string => {
  if (!configured) return 'not in the config'
  if (!enabled) return 'disabled'
  if (stopped !== undefined) return 'stopped'
  return notBefore !== undefined && Date.parse(notBefore) > now.getTime() ? 'waiting' : 'enabled'
}

/** Goes on with a connection that was stopped. @throws NOT_FOUND */
export const resume = (
  deps: CliDeps,
  { connection, sandbox, json }: Json & { readonly connection: string; readonly sandbox?: true },
): Promise<number> =>
  withApi(deps, { sends: { sandbox: sandbox === true } }, async (api) => {
    const row = await askFor(api, answers.connection, {
      method: 'POST',
      path: `/v1/connections/${encodeURIComponent(connection)}/resume`,
    })
    await api.settle()
    deps.terminal.say(json === true ? JSON.stringify(row) : `${row.id} goes on.`)
    return exits.done
  })

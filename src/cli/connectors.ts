import { fieldsOf } from '../../config/shape.ts'
import type { Connector } from '../connector/contract.ts'
import { HubError } from '../kernel/errors.ts'
import { didYouMean } from '../kernel/suggest.ts'
import type { CliDeps } from './deps.ts'
import { openTable } from './table.ts'
import { exits, type Terminal } from './verb.ts'

export interface ConnectorsOptions {
  readonly connector?: string
  readonly json?: true
}

/** Lists the connectors; of one, what it needs and what it can. @throws USAGE there is none of that id */
export const connectors = async (
  deps: Pick<CliDeps, 'terminal' | 'connectors'>,
  { connector: asked, json }: ConnectorsOptions,
): Promise<number> => {
  const { terminal } = deps
  const all = await deps.connectors()
  const chosen = asked === undefined ? all : [connectorOf(all, asked)]
  if (json === true) for (const one of chosen) terminal.say(JSON.stringify(shown(one)))
  else if (asked === undefined)
    openTable(terminal, [
      { title: 'CONNECTOR', of: ({ id }: Connector) => id },
      { title: 'FOR', of: ({ title }) => title },
      { title: 'TAKES', of: takes },
      { title: 'IS TOLD', of: ({ commands }) => Object.keys(commands).join(', '), least: 8, drop: 1 },
    ]).show(all)
  else for (const one of chosen) tell(terminal, one)
  return exits.done
}

/** @throws USAGE there is none of that id */
export const connectorOf = (all: readonly Connector[], id: string): Connector => {
  const found = all.find((connector) => connector.id === id)
  if (found !== undefined) return found
  const ids = all.map((connector) => connector.id)
  throw new HubError('USAGE', `there is no connector "${id}"; there are ${ids.join(', ')}${didYouMean(id, ids)}`)
}

const takes = ({ verify, placing }: Connector): string =>
  [verify === undefined ? '' : 'webhooks', placing === undefined ? '' : 'POST /v1/orders, CSV']
    .filter((word) => word !== '')
    .join(', ')

const tell = (terminal: Terminal, connector: Connector): void => {
  terminal.say(`${terminal.paint('bold', connector.id)}  ${connector.title}`)
  const section = (title: string, rows: readonly (readonly [string, string])[]): void => {
    if (rows.length === 0) return
    terminal.say(`\n${terminal.paint('bold', title)}`)
    const width = Math.max(...rows.map(([name]) => name.length))
    for (const [name, says] of rows) terminal.say(`  ${name.padEnd(width)}  ${says}`)
  }
  const { settings, secrets, topics, commands } = connector
  section('settings', describedIn(fieldsOf(settings)))
  section(
    'secrets',
    Object.entries(secrets).map(([name, { description, required }]) => [
      name,
      `${required ? 'Needed. ' : ''}${description}`,
    ]),
  )
  section('topics', describedIn(topics))
  section('commands', describedIn(commands))
}

const describedIn = (named: object): readonly (readonly [string, string])[] =>
  Object.entries(named).map(([name, held]: [string, unknown]) => [
    name,
    typeof held === 'object' && held !== null && 'description' in held ? String(held.description) : '',
  ])

const shown = (connector: Connector): unknown => {
  const { id, title, settings, secrets, topics, commands } = connector
  const named = (held: object) => describedIn(held).map(([name, description]) => ({ name, description }))
  return { id, title, settings, secrets, topics: named(topics), commands: named(commands) }
}

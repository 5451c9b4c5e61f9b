import { readFileSync } from 'node:fs'
import type { View } from '../canonical/order.ts'
import type { Mapped, Telling } from '../canonical/telling.ts'
import type { Account } from '../flow/account.ts'
import { HubError } from '../kernel/errors.ts'
import { readJson } from '../kernel/json.ts'
import { didYouMean } from '../kernel/suggest.ts'
import type { Coverage } from '../mapping/compile.ts'
import { merge } from '../orders/registers.ts'
import { viewOf } from '../orders/view.ts'
import { connectorOf } from './connectors.ts'
import type { CliDeps } from './deps.ts'
import { headersOf, inputOf, type Sample, topicOf } from './map-topic.ts'
import { refuseFaults } from './reach.ts'
import { showOrder } from './show-order.ts'
import { plain } from './text.ts'
import { unreadBranches } from './unread-branches.ts'
import { exits, type Terminal } from './verb.ts'
import { yamlOf } from './yaml-of.ts'

export interface MapOptions {
  readonly file: string
  readonly connection?: string
  readonly connector?: string
  readonly topic?: string
  readonly header?: readonly string[]
  readonly json?: true
}

/** What a mapping is tried out with; of a connector alone, the settings of its sandbox. */
export type Mapper = Pick<Account, 'connector' | 'settings' | 'mappings' | 'timezone'>

/**
 * Shows what a mapping makes of a payload, how the order would look, and what of the payload is never read. No store is opened.
 * @throws MAPPING_FAILED with file, line, path and what came · PAYLOAD_UNREADABLE · USAGE · CONFIG_INVALID
 */
export const map = async (deps: CliDeps, options: MapOptions): Promise<number> => {
  const account = await mapperOf(deps, options)
  const payload = readJson(await bytesOf(deps, options.file))
  const sample: Sample = { payload, headers: headersOf(options.header ?? []) }
  const { name, guessed } = topicOf(account, sample, options.topic)
  if (guessed) deps.terminal.note(`Read as ${name}; --topic names another.`)
  const topic = account.connector.topics[name]
  if (topic === undefined || !('maps' in topic)) {
    const because = topic?.description ?? ''
    deps.terminal.say(
      options.json === true ? JSON.stringify({ topic: name, because }) : `${name} is not mapped: ${because}`,
    )
    return exits.done
  }
  const mapping = account.mappings.get(topic.maps)
  if (mapping === undefined) throw new HubError('MAPPING_FAILED', `there is no mapping "${topic.maps}"`)
  const input = inputOf(account, sample, topic)
  const result = mapping.apply(input)
  const view = tells(result) ? viewOf(merge({}, result, { message: 'msg_tried', posted: true }).told, []) : undefined
  const tried = { topic: name, file: mapping.file, result, view, coverage: mapping.coverage(input) }
  if (options.json === true)
    deps.terminal.say(JSON.stringify({ ...tried, coverage: undefined, unread: tried.coverage.unread }))
  else tell(deps.terminal, tried)
  return exits.done
}

const tells = (result: Mapped): result is Telling => result.kind === 'snapshot' || result.kind === 'facts'

interface Tried {
  readonly topic: string
  readonly file: string
  readonly result: Mapped
  readonly view: View | undefined
  readonly coverage: Coverage
}

const tell = (terminal: Terminal, { topic, file, result, view, coverage }: Tried): void => {
  const { present, unread } = coverage
  const title = (text: string): void => terminal.say(`\n${terminal.paint('bold', text)}`)
  terminal.say(terminal.paint('bold', `${topic} by ${file} gives ${result.kind}`))
  terminal.say(yamlOf(result))
  if (view !== undefined) {
    title('The order as it would be shown')
    for (const line of showOrder(terminal, view)) terminal.say(line === '' ? '' : `  ${line}`)
  }
  title(
    `${present.length - unread.length} of ${present.length} paths of the payload are read${unread.length === 0 ? '' : '; these are not'}`,
  )
  for (const branch of unreadBranches(coverage)) terminal.say(`  ${plain(branch)}`)
}

const bytesOf = async ({ standardInput }: Pick<CliDeps, 'standardInput'>, file: string): Promise<Uint8Array> => {
  if (file === '-') return standardInput()
  try {
    return readFileSync(file)
  } catch (cause) {
    throw new HubError('USAGE', `expected a file that can be read, got "${file}"`, {}, cause)
  }
}

const mapperOf = async (deps: CliDeps, { connection, connector }: MapOptions): Promise<Mapper> => {
  if ((connection === undefined) === (connector === undefined))
    throw new HubError('USAGE', 'expected --connection, or --connector: one of the two says whose mapping it is')
  if (connector !== undefined) {
    const found = connectorOf(await deps.connectors(), connector)
    const { mappings, faults } = await deps.compile(found.id)
    refuseFaults({ faults })
    return { connector: found, settings: found.sandbox.example.settings, mappings }
  }
  const setup = await deps.readSetup(true)
  const account = setup.accounts.find(({ id }) => id === connection)
  if (account !== undefined) return account
  refuseFaults(setup)
  const ids = setup.accounts.map(({ id }) => id)
  const known = ids.length === 0 ? 'there is none in the config' : `there are ${ids.join(', ')}`
  throw new HubError('USAGE', `there is no connection "${connection}"; ${known}${didYouMean(connection ?? '', ids)}`)
}

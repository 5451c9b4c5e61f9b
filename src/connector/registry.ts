import { wishSchemas } from '../canonical/commands.ts'
import { HubError } from '../kernel/errors.ts'
import { checkerOf } from '../kernel/schema.ts'
import type { Connector, Topic } from './contract.ts'

const slug = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/** Whether a text may be a connector's id: lower-case letters, digits and single hyphens. */
export const isConnectorId = (text: string): boolean => slug.test(text) && text.length <= 40

/**
 * The connectors by their ids.
 * @throws CONFIG_INVALID with every fault of every connector at once
 */
export const makeRegistry = (connectors: readonly Connector[]): ReadonlyMap<string, Connector> => {
  const faults = [
    ...doubles(connectors),
    ...connectors.flatMap((one) => faultsOf(one).map((fault) => `${one.id}: ${fault}`)),
  ]
  if (faults.length > 0) {
    throw new HubError('CONFIG_INVALID', `connectors that contradict themselves:\n${faults.join('\n')}`, { faults })
  }
  return new Map(connectors.map((connector) => [connector.id, connector]))
}

const doubles = (connectors: readonly Connector[]): readonly string[] => {
  const ids = connectors.map(({ id }) => id)
  return [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))].map((id) => `${id}: two connectors have this id`)
}

/** What a connector contradicts itself in, beyond what its type says. Empty: nothing. */
export const faultsOf = (connector: Connector): readonly string[] => [
  ...(isConnectorId(connector.id) ? [] : ['an id is lower-case letters, digits and single hyphens']),
  ...(connector.title.trim() === '' ? ['it has no title'] : []),
  ...Object.entries(connector.topics).flatMap(([name, topic]) => topicFaults(name, topic)),
  ...doorFaults(connector),
  ...askedFaults(connector),
  ...commandFaults(connector),
  ...exampleFaults(connector),
]

const topicFaults = (name: string, topic: Topic): readonly string[] => [
  ...(name.trim() === '' ? ['a topic has no name'] : []),
  ...(topic.description.trim() === '' ? [`topic ${name} has no description`] : []),
  ...('maps' in topic && !slug.test(topic.maps) ? [`topic ${name} names no mapping`] : []),
]

/** Who may post is verified and identified, by a secret that the settings page can ask for. */
const doorFaults = ({ verify, identify, secrets, topics }: Connector): readonly string[] => {
  if (verify === undefined && identify === undefined) return []
  const posted = Object.values(topics).some((topic) => !isAsked(topic))
  return [
    ...(verify === undefined ? ['it identifies messages that it cannot verify'] : []),
    ...(identify === undefined ? ['it verifies messages that it cannot identify'] : []),
    ...(Object.keys(secrets).length === 0 ? ['it takes messages, but declares no secret to verify them by'] : []),
    ...(posted ? [] : ['it takes messages, but has no topic that is posted']),
  ]
}

const isAsked = (topic: Topic): boolean => 'asked' in topic && topic.asked === true

const askedFaults = ({ topics, queries, lists, placing }: Connector): readonly string[] => {
  const named = [...Object.values(queries), ...Object.values(lists ?? {})].map(({ topic }) => topic)
  const wanted = placing === undefined ? named : [...named, placing.topic]
  return [
    ...[...new Set(wanted)]
      .filter((name) => mapped(topics[name]) === undefined)
      .map((name) => `topic ${name} is named, but no topic of that name maps`),
    ...Object.entries(topics)
      .filter(([name, topic]) => isAsked(topic) && !named.includes(name))
      .map(([name]) => `topic ${name} is asked, but no query or list names it`),
  ]
}

const mapped = (topic: Topic | undefined): string | undefined =>
  topic !== undefined && 'maps' in topic ? topic.maps : undefined

const commandFaults = ({ base, commands, queries, lists }: Connector): readonly string[] => {
  const known = Object.keys(wishSchemas)
  return [
    ...Object.keys(commands)
      .filter((name) => !known.includes(name))
      .map((name) => `command ${name} has no shape of its wish; there are ${known.join(', ')}`),
    ...Object.entries(commands)
      .filter(([, command]) => base === undefined && command.base === undefined)
      .map(([name]) => `command ${name} goes nowhere: neither it nor the connector has a base`),
    ...(base === undefined && (queries.order !== undefined || lists !== undefined)
      ? ['it may be asked, but has no base']
      : []),
  ]
}

/** The sandbox's own example must be a connection that would start. */
const exampleFaults = ({ settings, secrets, sandbox }: Connector): readonly string[] => {
  const { example } = sandbox
  return [
    ...checkerOf(settings)
      .faults(example.settings)
      .map(({ path, expected }) => `the example's settings${path} ${expected}`),
    ...Object.entries(secrets)
      .filter(([name, { required }]) => required && (example.secrets[name] ?? []).length === 0)
      .map(([name]) => `the example has no secret ${name}`),
    ...Object.keys(example.secrets)
      .filter((name) => !Object.hasOwn(secrets, name))
      .map((name) => `the example has a secret ${name} that is not declared`),
  ]
}

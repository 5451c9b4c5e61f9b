import type { Mapped } from '../canonical/telling.ts'
import type { Topic } from '../connector/contract.ts'
import { HubError } from '../kernel/errors.ts'
import { type Json, readJson } from '../kernel/json.ts'
import type { Inbox } from '../store/inbox.ts'
import type { Message } from '../store/rows.ts'
import type { Account, Accounts } from './account.ts'
import { identifyQueued, unread } from './identify-queued.ts'

export interface UnderstandDeps {
  readonly accounts: Accounts
  readonly inbox: Pick<Inbox, 'bodyOf'>
}

/** What a message is: a mapped meaning, or something the topic says is to be done. */
export type Understood =
  | { readonly mapped: Mapped; readonly account: Account }
  | { readonly stop: string; readonly account: Account }

/**
 * Reads a kept message by its topic and mapping; one out of a queue that nobody could name is asked for its name again. Pure but for the body: the same message gives the same meaning.
 * @throws PAYLOAD_UNREADABLE · TOPIC_UNKNOWN · PRIVACY_REQUEST · MAPPING_FAILED with file, line, path and what came · NOT_FOUND the connection is gone
 */
export const understand = async (deps: UnderstandDeps, message: Message): Promise<Understood> => {
  const account = deps.accounts.find(message.connection)
  if (account === undefined)
    throw new HubError('CONNECTION_STOPPED', `connection "${message.connection}" is not configured any more`)
  const name =
    message.topic === unread ? identifyQueued(account, await deps.inbox.bodyOf(message)).topic : message.topic
  const topic = account.connector.topics[name]
  if (topic === undefined || ('asked' in topic && topic.asked === true && message.via !== 'query')) {
    throw new HubError('TOPIC_UNKNOWN', `${account.connector.id} knows no posted topic "${name}"`, {
      topic: name,
    })
  }
  if ('maps' in topic) return { mapped: await mapped(deps, { message, account, topic }), account }
  if (topic.does === 'person') throw new HubError('PRIVACY_REQUEST', `${name}: ${topic.description}`, { topic: name })
  if (topic.does === 'stop') return { stop: topic.description, account }
  return { mapped: { kind: 'nothing', because: topic.description }, account }
}

const mapped = async (deps: UnderstandDeps, { message, account, topic }: MapAt): Promise<Mapped> => {
  const payload = readJson(await deps.inbox.bodyOf(message))
  return meaningOf(account, topic, { payload, headers: message.headers, observed: message.observed })
}

interface MapAt {
  readonly message: Message
  readonly account: Account
  readonly topic: MappedTopic
}

type MappedTopic = Extract<Topic, { readonly maps: string }>

/** What a payload says by a topic's mapping, whatever door it came through. @throws MAPPING_FAILED */
export const meaningOf = (
  account: Account,
  { maps, prepare }: MappedTopic,
  {
    payload,
    headers = {},
    observed,
  }: { readonly payload: Json; readonly headers?: Message['headers']; readonly observed?: number | undefined },
): Mapped => {
  const mapping = account.mappings.get(maps)
  if (mapping === undefined)
    throw new HubError('MAPPING_FAILED', `there is no mapping "${maps}" for ${account.connector.id}`)
  const { settings, timezone } = account
  const result = mapping.apply({
    payload: prepare === undefined ? payload : prepare(payload),
    headers,
    settings,
    ...(timezone === undefined ? {} : { timezone }),
    ...(observed === undefined ? {} : { observed }),
  })
  const tells = result.kind === 'snapshot' || result.kind === 'facts'
  return tells && result.observed === undefined && observed !== undefined ? { ...result, observed } : result
}

import type { SQSClient } from '@aws-sdk/client-sqs'
import { HubError } from '../kernel/errors.ts'
import type { Connector } from './contract.ts'
import type { Account } from './http.ts'
import { openRoads } from './http-roads.ts'
import { loopback } from './http-url.ts'
import { isForClock, mailboxFailureOf } from './mailbox-errors.ts'

/** A message as it lies in the queue. `id` is the queue's name of it, `receipt` what it is removed by. */
export interface QueuedMessage {
  readonly id: string
  readonly receipt: string
  readonly body: Uint8Array
}

/**
 * The queue of one connection. Every failure is a HubError: CHANNEL_DENIED · CONNECTION_STOPPED there is no such queue ·
 * CHANNEL_SLOW_DOWN · CHANNEL_AWAY · CHANNEL_REFUSED · HOST_REFUSED its address is none of the cloud's.
 */
export interface OpenMailbox {
  /** Up to ten messages; waits for the first. What is not removed comes again when its visibility timeout is over. */
  receive(signal: AbortSignal): Promise<readonly QueuedMessage[]>
  /** @returns those that could not be removed: they come again */
  remove(messages: readonly QueuedMessage[], signal: AbortSignal): Promise<readonly QueuedMessage[]>
}

/** The connection whose queue it is, with the connector that knows where it lies. */
export interface MailboxAccount extends Account {
  readonly connector: Connector
}

export interface MailboxOptions {
  /**
   * Seconds that a call waits for a first message: the longest that there is.
   * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html (read 24 Nov 2026)
   */
  readonly waitSeconds?: number
  /** Seconds in which what was received is kept and removed, before the queue hands it out again. */
  readonly visibilitySeconds?: number
  /** ms for a call beside its waiting. */
  readonly timeoutMs?: number
}

/**
 * The most that one call takes, or removes.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html (read 24 Nov 2026)
 */
const batch = 10

/** Opens queues in the cloud. Nothing is called, and the client not even loaded, before something is to be received. */
export const openMailboxes = ({
  waitSeconds = 20,
  visibilitySeconds = 60,
  timeoutMs = 10_000,
}: MailboxOptions = {}): ((account: MailboxAccount) => OpenMailbox) => {
  const roads = openRoads()
  return (account) => {
    let opening: Promise<Opened> | undefined
    let isClockSet = false
    const call = async <T>(asked: Call<T>): Promise<T> => {
      const signal = AbortSignal.any([asked.signal, AbortSignal.timeout(asked.ms)])
      try {
        opening ??= openClient(account, roads)
        const answer = await asked.of(await opening, { abortSignal: signal })
        isClockSet = false
        return answer
      } catch (cause) {
        const error = mailboxFailureOf(cause, { account, host: hostOf(account), expired: signal.aborted, isClockSet })
        isClockSet ||= isForClock(error)
        throw error
      }
    }
    return {
      receive: (signal) =>
        call({
          signal,
          ms: waitSeconds * 1000 + timeoutMs,
          of: async ({ client, sqs, url }, options) => {
            const asked = new sqs.ReceiveMessageCommand({
              QueueUrl: url,
              MaxNumberOfMessages: batch,
              WaitTimeSeconds: waitSeconds,
              VisibilityTimeout: visibilitySeconds,
            })
            const { Messages = [] } = await client.send(asked, options)
            return Messages.map(({ MessageId: id = '', ReceiptHandle: receipt = '', Body = '' }) => ({
              id,
              receipt,
              body: encoder.encode(Body),
            }))
          },
        }),
      remove: (messages, signal) =>
        call({
          signal,
          ms: timeoutMs,
          of: async ({ client, sqs, url }, options) => {
            const entries = messages.map(({ receipt }, place) => ({ Id: String(place), ReceiptHandle: receipt }))
            const asked = new sqs.DeleteMessageBatchCommand({ QueueUrl: url, Entries: entries })
            const { Successful = [] } = await client.send(asked, options)
            const removed = new Set(Successful.map(({ Id }) => Id))
            return messages.filter((_, place) => !removed.has(String(place)))
          },
        }),
    }
  }
}

const encoder = new TextEncoder()

const hostOf = ({ connector, settings, sandboxUrl }: MailboxAccount): string =>
  URL.parse(sandboxUrl ?? connector.mailbox?.of(settings)?.url ?? '')?.host ?? 'the cloud'

interface Opened {
  readonly client: SQSClient
  readonly sqs: typeof import('@aws-sdk/client-sqs')
  /** The address by which the queue is named in a call. */
  readonly url: string
}

interface Call<T> {
  readonly signal: AbortSignal
  readonly ms: number
  readonly of: (opened: Opened, options: { readonly abortSignal: AbortSignal }) => Promise<T>
}

/** Everything that the client would else read from the environment, or from files of the user, is said here. */
const openClient = async (account: MailboxAccount, roads: ReturnType<typeof openRoads>): Promise<Opened> => {
  const { connector, settings, secrets, sandboxUrl } = account
  const { mailbox } = connector
  const queue = mailbox?.of(settings)
  if (mailbox === undefined || queue === undefined)
    throw new HubError('CONFIG_INVALID', `connection ${account.id} has no queue`)
  const endpoint = sandboxUrl === undefined ? cloudOf(account.id, queue.url) : loopback(connector.id, sandboxUrl)
  const sqs = await import('@aws-sdk/client-sqs')
  const { agents } = roads(endpoint, sandboxUrl !== undefined)
  const client = new sqs.SQSClient({
    endpoint: endpoint.href,
    region: queue.region,
    credentials: mailbox.credentials(secrets),
    useQueueUrlAsEndpoint: false,
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    defaultsMode: 'standard',
    retryMode: 'standard',
    maxAttempts: 1,
    authSchemePreference: ['sigv4'],
    userAgentAppId: 'Crossdock',
    requestHandler: { httpAgent: agents.http, httpsAgent: agents.https, connectionTimeout: 5_000 },
  })
  return { client, sqs, url: queue.url }
}

const cloudOf = (connection: string, text: string): URL => {
  const fault = addressFault(text)
  if (fault !== undefined) throw new HubError('HOST_REFUSED', `connection ${connection}: ${fault}`, { sent: false })
  return new URL(new URL(text).origin)
}

const addressFault = (text: string): string | undefined => {
  const url = URL.parse(text)
  const isPlain = url?.port === '' && url.username === '' && url.password === ''
  if (isPlain && url.protocol === 'https:' && url.hostname.endsWith('.amazonaws.com')) return undefined
  return 'the address of its queue must be https, and a host of amazonaws.com'
}

/** What is wrong with the queue that these settings name, a sentence each. */
export const mailboxFaults = ({ mailbox }: Connector, settings: Account['settings']): readonly string[] => {
  const queue = mailbox?.of(settings)
  return queue === undefined ? [] : [addressFault(queue.url) ?? []].flat()
}

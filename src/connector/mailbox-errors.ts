import { type Code, HubError } from '../kernel/errors.ts'
import type { Account } from './http.ts'
import { failureOf, refusalOf } from './http-errors.ts'

interface Facts {
  readonly account: Account
  /** Where the call went, where it came so far. */
  readonly host: string
  /** The time allowed is over, or the caller gave up. */
  readonly expired: boolean
  /** The call before this one was refused for our clock, so this one went by the cloud's. */
  readonly isClockSet: boolean
}

/** Refused for our clock alone: the client has set itself by the answer, and the next call goes by the cloud's. */
export const isForClock = (error: HubError): boolean => error.detail['clock'] === true

/**
 * What the cloud calls its refusals, by the words of the JSON protocol and of the older one; it sends either.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html#API_ReceiveMessage_Errors
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-json-api-responses.html (read 24 Nov 2026)
 */
const meanings: readonly (readonly [code: Code, names: RegExp])[] = [
  ['CONNECTION_STOPPED', /^(AWS\.SimpleQueueService\.NonExistentQueue|QueueDoesNotExist|InvalidAddress)$/],
  [
    'CHANNEL_SLOW_DOWN',
    /^(RequestThrottled|OverLimit|Throttling(Exception)?|KmsThrottled|KMS\.ThrottlingException|TooManyRequestsException)$/,
  ],
  [
    'CHANNEL_DENIED',
    /^(AccessDenied(Exception)?|AuthFailure|ExpiredToken(Exception)?|IncompleteSignature(Exception)?|InvalidAccessKeyId|InvalidClientTokenId|InvalidSecurity|InvalidSignatureException|MissingAuthenticationToken(Exception)?|NotAuthorized|OptInRequired|SignatureDoesNotMatch|UnrecognizedClientException|Kms(AccessDenied|Disabled|InvalidKeyUsage|InvalidState|NotFound|OptInRequired))$/,
  ],
]

/** A call to the queue that failed, in our words. The client's own error holds what was sent, so it is not kept as a cause. */
export const mailboxFailureOf = (cause: unknown, { account, host, expired, isClockSet }: Facts): HubError => {
  if (cause instanceof HubError) return cause
  const said = refusalIn(cause)
  if (said === undefined) return failureOf(cause, { host, sent: true, expired })
  const { status, names, message, isSkewed } = said
  const [name = 'no reason'] = names
  if (isSkewed && !isClockSet)
    return new HubError('CHANNEL_AWAY', `${host} answered ${status}: the clock of this machine is wrong`, {
      clock: true,
    })
  const code = codeOf(status, names)
  const why = code === 'CONNECTION_STOPPED' ? 'there is no such queue: ' : ''
  const sentence = `${host} answered ${status} for the queue: ${why}${name}: ${message}`
  return refusalOf({ code, sentence }, { status }, Object.values(account.secrets).flat())
}

const codeOf = (status: number, names: readonly string[]): Code => {
  const known = meanings.find(([, pattern]) => names.some((name) => pattern.test(name)))
  if (known !== undefined) return known[0]
  if (status === 401 || status === 403) return 'CHANNEL_DENIED'
  if (status === 429) return 'CHANNEL_SLOW_DOWN'
  return status >= 400 && status < 500 ? 'CHANNEL_REFUSED' : 'CHANNEL_AWAY'
}

interface Refusal {
  readonly status: number
  readonly names: readonly string[]
  readonly message: string
  /** The clock of this machine is minutes away from that of the cloud. */
  readonly isSkewed: boolean
}

/** What the client makes of an answer that is a refusal; undefined where there was no answer. */
const refusalIn = (cause: unknown): Refusal | undefined => {
  if (!(cause instanceof Error) || !('$metadata' in cause)) return undefined
  const metadata: object = typeof cause.$metadata === 'object' && cause.$metadata !== null ? cause.$metadata : {}
  const status = 'httpStatusCode' in metadata ? metadata.httpStatusCode : undefined
  if (typeof status !== 'number') return undefined
  const older = 'Code' in cause && typeof cause.Code === 'string' ? [cause.Code] : []
  const isSkewed = 'clockSkewCorrected' in metadata && metadata.clockSkewCorrected === true
  return { status, names: [cause.name, ...older], message: cause.message, isSkewed }
}

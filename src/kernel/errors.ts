/**
 * The one error class and the one table of codes. A code names a kind of failure; its remedy says what is done about it;
 * `status` is what HTTP answers where a caller meets it; `cure` is what a person does.
 */
export const remedies = ['retry', 'slow-down', 'reauthorise', 'reject', 'fix-code'] as const
export type Remedy = (typeof remedies)[number]

interface Row {
  readonly remedy: Remedy
  readonly status: number
  readonly cure: string
}

export const codes = {
  // what came in
  NOT_FOUND: { remedy: 'reject', status: 404, cure: 'Check the id in the address.' },
  METHOD_NOT_ALLOWED: { remedy: 'reject', status: 405, cure: 'Use the method named in Allow.' },
  KEY_MISSING: {
    remedy: 'reject',
    status: 401,
    cure: 'Send Authorization: Bearer with a key made by `crossdock keys add`.',
  },
  ROLE_TOO_LOW: { remedy: 'reject', status: 403, cure: 'Use a key of the role named, or ask an admin for one.' },
  SIGNATURE_REFUSED: {
    remedy: 'reject',
    status: 401,
    cure: 'Compare the signing secret of the connection with the channel.',
  },
  BODY_TOO_LARGE: { remedy: 'reject', status: 413, cure: 'Send less in one request.' },
  BODY_COMPRESSED: { remedy: 'reject', status: 415, cure: 'Send the body without Content-Encoding.' },
  BODY_WRONG_TYPE: { remedy: 'reject', status: 415, cure: 'Send the content type that the sentence names.' },
  PAYLOAD_UNREADABLE: { remedy: 'reject', status: 400, cure: 'Send what the sentence asks for.' },
  REQUEST_INVALID: { remedy: 'reject', status: 400, cure: 'Correct the field that the sentence names.' },
  CURSOR_INVALID: { remedy: 'reject', status: 400, cure: 'Start again without a cursor.' },
  IDEMPOTENCY_CONFLICT: { remedy: 'reject', status: 409, cure: 'Use a new Idempotency-Key for a new request.' },
  VERSION_CONFLICT: { remedy: 'reject', status: 409, cure: 'Send the change under a higher version.' },
  QUANTITY_NOT_OPEN: { remedy: 'reject', status: 409, cure: 'Ship no more than is open; the answer lists what is.' },
  ORDER_CANCELLED: { remedy: 'reject', status: 409, cure: 'Nothing of this order is open any more.' },
  ORDER_TOO_LARGE: { remedy: 'fix-code', status: 422, cure: 'Split the order: at most 2,000 lines are taken.' },
  FILE_WINS: { remedy: 'reject', status: 409, cure: 'Change it in the config file.' },
  // what a message says
  MAPPING_FAILED: {
    remedy: 'fix-code',
    status: 422,
    cure: 'Add the row or the path to the mapping named, then replay.',
  },
  TOPIC_UNKNOWN: {
    remedy: 'fix-code',
    status: 422,
    cure: 'Unsubscribe the topic at the channel, or add it to the connector; then replay.',
  },
  ORDER_AWAITED: { remedy: 'retry', status: 409, cure: 'Nothing: it is taken up when its order arrives.' },
  ORDER_NEVER_CAME: { remedy: 'fix-code', status: 409, cure: 'Read the order at the channel, then replay.' },
  PRIVACY_REQUEST: {
    remedy: 'fix-code',
    status: 409,
    cure: 'Answer the request at the channel within its term, then `crossdock replay ID --done`.',
  },
  // what another system answered
  CHANNEL_AWAY: { remedy: 'retry', status: 502, cure: 'Nothing: it is tried again by the schedule.' },
  CHANNEL_SLOW_DOWN: { remedy: 'slow-down', status: 503, cure: 'Nothing: it goes on when the channel allows.' },
  CHANNEL_DENIED: {
    remedy: 'reauthorise',
    status: 502,
    cure: 'Renew the access token of the connection, then `crossdock resume CONNECTION`.',
  },
  CHANNEL_REFUSED: {
    remedy: 'reject',
    status: 502,
    cure: "Read the channel's words; change what was sent and replay.",
  },
  CHANNEL_CONFLICT: { remedy: 'retry', status: 502, cure: 'Nothing: it is read again and sent again.' },
  PAGE_EXPIRED: {
    remedy: 'retry',
    status: 502,
    cure: 'Nothing: the stretch is read again from its first page.',
  },
  CHANNEL_UNREADABLE: {
    remedy: 'fix-code',
    status: 502,
    cure: 'The channel answered in a shape the connector does not know; update it, then replay.',
  },
  HOST_REFUSED: { remedy: 'fix-code', status: 500, cure: 'The connector asked for a host outside its list.' },
  COMMAND_UNKNOWN: { remedy: 'fix-code', status: 500, cure: 'The connector has no such command.' },
  OUTCOME_UNKNOWN: {
    remedy: 'fix-code',
    status: 502,
    cure: 'Look at the channel; then say "it happened" or "send again".',
  },
  CONNECTION_STOPPED: {
    remedy: 'reauthorise',
    status: 409,
    cure: 'Authorise it again at the channel, or configure it; then `crossdock resume CONNECTION`.',
  },
  // ourselves
  WORKER_LOST: {
    remedy: 'fix-code',
    status: 500,
    cure: 'Read the log of the process that ended; mend the cause, then replay.',
  },
  CONFIG_INVALID: { remedy: 'reject', status: 500, cure: 'Correct the lines named and start again.' },
  USAGE: { remedy: 'reject', status: 400, cure: 'See `crossdock help`.' },
  STORE_AWAY: { remedy: 'retry', status: 503, cure: 'Wait; if it stays, look at the disk or the database.' },
  STORE_FULL: { remedy: 'retry', status: 503, cure: 'Free space on the disk; nothing answered 2xx is lost.' },
  STORE_LOCKED: { remedy: 'reject', status: 500, cure: 'Stop the other hub, or use its API.' },
  STORE_NEWER: { remedy: 'reject', status: 500, cure: 'Start the newer program that wrote this file.' },
  STORE_FOREIGN: {
    remedy: 'reject',
    status: 500,
    cure: 'Name another data folder; this file belongs to another program.',
  },
  STORE_MOVED: {
    remedy: 'reject',
    status: 500,
    cure: 'Start on the place named; delete this one when it is needed no more.',
  },
  TARGET_TAKEN: { remedy: 'reject', status: 409, cure: 'Name an empty database, or an empty folder.' },
  MOVE_DIFFERS: { remedy: 'reject', status: 500, cure: 'Empty the target and move again; the source is as it was.' },
  BACKUP_DAMAGED: { remedy: 'reject', status: 422, cure: 'Use another backup.' },
  BELL_AWAY: { remedy: 'retry', status: 503, cure: 'Start Redis, or correct the address in REDIS_URL.' },
  STORE_OLD: { remedy: 'reject', status: 500, cure: 'Upgrade the server that is named.' },
  STORE_DAMAGED: { remedy: 'reject', status: 500, cure: 'Restore the file from a backup.' },
  QUERY_UNSUPPORTED: { remedy: 'fix-code', status: 500, cure: 'Use only the operators of store/port.ts.' },
  UNEXPECTED: { remedy: 'retry', status: 500, cure: 'Read the log; report it with the message id.' },
} as const satisfies Record<string, Row>

export type Code = keyof typeof codes

/** A failure with its code; the sentence says what was expected, what came, and where. `detail` is safe to show and to log. */
export class HubError extends Error {
  override readonly name = 'HubError'
  readonly code: Code
  readonly detail: Readonly<Record<string, unknown>>

  constructor(code: Code, message: string, detail: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.detail = detail
  }

  get remedy(): Remedy {
    return codes[this.code].remedy
  }
}

/** Any thrown thing as a HubError; what is not ours becomes UNEXPECTED with its cause kept. */
export const asHubError = (error: unknown): HubError =>
  error instanceof HubError
    ? error
    : new HubError('UNEXPECTED', error instanceof Error ? error.message : String(error), {}, error)

/** Throws; an expression, so that a table lookup may end in it. */
export const refuse = (code: Code, message: string, detail?: Readonly<Record<string, unknown>>): never => {
  throw new HubError(code, message, detail)
}
